"""Ages, one-way times, rates and percentiles from known events."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_world import MS, S

from telesurgery_link.clock import UNKNOWN as UNKNOWN_CLOCK
from telesurgery_link.clock import ClockEstimate
from telesurgery_link.control import ControlFreshness, OneWay
from telesurgery_link.meter import Meter
from telesurgery_link.samples import CAPACITY, Samples

YEAR_NS = 365 * 86400 * S


def test_percentiles_are_those_of_the_window() -> None:
    samples = Samples(window_ns=S)
    samples.add(10**15, 0)
    for value in range(1, 1001):
        samples.add(value * MS, 2 * S + value)
    expected = np.percentile(np.arange(1, 1001), (50, 95, 99))
    assert samples.percentiles_ms(2 * S + 1000) == pytest.approx(tuple(expected))
    assert all(map(math.isnan, samples.percentiles_ms(60 * S)))


def test_of_more_than_fits_the_newest_are_kept() -> None:
    samples = Samples(window_ns=S)
    for number in range(CAPACITY + 1000):
        samples.add(number, number)
    times, values = samples.within(CAPACITY + 1000)
    assert sorted(values) == list(range(1000, CAPACITY + 1000))
    assert len(times) == CAPACITY


@given(st.lists(st.integers(0, 100 * MS), max_size=2000), st.integers(1, 3 * S))
@settings(max_examples=30, deadline=None)
def test_the_window_holds_exactly_what_came_within_it(steps: list[int], window_ns: int) -> None:
    samples = Samples(window_ns)
    times = np.cumsum([0, *steps])
    for number, at in enumerate(times):
        samples.add(number, int(at))
    now_ns = int(times[-1])
    _, values = samples.within(now_ns)
    expected = [number for number, at in enumerate(times) if at >= now_ns - window_ns]
    assert sorted(values) == expected


def test_what_left_the_window_makes_room() -> None:
    samples = Samples(window_ns=S)
    for number in range(50_000):
        samples.add(number, number * 50 * MS)
    assert len(samples._times) == 256


@pytest.mark.parametrize(('sign', 'offset_ns'), [(+1, YEAR_NS), (-1, YEAR_NS), (+1, -YEAR_NS)])
def test_one_way_times_are_exact_however_far_apart_the_clocks_are(
    sign: int, offset_ns: int
) -> None:
    one_way = OneWay(sign, window_ns=S)
    for number in range(100):
        one_way.add(40 * MS - sign * offset_ns, number)
    clock = ClockEstimate(float(offset_ns), 1.0, 0.0)
    # A float holds a year to 4 ns.
    assert one_way.percentiles_ms(clock, 100) == pytest.approx((40.0, 40.0, 40.0), abs=1e-4)
    assert all(map(math.isnan, one_way.percentiles_ms(UNKNOWN_CLOCK, 100)))


def test_drift_is_taken_out_of_one_way_times() -> None:
    one_way = OneWay(+1, window_ns=20 * S)
    drift = 100e-6
    for number in range(100):
        at_ns = number * 100 * MS
        offset_ns = round(drift * at_ns)
        one_way.add(40 * MS - offset_ns, at_ns)
    now_ns = 9900 * MS
    clock = ClockEstimate(drift * now_ns, 1.0, drift)
    assert one_way.percentiles_ms(clock, now_ns) == pytest.approx((40.0, 40.0, 40.0), abs=1e-4)


def test_the_age_of_a_control_message_counts_from_when_the_peer_took_it() -> None:
    control = ControlFreshness(window_ns=10 * S)
    assert math.isnan(control.age_ms(UNKNOWN_CLOCK, 0))
    assert math.isnan(control.longest_gap_ms(0))
    clock = ClockEstimate(5.0 * S, 0.0, 0.0)
    control.note(taken_ns=5 * S, now_ns=40 * MS)
    assert control.age_ms(clock, 50 * MS) == pytest.approx(50.0)


def test_the_longest_gap_counts_the_one_that_is_still_open() -> None:
    control = ControlFreshness(window_ns=10 * S)
    for at_ms in (0, 5, 10, 47, 52):
        control.note(0, at_ms * MS)
    assert control.longest_gap_ms(53 * MS) == 37.0
    assert control.longest_gap_ms(152 * MS) == 100.0


def test_a_meter_tells_rates_of_its_window() -> None:
    meter = Meter(window_ns=S)
    assert all(map(math.isnan, meter.rates(0)))
    for number in range(3000):
        meter.note(125, number * MS)
    hz, mbit_s = meter.rates(3000 * MS)
    assert hz == pytest.approx(1000.0, rel=0.01)
    assert mbit_s == pytest.approx(1.0, rel=0.01)
    assert meter.rates(10 * S) == (0.0, 0.0)
