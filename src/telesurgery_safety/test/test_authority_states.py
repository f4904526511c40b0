"""The table of authority is total, and no path through it gives an arm to whom it must not."""

from itertools import product

import pytest

from telesurgery_safety.authority_holding import Holding
from telesurgery_safety.authority_states import TENURES, Tenure, TenureEvent

OF_A_CONSOLE = (Tenure.REMOTE, Tenure.REMOTE_ASKED, Tenure.REMOTE_OFFERED, Tenure.CUT)
OF_THE_BEDSIDE = {Tenure.LOCAL, Tenure.LOCAL_ASKED}
PEOPLE = {
    TenureEvent.REQUESTED,
    TenureEvent.ACCEPTED,
    TenureEvent.AGREED,
    TenureEvent.OFFERED,
    TenureEvent.REFUSED,
    TenureEvent.WITHDRAWN,
    TenureEvent.RELEASED,
    TenureEvent.TAKEN,
    TenureEvent.GIVEN,
}

HOLDINGS = {
    Tenure.FREE: Holding(Tenure.FREE, '', '', 1.0),
    Tenure.LOCAL: Holding(Tenure.LOCAL, 'local', '', 1.0),
    Tenure.LOCAL_ASKED: Holding(Tenure.LOCAL_ASKED, 'local', 'B', 1.0),
    Tenure.REMOTE: Holding(Tenure.REMOTE, 'A', '', 1.0),
    Tenure.REMOTE_ASKED: Holding(Tenure.REMOTE_ASKED, 'A', 'B', 1.0),
    Tenure.REMOTE_OFFERED: Holding(Tenure.REMOTE_OFFERED, 'A', 'B', 1.0),
    Tenure.CUT: Holding(Tenure.CUT, 'A', '', 1.0),
}


def test_every_pair_of_state_and_event_has_its_next_state():
    assert set(TENURES) == set(product(Tenure, TenureEvent))


@pytest.mark.parametrize('tenure', Tenure)
def test_the_bedside_takes_over_from_every_state_in_one_step(tenure):
    assert TENURES[tenure, TenureEvent.TAKEN] in OF_THE_BEDSIDE


@pytest.mark.parametrize('tenure', Tenure)
def test_the_bedside_gives_from_every_state_in_one_step(tenure):
    assert TENURES[tenure, TenureEvent.GIVEN] is Tenure.REMOTE


@pytest.mark.parametrize(('tenure', 'event'), TENURES)
def test_a_console_comes_to_hold_an_arm_only_by_an_act_of_people(tenure, event):
    if TENURES[tenure, event] in OF_A_CONSOLE and tenure not in OF_A_CONSOLE:
        assert event in PEOPLE


@pytest.mark.parametrize('tenure', OF_A_CONSOLE)
def test_a_dead_link_leaves_an_arm_where_nobody_moves_it(tenure):
    assert TENURES[tenure, TenureEvent.LINK_LOST] is Tenure.CUT


def test_what_is_cut_falls_to_the_bedside_and_does_not_come_back_with_the_link():
    lapsed = TENURES[Tenure.CUT, TenureEvent.LAPSED]
    assert lapsed is Tenure.LOCAL
    assert TENURES[lapsed, TenureEvent.LINK_BACK] is Tenure.LOCAL


@pytest.mark.parametrize('tenure', [Tenure.LOCAL, Tenure.LOCAL_ASKED, Tenure.CUT])
def test_no_question_alone_takes_an_arm_from_who_holds_it(tenure):
    asked = TENURES[tenure, TenureEvent.REQUESTED]
    assert (asked in OF_THE_BEDSIDE) == (tenure in OF_THE_BEDSIDE)


@pytest.mark.parametrize(('tenure', 'event'), TENURES)
def test_after_every_event_the_sites_fit_the_state(tenure, event):
    after = HOLDINGS[tenure].after(event, 'local' if event is TenureEvent.TAKEN else 'B', 2.0)
    assert after.tenure is TENURES[tenure, event]
    assert (after.holder == '') == (after.tenure is Tenure.FREE)
    assert (after.holder == 'local') == (after.tenure in OF_THE_BEDSIDE)
    assert after.holder in ('', 'local', 'A', 'B')
    waits = after.tenure in (Tenure.LOCAL_ASKED, Tenure.REMOTE_ASKED, Tenure.REMOTE_OFFERED)
    assert bool(after.other) == waits
    assert after.other != after.holder or not after.other


@pytest.mark.parametrize(('tenure', 'event'), TENURES)
def test_an_arm_changes_from_console_to_console_only_with_the_holder_or_the_bedside(tenure, event):
    before = HOLDINGS[tenure]
    after = before.after(event, 'B', 2.0)
    if before.holder == 'A' and after.holder == 'B':
        agreed_before = before.tenure is Tenure.REMOTE_OFFERED and event is TenureEvent.ACCEPTED
        assert agreed_before or event in (
            TenureEvent.AGREED,
            TenureEvent.RELEASED,
            TenureEvent.GIVEN,
        )


def test_an_event_that_changes_nothing_gives_the_same_value_back():
    holding = HOLDINGS[Tenure.REMOTE]
    assert holding.after(TenureEvent.EXPIRED, '', 9.0) is holding
