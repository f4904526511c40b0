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
