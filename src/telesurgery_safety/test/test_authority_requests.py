"""Requests in words: understood, or refused with what is allowed."""

import pytest

from telesurgery_safety.authority import Authority
from telesurgery_safety.authority_parameters import AuthorityParameters
from telesurgery_safety.authority_requests import AuthorityRequestError, carry_out

ARMS = ('PSM1', 'PSM2', 'ECM')


@pytest.fixture
def authority():
    return Authority(AuthorityParameters(('A', 'B')), ARMS)


def holders(authority):
    return [authority.holder(arm) for arm in ARMS]


def test_every_word_does_what_it_says(authority):
    carry_out(authority, 0.0, 'B', 'request', 'PSM1')
    carry_out(authority, 0.0, 'A', 'refuse', 'PSM1', why='not now')
    assert authority.take_decisions()[-1].reason == 'A refuses PSM1 to B (not now)'
    carry_out(authority, 0.0, 'A', 'offer', 'PSM1', 'B')
    carry_out(authority, 0.0, 'B', 'request', 'PSM1')
    assert holders(authority) == ['B', 'A', 'A']
    carry_out(authority, 0.0, 'local', 'take', 'PSM2')
    assert holders(authority) == ['B', 'local', 'A']
    carry_out(authority, 0.0, 'local', 'give', 'PSM2', 'A')
    carry_out(authority, 0.0, 'B', 'release', 'PSM1')
    assert holders(authority) == ['', 'A', 'A']


def test_no_arm_means_all_that_it_concerns(authority):
    carry_out(authority, 0.0, 'A', 'release', 'ECM')
    authority.take_decisions()
    decisions = carry_out(authority, 0.0, 'B', 'request', '')
    assert [d.arm for d in decisions] == list(ARMS)
    assert [d.arm for d in carry_out(authority, 0.0, 'A', 'offer', '', 'B')] == ['PSM1', 'PSM2']
    assert holders(authority) == ['B', 'B', 'B']
    assert len(carry_out(authority, 0.0, 'local', 'take', '')) == 3
    assert len(carry_out(authority, 0.0, 'B', 'request', '')) == 3
    assert len(carry_out(authority, 0.0, 'local', 'refuse', '')) == 3
    assert len(carry_out(authority, 0.0, 'local', 'give', '', 'A')) == 3
    assert len(carry_out(authority, 0.0, 'A', 'release', '')) == 3


@pytest.mark.parametrize(
    ('request_', 'says'),
    [
        (('A', 'steal', 'PSM1'), "act is 'steal'; allowed: request, release"),
        (('A', 'request', 'PSM9'), "arm is 'PSM9'; allowed: PSM1, PSM2, ECM"),
        (('A', 'take', 'PSM1'), 'only at the bedside'),
        (('B', 'give', 'PSM1', 'A'), 'only at the bedside'),
        (('A', 'request', ''), 'concerns none'),
        (('B', 'release', ''), 'concerns none'),
        (('B', 'refuse', ''), 'concerns none'),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(authority, request_, says):
    with pytest.raises(AuthorityRequestError, match=says):
        carry_out(authority, 0.0, *request_)
    assert authority.take_decisions() == ()
    assert holders(authority) == ['A', 'A', 'A']


def test_a_long_reason_is_cut(authority):
    (decision,) = carry_out(authority, 0.0, 'B', 'request', 'PSM1', why='x' * 10_000)
    assert len(decision.reason) < 300
