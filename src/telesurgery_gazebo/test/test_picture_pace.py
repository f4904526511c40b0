"""Pictures give way to motion, no more than is needed, and come back."""

import math

import pytest

from telesurgery_gazebo.picture_pace import BEHIND, KEEPS_UP, PERIOD_S, PicturePace

LONGEST_S = 2.0


@pytest.fixture
def pace():
    return PicturePace(LONGEST_S)


def judged(pace, factors, begin=0.0):
    """Return the pauses after one judgement each."""
    pauses = []
    for number, factor in enumerate(factors):
        pace.judge(begin + number * PERIOD_S, factor)
        pauses.append(pace.pause_s)
    return pauses


def test_a_machine_that_keeps_up_renders_everything(pace):
    assert judged(pace, [1.0, 0.97, math.nan, BEHIND, KEEPS_UP]) == [0.0] * 5


def test_behind_real_time_they_become_rarer_and_never_rarer_than_the_bound(pace):
    pauses = judged(pace, [0.4] * 8)
    assert pauses == sorted(pauses)
    assert pauses[0] > 0.0
    assert pauses[-1] == LONGEST_S


def test_a_bound_shorter_than_any_period_lets_them_never_give_way_in_effect():
    assert judged(PicturePace(0.001), [0.1] * 5)[-1] == 0.001


def test_between_the_two_factors_the_pause_stays(pace):
    pauses = judged(pace, [0.5, 0.5, 0.93, 0.93])
    assert pauses[1] == pauses[2] == pauses[3] > 0.0


def test_when_it_keeps_up_they_come_back_wholly(pace):
    judged(pace, [0.4] * 8)
    pauses = judged(pace, [1.0] * 40, begin=8.0)
    assert pauses == sorted(pauses, reverse=True)
    assert pauses[-1] == 0.0


def test_one_good_second_alone_does_not_bring_them_back(pace):
    pauses = judged(pace, [0.4, 0.4, 1.2, 0.93, 1.2, 1.0, 0.93])
    assert pauses[1:] == [pauses[1]] * 6


def test_begin_and_end_of_a_pause_are_told_once(pace):
    told = [pace.judge(number * PERIOD_S, 0.5) for number in range(4)]
    assert told == [True, False, False, False]
    told = [pace.judge((4 + number) * PERIOD_S, 1.0) for number in range(40)]
    assert told.count(True) == 1


def test_it_is_judged_once_a_period(pace):
    pace.judge(0.0, 0.5)
    before = pace.pause_s
    assert not pace.judge(0.4 * PERIOD_S, 0.5)
    assert pace.pause_s == before
