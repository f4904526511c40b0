import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.jaw_approach import JawApproach

DT = 0.002
RATE, NEAR = math.radians(36.0), math.radians(2.0)

angles = st.floats(-0.349, 1.396)


def approach(start):
    jaw = JawApproach(RATE, NEAR)
    jaw.begin(start)
    return jaw


def test_it_takes_a_second_for_36_degrees():
    jaw, ticks = approach(0.0), 0
    while not jaw.is_over:
        jaw.step(math.radians(36.0), DT)
        ticks += 1

    assert ticks * DT == pytest.approx(1.0, abs=DT)


@given(angles, angles)
def test_it_goes_straight_there_and_never_faster_than_the_rate(start, wanted):
    jaw = approach(start)
    goals = [start, *(jaw.step(wanted, DT) for _ in range(1500))]

    assert goals[-1] == wanted
    assert all(abs(b - a) <= RATE * DT * (1 + 1e-9) + 1e-15 for a, b in pairwise(goals))
    assert all(abs(b - wanted) <= abs(a - wanted) for a, b in pairwise(goals))


@given(angles, st.lists(angles, min_size=1, max_size=50))
def test_a_gripper_that_moves_is_followed_without_a_jump_once_it_was_near(start, wanted):
    """Near the hand the jaw moves as the hand moves, plus at most the rate."""
    jaw, before, last = approach(start), start, None
    caught = False
    for angle in wanted:
        goal = jaw.step(angle, DT)
        allowed = RATE * DT + (abs(angle - last) if caught and last is not None else 0.0)
        assert abs(goal - before) <= allowed * (1 + 1e-9) + 1e-12
        caught = caught or abs(goal - angle) <= NEAR
        before, last = goal, angle


def test_a_jaw_that_is_near_is_over_within_the_time_for_the_rest():
    jaw = approach(0.0)
    for _ in range(round(NEAR / RATE / DT) + 1):
        jaw.step(NEAR, DT)

    assert jaw.is_over
    assert jaw.step(1.0, DT) == 1.0


def test_time_that_stands_moves_nothing():
    assert approach(0.3).step(1.0, 0.0) == pytest.approx(0.3)
