"""Every way in which an arm changes hands, and every one in which it must not."""

import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_safety.authority import Authority
from telesurgery_safety.authority_parameters import AuthorityParameters
from telesurgery_safety.authority_states import Tenure, TenureEvent

ARMS = ('PSM1', 'PSM2', 'PSM3', 'ECM')
PARAMETERS = AuthorityParameters(
    consoles=('A', 'B', 'C'), authority_link_timeout_s=5.0, answer_timeout_s=20.0
)


@pytest.fixture
def authority():
    return Authority(PARAMETERS, ARMS)


def holders(authority):
    return {arm: authority.holder(arm) for arm in ARMS}


def test_at_the_start_the_configured_console_holds_every_arm(authority):
    assert holders(authority) == dict.fromkeys(ARMS, 'A')
    assert authority.take_decisions() == ()


@pytest.mark.parametrize(
    ('initial', 'tenure'), [('', Tenure.FREE), ('local', Tenure.LOCAL), ('B', Tenure.REMOTE)]
)
def test_the_configuration_may_give_the_arms_to_anybody(initial, tenure):
    authority = Authority(AuthorityParameters(('A', 'B'), initial), ARMS)
    assert authority.holder('ECM') == initial
    assert authority.holding('ECM').tenure is tenure


@pytest.mark.parametrize(
    'wrong',
    [
        {'consoles': ('A', 'A')},
        {'consoles': ('A', 'local')},
        {'consoles': ('A', 'B/C')},
        {'consoles': ('A', '')},
        {'initial_holder': 'X'},
    ],
)
def test_sites_without_a_proper_name_are_refused(wrong):
    with pytest.raises(ParameterError, match='allowed'):
        AuthorityParameters(**wrong)


def test_a_hand_over_that_the_other_asks_for(authority):
    asked = authority.request(1.0, 'B', 'PSM1')
    assert asked.granted
    assert authority.holder('PSM1') == 'A'
    given = authority.offer(1.2, 'A', 'PSM1', 'B')
    assert given.event is TenureEvent.AGREED
    assert given.reason == 'A gives PSM1 to B, who asked for it'
    assert holders(authority) == {'PSM1': 'B', 'PSM2': 'A', 'PSM3': 'A', 'ECM': 'A'}


def test_a_hand_over_that_the_holder_offers(authority):
    authority.offer(1.0, 'A', 'PSM3', 'B')
    assert authority.holder('PSM3') == 'A'
    accepted = authority.request(1.3, 'B', 'PSM3')
    assert accepted.event is TenureEvent.ACCEPTED
    assert authority.holder('PSM3') == 'B'


def test_arms_may_be_split_between_consoles_and_the_bedside(authority):
    authority.offer(1.0, 'A', 'PSM3', 'B')
    authority.request(1.0, 'B', 'PSM3')
    authority.take_over(1.0, 'ECM')
    assert holders(authority) == {'PSM1': 'A', 'PSM2': 'A', 'PSM3': 'B', 'ECM': 'local'}


def test_asking_alone_takes_nothing_from_anybody(authority):
    authority.request(1.0, 'B', 'PSM1')
    again = authority.request(1.1, 'B', 'PSM1')
    third = authority.request(1.2, 'C', 'PSM1')
    assert not again.granted
    assert not third.granted
    assert third.reason == 'refused: B asks for PSM1 already'
    assert authority.holder('PSM1') == 'A'


def test_the_holder_may_refuse_and_say_why(authority):
    authority.request(1.0, 'B', 'PSM1')
    refused = authority.refuse(2.0, 'A', 'PSM1', why='a vessel is clamped')
    assert refused.reason == 'A refuses PSM1 to B (a vessel is clamped)'
    assert not authority.offer(2.1, 'B', 'PSM1', 'C').granted
    assert authority.holding('PSM1').tenure is Tenure.REMOTE


def test_who_asks_may_think_better_of_it(authority):
    authority.request(1.0, 'B', 'PSM1')
    assert authority.release(2.0, 'B', 'PSM1').reason == 'B asks for PSM1 no more'
    late = authority.offer(3.0, 'A', 'PSM1', 'B')
    assert late.event is TenureEvent.OFFERED
    assert authority.release(4.0, 'B', 'PSM1').reason == 'B declines PSM1; A keeps it'


def test_an_offer_may_be_taken_back_or_made_to_another(authority):
    authority.offer(1.0, 'A', 'PSM1', 'B')
    authority.offer(1.5, 'A', 'PSM1', 'C')
    assert not authority.request(1.6, 'B', 'PSM1').granted
    assert authority.refuse(2.0, 'A', 'PSM1').reason == 'A takes its offer of PSM1 to C back'
    asked = authority.request(2.1, 'C', 'PSM1')
    assert asked.event is TenureEvent.REQUESTED
    assert authority.holder('PSM1') == 'A'


def test_an_offer_to_a_third_does_not_pass_over_who_asks(authority):
    authority.request(1.0, 'B', 'PSM1')
    assert not authority.offer(1.1, 'A', 'PSM1', 'C').granted
    assert authority.holding('PSM1').other == 'B'


def test_only_the_holder_gives_refuses_and_releases(authority):
    authority.request(1.0, 'B', 'PSM1')
    for decision in (
        authority.offer(1.1, 'C', 'PSM1', 'B'),
        authority.refuse(1.1, 'B', 'PSM1'),
        authority.release(1.1, 'C', 'PSM1'),
        authority.offer(1.1, 'B', 'PSM1', 'B'),
    ):
        assert not decision.granted
    assert authority.holder('PSM1') == 'A'
    assert authority.holding('PSM1').other == 'B'


def test_a_question_or_an_offer_without_an_answer_ends(authority):
    authority.request(1.0, 'B', 'PSM1')
    authority.offer(1.0, 'A', 'PSM2', 'B')
    authority.step(20.9)
    assert authority.holding('PSM1').other == 'B'
    authority.step(21.0)
    assert [d.event for d in authority.take_decisions()[2:]] == [TenureEvent.EXPIRED] * 2
    late = authority.request(22.0, 'B', 'PSM2')
    assert late.event is TenureEvent.REQUESTED
    assert authority.holder('PSM2') == 'A'


def test_what_is_given_up_is_free_and_may_be_had_for_the_asking(authority):
    authority.release(1.0, 'A', 'PSM1')
    assert authority.holder('PSM1') == ''
    assert authority.request(2.0, 'C', 'PSM1').granted
    assert authority.holder('PSM1') == 'C'


def test_what_is_given_up_goes_to_who_asks(authority):
    authority.request(1.0, 'B', 'PSM1')
    authority.release(2.0, 'A', 'PSM1')
    authority.take_over(3.0, 'PSM2')
    authority.request(3.0, 'C', 'PSM2')
    authority.release(4.0, 'local', 'PSM2')
    assert holders(authority) == {'PSM1': 'B', 'PSM2': 'C', 'PSM3': 'A', 'ECM': 'A'}


@pytest.mark.parametrize(
    'before',
    [
        lambda a: None,
        lambda a: a.release(1.0, 'A', 'PSM1'),
        lambda a: a.request(1.0, 'B', 'PSM1'),
        lambda a: a.offer(1.0, 'A', 'PSM1', 'B'),
        lambda a: a.link_lost(1.0, 'A'),
    ],
)
def test_the_bedside_takes_an_arm_at_any_moment(authority, before):
    before(authority)
    assert authority.take_over(1.0, 'PSM1').granted
    assert authority.holder('PSM1') == 'local'
    assert authority.holding('PSM1').other == ''


def test_the_bedside_gives_to_whom_it_wants_and_answers_who_asks(authority):
    authority.take_over(1.0, 'PSM1')
    authority.request(2.0, 'B', 'PSM1')
    assert authority.holder('PSM1') == 'local'
    assert authority.give(3.0, 'PSM1', 'B').event is TenureEvent.AGREED
    assert authority.give(4.0, 'PSM1', 'C').event is TenureEvent.GIVEN
    assert authority.holder('PSM1') == 'C'
    authority.take_over(5.0, 'PSM1')
    authority.request(5.0, 'A', 'PSM1')
    assert authority.refuse(6.0, 'local', 'PSM1').granted
    assert authority.holding('PSM1').tenure is Tenure.LOCAL


@pytest.mark.parametrize('to', ['X', '', 'local', 'A'])
def test_an_arm_is_given_to_no_stranger_and_not_to_who_has_it(authority, to):
    decision = authority.give(1.0, 'PSM1', to)
    assert not decision.granted
    assert authority.holder('PSM1') == 'A'


@pytest.mark.parametrize('stranger', ['observer', 'X', ''])
def test_who_is_no_console_gets_nothing(authority, stranger):
    authority.release(0.5, 'A', 'PSM2')
    for arm in ARMS:
        assert not authority.request(1.0, stranger, arm).granted
        assert not authority.release(1.0, stranger, arm).granted
        assert not authority.refuse(1.0, stranger, arm).granted
        assert not authority.offer(1.0, stranger, arm, 'B').granted
    assert holders(authority) == {'PSM1': 'A', 'PSM2': '', 'PSM3': 'A', 'ECM': 'A'}


def test_a_short_outage_leaves_an_arm_with_its_holder(authority):
    authority.link_lost(1.0, 'A')
    assert authority.holding('PSM1').tenure is Tenure.CUT
    authority.link_back(5.9, 'A')
    assert authority.holding('PSM1').tenure is Tenure.REMOTE
    assert authority.holder('PSM1') == 'A'


def test_after_a_long_outage_an_arm_is_the_bedsides_until_it_gives_it(authority):
    authority.link_lost(1.0, 'A')
    authority.step(5.9)
    assert authority.holder('PSM1') == 'A'
    authority.step(6.0)
    assert holders(authority) == dict.fromkeys(ARMS, 'local')
    authority.link_back(7.0, 'A')
    authority.step(100.0)
    assert holders(authority) == dict.fromkeys(ARMS, 'local')
    authority.request(101.0, 'A', 'PSM1')
    assert authority.holder('PSM1') == 'local'
    authority.give(102.0, 'PSM1', 'A')
    assert authority.holder('PSM1') == 'A'


def test_a_link_that_comes_back_too_late_finds_the_time_run_out_though_nobody_looked(authority):
    authority.link_lost(1.0, 'A')
    authority.link_back(50.0, 'A')
    assert authority.holder('PSM1') == 'local'


def test_while_the_holder_cannot_be_reached_only_the_bedside_decides(authority):
    authority.link_lost(1.0, 'A')
    asked = authority.request(2.0, 'B', 'PSM1')
    assert asked.reason == ('refused: A holds PSM1 and cannot be reached; the bedside decides')
    assert authority.give(3.0, 'PSM1', 'B').granted
    authority.step(100.0)
    assert authority.holder('PSM1') == 'B'


def test_nothing_is_given_to_a_console_that_cannot_be_reached(authority):
    authority.request(1.0, 'B', 'PSM1')
    authority.offer(1.0, 'A', 'PSM2', 'B')
    authority.link_lost(2.0, 'B')
    assert authority.holding('PSM1').other == ''
    assert authority.holding('PSM2').other == ''
    for decision in (
        authority.offer(3.0, 'A', 'PSM1', 'B'),
        authority.give(3.0, 'PSM1', 'B'),
        authority.request(3.0, 'B', 'PSM1'),
    ):
        assert not decision.granted
        assert 'the link to B is dead' in decision.reason
    authority.link_back(4.0, 'B')
    assert authority.offer(4.0, 'A', 'PSM1', 'B').granted


def test_every_decision_says_who_when_and_why(authority):
    authority.request(1.0, 'B', 'PSM1')
    authority.link_lost(2.0, 'A')
    authority.step(7.0)
    authority.take_over(8.0, 'PSM1', why='bleeding')
    decisions = authority.take_decisions()
    assert authority.take_decisions() == ()
    of_psm1 = [(d.now, d.who, d.granted, d.reason) for d in decisions if d.arm == 'PSM1']
    assert of_psm1 == [
        (1.0, 'B', True, 'B asks A for PSM1'),
        (2.0, 'supervisor', True, 'the link to A died: PSM1 stands'),
        (7.0, 'supervisor', True, 'the link to A stayed dead: PSM1 falls to local'),
        (8.0, 'local', False, 'refused: local holds PSM1 already (bleeding)'),
    ]
