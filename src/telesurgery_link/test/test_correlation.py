"""Delays have both the marginal and the autocorrelation that are asked for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import Array
from telesurgery_link.impairment import Jitter, StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.correlation import (
    LARGEST,
    CorrelatedUniforms,
    latent_correlation,
    reachable,
    uniforms,
)
from telesurgery_link.impairment.empirical import Empirical
from telesurgery_link.impairment.heavy_tails import Pareto, ParetoNormal
from telesurgery_link.impairment.marginals import (
    Constant,
    Gamma,
    Hyperexponential,
    Marginal,
    Normal,
    Uniform,
)
from telesurgery_link.impairment.netem_tables import NetemDelay
from telesurgery_link.impairment.streams import BLOCK

FRAMES = 100 * BLOCK
PARTS = 100
SIGMAS = 4.5
"""A correct process leaves these bounds once in 150 000 tries; the seeds are fixed."""

MARGINALS: list[Marginal] = [
    Uniform(2.0, 5.0),
    Normal(10.0, 2.0),
    Normal(10.0, 8.0, 9.0),
    Gamma(0.5, 0.39),
    Pareto(6.0, 5.0, largest_ms=100.0),
    ParetoNormal(100.0, 10.0),
    Hyperexponential((0.726, 0.274), (0.02711, 0.08529)),
    Empirical((1.0, 1.0, 2.0, 5.0, 30.0)),
    NetemDelay(100.0, 10.0, 'pareto'),
]


def drawn(marginal: Marginal, autocorrelation: float, seed: int = 1) -> Array:
    source = uniforms(np.random.default_rng(seed), latent_correlation(marginal, autocorrelation))
    return np.concatenate([marginal.quantile_ms(source.block()) for _ in range(FRAMES // BLOCK)])


def lag_1(delays: Array) -> float:
    deviations = delays - delays.mean()
    return float(deviations[1:] @ deviations[:-1] / (deviations @ deviations))


def independent_parts(delays: Array) -> Array:
    """Return the series in parts, each far longer than its correlation."""
    return delays.reshape(PARTS, -1)


@pytest.mark.parametrize('autocorrelation', [0.3, 0.6, 0.9])
@pytest.mark.parametrize('marginal', MARGINALS)
def test_what_comes_out_has_the_autocorrelation(
    marginal: Marginal, autocorrelation: float
) -> None:
    parts = independent_parts(drawn(marginal, autocorrelation))
    mean, variance = parts.mean(), parts.var()
    products = ((parts[:, 1:] - mean) * (parts[:, :-1] - mean)).mean(axis=1) / variance
    squares = ((parts - mean) ** 2).mean(axis=1) / variance
    # The standard error of a ratio of means over independent parts; the second term is what the
    # estimated mean takes away, one part in as many as there are effective frames.
    error = np.std(products - autocorrelation * squares, ddof=1) / math.sqrt(PARTS)
    bias = (1 + autocorrelation) / (1 - autocorrelation) / FRAMES * 2
    assert abs(products.mean() - autocorrelation) <= SIGMAS * error + bias


@pytest.mark.parametrize('autocorrelation', [-0.3, 0.3, 0.9])
@pytest.mark.parametrize('marginal', MARGINALS)
def test_what_comes_out_has_the_marginal(marginal: Marginal, autocorrelation: float) -> None:
    delays = drawn(marginal, autocorrelation, seed=2)
    for level in (0.05, 0.25, 0.5, 0.75, 0.95, 0.99):
        below = independent_parts(delays <= marginal.quantile_ms(np.array([level]))[0])
        shares = below.mean(axis=1)
        error = np.std(shares, ddof=1) / math.sqrt(PARTS)
        # Where values repeat, more than the level may lie at or below its quantile.
        assert shares.mean() >= level - SIGMAS * error
        if isinstance(marginal, (Empirical, NetemDelay)):
            continue
        assert shares.mean() <= level + SIGMAS * error


def test_independent_delays_are_independent() -> None:
    delays = drawn(Gamma(0.5, 0.39), 0.0)
    assert abs(lag_1(delays)) <= SIGMAS / math.sqrt(FRAMES)


@pytest.mark.parametrize(
    ('marginal', 'least'),
    [
        (Normal(100.0, 1.0), -1.0),
        (Uniform(0.0, 1.0), -1.0),
        # Exponential: 1 - pi^2 / 6.
        (Hyperexponential((1.0,), (0.1,)), 1 - math.pi**2 / 6),
        (Gamma(1.0, 1.0), 1 - math.pi**2 / 6),
    ],
)
def test_the_range_that_can_be_reached_is_that_of_the_theory(
    marginal: Marginal, least: float
) -> None:
    found = reachable(marginal)
    # The Hermite series of the exponential, cut off after 400 terms.
    assert found[0] == pytest.approx(least, abs=2e-3)
    assert found[1] == LARGEST


def test_uniform_delays_follow_the_known_arcsine_law() -> None:
    # Pearson: the correlation of uniforms behind which normals have r is 6 / pi asin(r / 2).
    for r in (-0.9, 0.3, 0.7, 0.95):
        expected = 6 / math.pi * math.asin(r / 2)
        assert latent_correlation(Uniform(0.0, 1.0), expected) == pytest.approx(r, abs=1e-4)


def test_truncation_hardly_matters_at_high_correlation() -> None:
    # The exponential against a quadrature of E[Q(Phi(x)) Q(Phi(y))] over the bivariate normal.
    r = latent_correlation(Hyperexponential((1.0,), (1.0,)), 0.9)
    x, w = np.polynomial.hermite_e.hermegauss(120)
    w = w / w.sum()
    y = r * x[:, None] + math.sqrt(1 - r**2) * x[None, :]
    product = (-stats.norm.logsf(x))[:, None] * (-stats.norm.logsf(y))
    rho = float((w[:, None] * w[None, :] * product).sum()) - 1.0
    assert rho == pytest.approx(0.9, abs=1e-3)


@pytest.mark.parametrize(
    ('marginal', 'autocorrelation', 'names'),
    [
        (Constant(3.0), 0.5, 'constant.*all delays are equal'),
        (Gamma(1.0, 1.0), -0.8, r'gamma is -0.8; allowed: -0.64\d .. 0.999'),
        (Uniform(0.0, 1.0), 0.9999, 'uniform is 0.9999'),
    ],
)
def test_what_cannot_be_reached_is_refused_by_name(
    marginal: Marginal, autocorrelation: float, names: str
) -> None:
    with pytest.raises(ParameterError, match=names):
        latent_correlation(marginal, autocorrelation)


def test_a_process_is_stationary_from_its_first_value() -> None:
    firsts = [CorrelatedUniforms(np.random.default_rng(s), 0.95).block()[0] for s in range(3000)]
    assert stats.kstest(firsts, 'uniform').pvalue > 1e-4


def test_the_impairment_carries_it_to_the_frames() -> None:
    jitter = Jitter(gamma=Gamma(5.0, 3.0), autocorrelation=0.7)
    model = StagedImpairment(Treatment(1.0, jitter), Streams.seeded(1, 0), 0)
    delays = np.array([model.fates(n, 1)[0].delay_ns / 1e6 for n in range(20_000)])
    # Bartlett: the error of an AR(1) process' lag-1 coefficient is sqrt((1 - rho^2) / n), for a
    # normal one; gamma noise of this shape stays within twice that.
    assert abs(lag_1(delays) - 0.7) <= SIGMAS * 2 * math.sqrt((1 - 0.7**2) / 20_000)
    assert delays.min() >= 1.0
