"""The time over which a goal is spread is that between goals, up to a limit."""

import pytest

from telesurgery_arm.interval import ArrivalInterval


def spread_after(interval, count=100, limit=0.01):
    arrivals = ArrivalInterval(limit)
    return [arrivals.arrived(index * interval) for index in range(count)][-1]


def test_it_becomes_the_interval_of_a_steady_stream():
    assert spread_after(0.004) == pytest.approx(0.004, abs=1e-5)


def test_it_is_limited():
    assert spread_after(0.02) == 0.01


def test_a_pause_is_no_interval():
    arrivals = ArrivalInterval(0.01)
    for index in range(100):
        arrivals.arrived(index * 0.004)
    assert arrivals.arrived(60.0) == pytest.approx(0.004, abs=1e-5)


def test_goals_that_are_delivered_at_once_count_as_one():
    interval = ArrivalInterval(0.05)
    for burst in range(100):
        for index in range(5):
            spread = interval.arrived(0.025 * burst + 1e-4 * index)
    assert spread == pytest.approx(0.025, rel=0.01)


def test_what_is_late_is_made_up_for_over_half_of_the_time_that_was_missed():
    interval = ArrivalInterval(0.05)
    for index in range(50):
        interval.arrived(0.005 * index)
    late = interval.arrived(0.005 * 49 + 0.06)
    assert late == pytest.approx(0.0325, abs=1e-4)
    for index in range(1, 40):
        after = interval.arrived(0.005 * 49 + 0.06 + 0.005 * index)
    assert after == pytest.approx(0.005, rel=0.1)
