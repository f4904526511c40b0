"""Each distribution is the one it is named after: its quantiles are those of the theory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from telesurgery_core.errors import ParameterError
from telesurgery_link.impairment import IndependentDelays
from telesurgery_link.marginals import (
    Constant,
    Gamma,
    Hyperexponential,
    Marginal,
    Normal,
    Uniform,
)

# NetFI's set for 100 ms: the case that mixes two scales.
NETFI_100 = Hyperexponential((0.726, 0.274), (0.02711, 0.08529))
MARGINALS: list[tuple[Marginal, stats.rv_continuous]] = [
    (Uniform(2.0, 5.0), stats.uniform(2.0, 3.0)),
    (Normal(10.0, 2.0), stats.truncnorm(-5.0, np.inf, 10.0, 2.0)),
    (Normal(10.0, 8.0, 9.0), stats.truncnorm(-0.125, np.inf, 10.0, 8.0)),
    (Gamma(0.5, 0.39), stats.gamma(a=(0.5 / 0.39) ** 2, scale=0.39**2 / 0.5)),
]
LEVELS = (0.0, 1e-9, 0.01, 0.25, 0.5, 0.75, 0.99, 0.999999, 1 - 1e-9)


@pytest.mark.parametrize('u', LEVELS)
@pytest.mark.parametrize(('marginal', 'theory'), MARGINALS)
def test_quantiles_are_those_of_the_theory(
    marginal: Marginal, theory: stats.rv_continuous, u: float
) -> None:
    # From the nearer tail, where 1 - u is exact and scipy's own quantiles are good to 1e-7.
    expected_ms = theory.ppf(u) if u < 0.5 else theory.isf(1.0 - u)
    assert marginal.quantile_ms(u) == pytest.approx(expected_ms, rel=1e-7, abs=1e-9)


@given(st.floats(0.0, 1.0, exclude_max=True))
def test_the_hyperexponential_quantile_inverts_its_distribution(u: float) -> None:
    x = NETFI_100.quantile_ms(u)
    share_above = sum(
        w * np.exp(-r * x) for w, r in zip(NETFI_100.weights, NETFI_100.rates_per_ms, strict=True)
    )
    assert share_above == pytest.approx(1.0 - u, rel=1e-9)


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 1.0, exclude_max=True))
def test_no_normal_delay_is_below_its_floor(mean_ms: float, sd_ms: float, u: float) -> None:
    delay_ms = Normal(mean_ms, sd_ms, mean_ms / 2).quantile_ms(u)
    assert mean_ms / 2 <= delay_ms < np.inf


@pytest.mark.parametrize('marginal', [m for m, _ in MARGINALS] + [NETFI_100, Constant(3.0)])
@given(u=st.floats(0.0, 1.0, exclude_max=True), v=st.floats(0.0, 1.0, exclude_max=True))
def test_quantiles_rise(marginal: Marginal, u: float, v: float) -> None:
    low, high = sorted((u, v))
    # An ulp of slack: two neighbouring levels may round either way.
    assert marginal.quantile_ms(low) <= marginal.quantile_ms(high) * (1 + 1e-12)


@pytest.mark.parametrize(('marginal', 'theory'), MARGINALS)
def test_delays_drawn_follow_the_distribution(
    marginal: Marginal, theory: stats.rv_continuous
) -> None:
    delays = IndependentDelays(3.0, marginal, np.random.default_rng(7))
    drawn_ms = [delays.delay_ns(0) / 1e6 - 3.0 for _ in range(5000)]
    # The seed is fixed; a correct sampler falls below 1e-4 once in ten thousand seeds.
    assert stats.kstest(drawn_ms, theory.cdf).pvalue > 1e-4


@pytest.mark.parametrize(
    'wrong',
    [
        lambda: Uniform(2.0, 1.0),
        lambda: Normal(1.0, 1.0, 2.0),
        lambda: Hyperexponential((0.5, 0.4), (1.0, 1.0)),
        lambda: Hyperexponential((1.0,), (1.0, 1.0)),
        lambda: Hyperexponential((), ()),
    ],
)
def test_contradictory_figures_are_refused(wrong: object) -> None:
    with pytest.raises(ParameterError, match='allowed'):
        wrong()  # type: ignore[operator]
