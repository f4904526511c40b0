"""Round trips over a window, and the time to wait for an answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from link_world import MS, S

from telesurgery_link.round_trip import RoundTrip


def test_round_trips_are_summed_up_over_the_window() -> None:
    round_trip = RoundTrip(window_ns=S)
    round_trip.add(900 * MS, 0)
    for at in range(100):
        round_trip.add((at + 1) * MS, 2 * S + at)
    expected = np.percentile(np.arange(1, 101), (50, 95, 99))
    assert round_trip.percentiles_ms(2 * S + 100) == pytest.approx(tuple(expected))
    assert all(map(math.isnan, round_trip.percentiles_ms(10 * S)))


def test_the_timeout_is_above_the_round_trip_and_follows_it() -> None:
    round_trip = RoundTrip(window_ns=S)
    assert round_trip.timeout_ns(20 * MS, 250 * MS) == 250 * MS
    for at in range(100):
        round_trip.add(135 * MS, at)
    assert 135 * MS <= round_trip.timeout_ns(20 * MS, 250 * MS) <= 140 * MS
    assert round_trip.timeout_ns(200 * MS, 250 * MS) == 200 * MS
