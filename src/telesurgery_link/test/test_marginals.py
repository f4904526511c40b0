"""Each distribution is the one it is named after: its quantiles are those of the theory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from telesurgery_core.errors import ParameterError
from telesurgery_link.impairment.correlation import Uniforms
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
from telesurgery_link.impairment.netem_tables import NetemDelay, built_table, read_table
from telesurgery_link.impairment.streams import BLOCK

# NetFI's set for 100 ms: the case that mixes two scales.
NETFI_100 = Hyperexponential((0.726, 0.274), (0.02711, 0.08529))
MARGINALS: list[tuple[Marginal, stats.rv_continuous]] = [
    (Uniform(2.0, 5.0), stats.uniform(2.0, 3.0)),
    (Normal(10.0, 2.0), stats.truncnorm(-5.0, np.inf, 10.0, 2.0)),
    (Normal(10.0, 8.0, 9.0), stats.truncnorm(-0.125, np.inf, 10.0, 8.0)),
    (Gamma(0.5, 0.39), stats.gamma(a=(0.5 / 0.39) ** 2, scale=0.39**2 / 0.5)),
    (Pareto(3.0, 5.0), stats.lomax(3.0, scale=5.0)),
]
OTHERS: list[Marginal] = [
    NETFI_100,
    Constant(3.0),
    Pareto(1.5, 2.0, largest_ms=50.0),
    ParetoNormal(100.0, 10.0),
    Empirical((1.0, 4.0, 2.0, 2.0)),
    NetemDelay(100.0, 10.0),
    NetemDelay(100.0, 10.0, 'normal'),
    NetemDelay(10.0, 10.0, 'pareto'),
    NetemDelay(100.0, 10.0, 'paretonormal'),
]
LEVELS = (0.0, 1e-9, 0.01, 0.25, 0.5, 0.75, 0.99, 0.999999, 1 - 1e-9)


def quantile_ms(marginal: Marginal, u: float) -> float:
    return float(marginal.quantile_ms(np.array([u]))[0])


@pytest.mark.parametrize('u', LEVELS)
@pytest.mark.parametrize(('marginal', 'theory'), MARGINALS)
def test_quantiles_are_those_of_the_theory(
    marginal: Marginal, theory: stats.rv_continuous, u: float
) -> None:
    # From the nearer tail, where 1 - u is exact and scipy's own quantiles are good to 1e-7.
    expected_ms = theory.ppf(u) if u < 0.5 else theory.isf(1.0 - u)
    assert quantile_ms(marginal, u) == pytest.approx(expected_ms, rel=1e-7, abs=1e-9)


@given(st.floats(0.0, 1.0, exclude_max=True))
def test_the_hyperexponential_quantile_inverts_its_distribution(u: float) -> None:
    x = quantile_ms(NETFI_100, u)
    share_above = sum(
        w * np.exp(-r * x) for w, r in zip(NETFI_100.weights, NETFI_100.rates_per_ms, strict=True)
    )
    assert share_above == pytest.approx(1.0 - u, rel=1e-9)


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 1.0, exclude_max=True))
def test_no_normal_delay_is_below_its_floor(mean_ms: float, sd_ms: float, u: float) -> None:
    delay_ms = quantile_ms(Normal(mean_ms, sd_ms, mean_ms / 2), u)
    assert mean_ms / 2 <= delay_ms < np.inf


@pytest.mark.parametrize('marginal', [m for m, _ in MARGINALS] + OTHERS)
@given(u=st.floats(0.0, 1.0, exclude_max=True), v=st.floats(0.0, 1.0, exclude_max=True))
def test_quantiles_rise_and_are_never_negative(marginal: Marginal, u: float, v: float) -> None:
    low, high = sorted((u, v))
    # An ulp of slack: two neighbouring levels may round either way.
    assert 0.0 <= quantile_ms(marginal, low) <= quantile_ms(marginal, high) * (1 + 1e-12)


@pytest.mark.parametrize('marginal', [m for m, _ in MARGINALS] + OTHERS)
def test_an_array_has_the_quantiles_of_its_elements(marginal: Marginal) -> None:
    levels = np.array(LEVELS)
    one_by_one = [quantile_ms(marginal, u) for u in LEVELS]
    # Newton's method stops for all together: its last digits differ.
    np.testing.assert_allclose(marginal.quantile_ms(levels), one_by_one, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(('marginal', 'theory'), MARGINALS)
def test_delays_drawn_follow_the_distribution(
    marginal: Marginal, theory: stats.rv_continuous
) -> None:
    source = Uniforms(np.random.default_rng(7))
    drawn_ms = np.concatenate([marginal.quantile_ms(source.block()) for _ in range(20)])
    assert drawn_ms.shape == (20 * BLOCK,)
    # The seed is fixed; a correct sampler falls below 1e-4 once in ten thousand seeds.
    assert stats.kstest(drawn_ms, theory.cdf).pvalue > 1e-4


def test_a_bounded_pareto_is_the_pareto_given_that_it_is_below_the_bound() -> None:
    theory = stats.lomax(1.5, scale=2.0)
    for u in (0.1, 0.5, 0.9, 0.999):
        expected_ms = theory.ppf(u * theory.cdf(50.0))
        assert quantile_ms(Pareto(1.5, 2.0, 50.0), u) == pytest.approx(expected_ms, rel=1e-9)
    assert quantile_ms(Pareto(1.5, 2.0, 50.0), 1 - 1e-16) <= 50.0


def test_paretonormal_has_the_mean_and_deviation_asked_for() -> None:
    marginal = ParetoNormal(100.0, 10.0)
    mean = integrate.quad(lambda u: quantile_ms(marginal, u), 0, 1, limit=500)[0]
    square = integrate.quad(lambda u: (quantile_ms(marginal, u) - 100) ** 2, 0, 1, limit=500)[0]
    # 1e-3 of the deviation: what is left of the quadrature at the integrable ends.
    assert mean == pytest.approx(100.0, abs=1e-2)
    assert np.sqrt(square) == pytest.approx(10.0, rel=1e-3)


def test_an_empirical_marginal_goes_through_its_samples() -> None:
    marginal = Empirical((4.0, 1.0, 2.0), factor=0.5)
    assert [quantile_ms(marginal, u) for u in (0.0, 0.25, 0.5, 0.75)] == [0.5, 0.75, 1.0, 1.5]


def test_an_empirical_marginal_may_be_any_trace(tmp_path: Path) -> None:
    path = tmp_path / 'pings.csv'
    path.write_text('n,rtt_ms\n1,30.0\n2,\n3,10.0\n4,20.0\n')
    assert quantile_ms(Empirical(file=str(path)), 0.5) == 20.0


def test_netems_normal_table_is_standard() -> None:
    table = built_table('normal') / 8192
    assert table.shape == (4096,)
    assert table.mean() == pytest.approx(0.0, abs=1e-6)
    # The midpoint rule over 4096 levels leaves out the outer half of the last ones: 1e-3.
    assert table.std() == pytest.approx(1.0, abs=1e-3)


def test_netems_pareto_table_is_its_formula_cut_off() -> None:
    theory = stats.pareto(3)
    table = built_table('pareto') / 8192
    for level in (0.1, 0.5, 0.9, 0.99):
        expected = min(4.0, 4 / 3 * (theory.ppf(level) - 1.5))
        # One of 4096 entries, near which the quantile rises by less than 1 % of itself.
        assert table[int(4096 * level)] == pytest.approx(expected, rel=1e-2)
    assert table.max() == 32767 / 8192


def test_netems_paretonormal_is_a_quarter_normal() -> None:
    parts = 0.25 * built_table('normal') + 0.75 * built_table('pareto')
    inside = np.abs(parts) < 4 * 8192 - 2 * 8192
    # Two roundings to whole entries.
    np.testing.assert_allclose(built_table('paretonormal')[inside], parts[inside], atol=1.0)
    assert built_table('paretonormal').max() == 32767


def test_a_netem_delay_is_a_mean_and_a_share_of_the_tables_entry(tmp_path: Path) -> None:
    path = tmp_path / 'own.dist'
    path.write_text('# two entries\n8192 -8192\n')
    marginal = NetemDelay(100.0, 10.0, str(path))
    assert [quantile_ms(marginal, u) for u in (0.2, 0.7)] == [90.0, 110.0]
    assert quantile_ms(NetemDelay(5.0, 10.0, str(path)), 0.2) == 0.0


@pytest.mark.parametrize(
    ('text', 'names'),
    [('8192\n40000\n', ':2: .*40000'), ('a b\n', ":1: .*'a'"), ('#\n', 'no entry')],
)
def test_a_bad_table_is_refused_by_its_line(tmp_path: Path, text: str, names: str) -> None:
    path = tmp_path / 'bad.dist'
    path.write_text(text)
    with pytest.raises(ParameterError, match=names):
        read_table(path)


@pytest.mark.parametrize(
    'wrong',
    [
        lambda: Uniform(2.0, 1.0),
        lambda: Normal(1.0, 1.0, 2.0),
        lambda: ParetoNormal(1.0, 1.0, 2.0),
        lambda: Hyperexponential((0.5, 0.4), (1.0, 1.0)),
        lambda: Hyperexponential((1.0,), (1.0, 1.0)),
        lambda: Hyperexponential((), ()),
        Empirical,
        lambda: Empirical((1.0,)),
        lambda: Empirical((1.0, 2.0), 'a.txt'),
        lambda: NetemDelay(1.0, 1.0, 'cauchy'),
    ],
)
def test_contradictory_figures_are_refused(wrong: object) -> None:
    with pytest.raises(ParameterError, match='allowed'):
        wrong()  # type: ignore[operator]
