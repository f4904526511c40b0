"""Counters are read as counters: the last value counts, and a restart adds up."""

import numpy as np
import pytest

from telesurgery_report.counters import frames_lost, frames_sent, hold_reasons, holds, total
from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.session import LinkCounters, SafetyHistory


def counted(*values):
    return np.array(values, dtype=np.int64)


def side(sent, lost):
    return LinkCounters('lan', counted(0, sent), counted(0, lost), np.array([np.nan, 1.0]))


def test_a_counter_says_what_it_said_last():
    assert total(counted(0, 3, 3, 9)) == 9


def test_a_restarted_counter_adds_up():
    assert total(counted(0, 5, 9, 0, 2, 1, 4)) == 9 + 2 + 4


def test_frames_are_those_of_both_directions():
    sides = {'surgeon': side(100, 2), 'patient': side(300, 5)}
    assert frames_sent(sides) == 400
    assert frames_lost(sides) == 7


def test_one_side_alone_does_not_pass_for_both():
    with pytest.raises(NotMeasuredError, match='no /link/status of the surgeon side'):
        frames_sent({'patient': side(300, 5)})
    with pytest.raises(NotMeasuredError, match='of the surgeon and the patient side'):
        frames_lost({})


def test_holds_come_with_their_reasons():
    safety = SafetyHistory(
        counted(0, 1, 2, 3),
        counted(0, 1, 1, 3),
        ('', 'no command', 'no command', ''),
        (frozenset(),) * 4,
    )
    assert holds(safety) == 3
    assert hold_reasons(safety) == ['no command', 'no reason given']


def test_a_session_without_safety_has_no_holds():
    with pytest.raises(NotMeasuredError, match='/safety/state was not recorded'):
        holds(SafetyHistory(counted(), counted(), (), ()))
