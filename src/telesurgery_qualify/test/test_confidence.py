from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from telesurgery_qualify.confidence import (
    BATCHES,
    effective_count,
    event_bounds,
    exceedance_bounds,
    mean_bounds,
    quantile_bounds,
    share_bounds,
    trials_to_show,
)


def test_no_failure_gives_the_rule_of_three() -> None:
    assert share_bounds(0, 1000).high == pytest.approx(3.0 / 1000, rel=0.01)


def test_bounds_of_a_share_are_those_of_clopper_and_pearson() -> None:
    bounds = share_bounds(7, 100)
    assert binom.cdf(7, 100, bounds.high) == pytest.approx(0.05)
    assert binom.sf(6, 100, bounds.low) == pytest.approx(0.05)


def test_bounds_of_events_are_those_of_a_poisson_mean() -> None:
    bounds = event_bounds(12)
    assert poisson.cdf(12, bounds.high) == pytest.approx(0.05)
    assert poisson.sf(11, bounds.low) == pytest.approx(0.05)


def test_six_nines_take_a_month_of_seconds_without_a_failure() -> None:
    assert trials_to_show(1e-6) / 86400 == pytest.approx(34.7, abs=0.1)


def test_all_failed_leaves_no_room_above() -> None:
    assert share_bounds(10, 10).high == 1.0


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(max_examples=50)
def test_bounds_enclose_the_share(case: tuple[int, int]) -> None:
    bounds = share_bounds(*case)
    assert 0.0 <= bounds.low <= bounds.value <= bounds.high <= 1.0


def test_independent_samples_count_nearly_in_full() -> None:
    values = np.random.default_rng(1).normal(size=50_000)
    # The variance of 20 batch means has a relative deviation of sqrt(2 / 19): 32 %.
    assert effective_count(values) > 50_000 / 2.0


def test_a_first_order_process_counts_as_theory_says() -> None:
    rng, a, n = np.random.default_rng(2), 0.98, 100_000
    values = np.zeros(n)
    noise = rng.normal(size=n)
    for at in range(1, n):
        values[at] = a * values[at - 1] + noise[at]
    expected = n * (1.0 - a) / (1.0 + a)
    assert 0.4 * expected < effective_count(values) < 2.5 * expected


def test_a_constant_counts_in_full() -> None:
    assert effective_count(np.full(1000, 3.0)) == 1000


def test_the_bounds_of_a_mean_hold_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    held = [mean_bounds(rng.exponential(size=400)).low <= 1.0 for _ in range(400)]
    # 95 % of 400, with the binomial's own spread of 1.1 % and the skew of the exponential.
    assert np.mean(held) == pytest.approx(0.95, abs=0.04)


def test_a_few_values_have_a_mean_without_bounds() -> None:
    bounds = mean_bounds(np.array([1.0, 3.0]))
    assert bounds.value == 2.0
    assert math.isnan(bounds.high)


def test_the_bounds_of_a_quantile_enclose_the_true_one() -> None:
    values = np.random.default_rng(4).uniform(size=10_000)
    bounds = quantile_bounds(values, 0.99, 10_000)
    assert bounds.low < 0.99 < bounds.high


def test_a_small_sample_has_no_upper_bound_of_a_high_quantile() -> None:
    assert math.isinf(quantile_bounds(np.arange(50.0), 0.99, 50).high)


def test_few_independent_values_far_from_the_limit_are_enough() -> None:
    values = 135.0 + np.repeat(np.random.default_rng(5).normal(size=40), 100)
    assert share_bounds(0, effective_count(values)).high > 0.01
    assert exceedance_bounds(values, 250.0).high < 0.001


def test_one_long_exceedance_is_one_event() -> None:
    values = np.full(10_000, 50.0)
    values[4000:4400] = 500.0
    bounds = exceedance_bounds(values, 100.0)
    assert bounds.value == pytest.approx(0.04)
    assert bounds.low < 0.01
    assert bounds.high > 1.0 / BATCHES


def test_nothing_is_said_of_no_values() -> None:
    assert math.isnan(share_bounds(0, 0).value)
    assert math.isnan(exceedance_bounds(np.zeros(0), 1.0).value)
