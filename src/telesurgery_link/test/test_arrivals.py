"""Loss, bursts, order and jitter from known sequences."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from link_world import MS, S

from telesurgery_link.arrivals import Arrivals
from telesurgery_link.gaps import MOST_GAPS, Gaps
from telesurgery_link.novelty import MEMORY, Novelty


def arrivals_of(numbers: list[int], *, period_ns: int = MS) -> Arrivals:
    arrivals = Arrivals(window_ns=S)
    for at, number in enumerate(numbers):
        arrivals.note(number, at * period_ns, at * period_ns)
    return arrivals


@given(st.lists(st.integers(1, 300), min_size=1, max_size=400))
def test_loss_is_what_is_missing_between_the_first_and_the_last(numbers: list[int]) -> None:
    arrivals = arrivals_of(numbers)
    assert arrivals.received == len(set(numbers))
    assert arrivals.lost == max(numbers) - min(numbers) + 1 - len(set(numbers))
    assert arrivals.repeated == len(numbers) - len(set(numbers))


def test_a_late_arrival_is_lost_no_longer() -> None:
    arrivals = arrivals_of([1, 2, 4])
    assert arrivals.lost == 1
    assert arrivals.note(3, 0, 5 * MS) is Novelty.NEW
    assert arrivals.lost == 0


def test_what_is_too_old_to_tell_is_not_taken_twice() -> None:
    arrivals = arrivals_of([1, MEMORY + 1])
    assert arrivals.note(1, 0, 0) is Novelty.TOO_OLD
    assert arrivals.note(2, 0, 0) is Novelty.NEW
    assert arrivals.note(2, 0, 0) is Novelty.REPEATED


def test_the_loss_ratio_forgets_what_is_before_the_window() -> None:
    bad_second = [n for n in range(1, 1001) if n % 2]
    good_seconds = list(range(1001, 3001))
    arrivals = Arrivals(window_ns=S)
    for number in bad_second + good_seconds:
        arrivals.note(number, number * MS, number * MS)
    assert arrivals.loss_ratio(3000 * MS) == 0.0
    assert arrivals.lost == 500


def test_the_loss_ratio_is_the_share_lost() -> None:
    arrivals = Arrivals(window_ns=10 * S)
    for number in range(1, 4001):
        if number % 10:
            arrivals.note(number, number * MS, number * MS)
    assert arrivals.loss_ratio(4000 * MS) == pytest.approx(0.1, abs=0.001)


def test_nothing_due_means_no_loss_known() -> None:
    assert math.isnan(Arrivals(window_ns=S).loss_ratio(0))


def test_jitter_is_that_of_rfc_3550() -> None:
    transits_ms = [10.0, 12.0, 11.0, 15.0]
    arrivals = Arrivals(window_ns=S)
    for number, transit_ms in enumerate(transits_ms, start=1):
        sent_ns = number * 20 * MS
        arrivals.note(number, sent_ns, sent_ns + round(transit_ms * MS))
    expected_ms = 0.0
    for before, after in itertools.pairwise(transits_ms):
        expected_ms += (abs(after - before) - expected_ms) / 16
    assert arrivals.jitter_ns / MS == pytest.approx(expected_ms)


def test_jitter_does_not_mind_that_clocks_differ() -> None:
    same, shifted = Arrivals(window_ns=S), Arrivals(window_ns=S)
    for number in range(1, 50):
        now_ns = number * 7 * MS + (number % 3) * MS
        same.note(number, number * 7 * MS, now_ns)
        shifted.note(number, number * 7 * MS - 5 * S, now_ns)
    assert same.jitter_ns == shifted.jitter_ns


@given(st.lists(st.integers(1, 300), min_size=1, max_size=400))
def test_bursts_are_the_runs_of_what_is_missing(numbers: list[int]) -> None:
    bursts = arrivals_of(numbers, period_ns=1000).bursts(0)
    # A number below the first that came was never missed.
    first_came = numbers[0]
    missing = [n for n in range(first_came, max(numbers)) if n not in numbers]
    runs = [
        len(list(run)) for _, run in itertools.groupby(missing, lambda n: n - missing.index(n))
    ]
    assert bursts.count == len(runs)
    assert bursts.longest == max(runs, default=0)
    assert bursts.mean == pytest.approx(np.mean(runs)) if runs else math.isnan(bursts.mean)


def test_more_bursts_than_are_remembered_do_no_harm() -> None:
    gaps = Gaps(window_ns=S)
    for number in range(MOST_GAPS):
        gaps.open(10 * number + 1, 10 * number + 9, 0)
    gaps.fill(10 * MOST_GAPS - 5)  # the newest run falls into two
    bursts = gaps.bursts(0)
    assert bursts.count == MOST_GAPS
    gaps.open(10 * MOST_GAPS + 1, 10 * MOST_GAPS + 1, 0)
    assert gaps.bursts(0).count == MOST_GAPS


def test_bursts_leave_the_window() -> None:
    arrivals = arrivals_of([1, 2, 5, 6])
    assert arrivals.bursts(4 * MS).longest == 2
    assert arrivals.bursts(4 * MS + 2 * S).count == 0


def test_what_comes_after_a_later_one_is_reordered() -> None:
    arrivals = arrivals_of([1, 3, 2, 4, 7, 5, 6, 8])
    assert arrivals.reordered == 3
    assert arrivals.lost == 0


def test_rates_are_those_of_the_window() -> None:
    arrivals = Arrivals(window_ns=2 * S)
    for number in range(1, 10_001):
        arrivals.note(
            number, number * MS, number * MS, size_bytes=125 if number > 5000 else 10_000
        )
    hz, mbit_s = arrivals.rates(10_000 * MS)
    # The window begins at a remembered moment, at most a tenth of a second off.
    assert hz == pytest.approx(1000, rel=0.002)
    assert mbit_s == pytest.approx(1.0, rel=0.002)
