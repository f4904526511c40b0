"""What each distribution of delay is by the books, without the code that is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
LEVELS = np.concatenate(
    (np.linspace(0.0, 0.999, 200_001)[:-1], 1 - np.geomspace(1e-3, 1e-9, 20_001))
)


@dataclass(frozen=True)
class Theory:
    """A distribution in ms."""

    mean_ms: float
    sd_ms: float
    quantile_ms: Callable[[float], float]
    share_up_to: Callable[[Array], Array]
    """Share of delays up to a value."""
    share_below: Callable[[Array], Array]
    """Share of delays below a value; another only where values repeat."""


def of_scipy(distribution: stats.rv_continuous) -> Theory:
    """Return a distribution that scipy knows."""
    return Theory(
        float(distribution.mean()),
        float(distribution.std()),
        lambda level: float(distribution.ppf(level)),
        distribution.cdf,
        distribution.cdf,
    )


def of_quantiles(quantile: Callable[[Array], Array]) -> Theory:
    """Return a distribution given by the formula of its quantiles; its end may be cut off."""
    # Gauss-Legendre on pieces that get finer towards both ends, where quantiles may be steep.
    ends = np.concatenate((np.geomspace(1e-12, 0.5, 200), 1 - np.geomspace(0.5, 1e-12, 200)[1:]))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half = np.diff(ends)[:, None] / 2
    values = quantile(ends[:-1, None] + half * (nodes + 1))
    mean = float((values * weights * half).sum())
    variance = float(((values - mean) ** 2 * weights * half).sum())
    grid = quantile(LEVELS)

    # Where quantiles are cut off, a share of all delays has the largest value.
    inside = int(np.searchsorted(grid, grid[-1] - 1e-9))

    def below(x: Array) -> Array:
        return np.interp(x, grid[: inside + 1], LEVELS[: inside + 1])

    def up_to(x: Array) -> Array:
        return np.where(np.asarray(x) >= grid[-1] - 1e-9, 1.0, below(x))

    return Theory(
        mean, float(np.sqrt(variance)), lambda u: float(quantile(np.array(u))), up_to, below
    )


def of_values(values: Array) -> Theory:
    """Return the distribution that takes each of these values equally often."""
    ordered = np.sort(values)
    n = ordered.size
    return Theory(
        float(ordered.mean()),
        float(ordered.std()),
        lambda level: float(ordered[min(n - 1, int(level * n))]),
        lambda x: np.searchsorted(ordered, x, side='right') / n,
        lambda x: np.searchsorted(ordered, x, side='left') / n,
    )


def hyperexponential(weights: tuple[float, ...], rates: tuple[float, ...]) -> Theory:
    """Return a mixture of exponentials, by its moments and its survival function."""
    w, r = np.array(weights), np.array(rates)
    mean = float((w / r).sum())
    sd = float(np.sqrt((2 * w / r**2).sum() - mean**2))

    def share(x: Array) -> Array:
        return np.asarray(1.0 - (w * np.exp(-r * np.asarray(x)[..., None])).sum(axis=-1))

    grid = np.geomspace(1e-6, 60 / r.min(), 400_000)
    return Theory(mean, sd, lambda level: float(np.interp(level, share(grid), grid)), share, share)


def netem_table(name: str, mean_ms: float, sigma_ms: float) -> Theory:
    """Return netem's delay with a table of a distribution that it names."""
    levels = (np.arange(4096) + 0.5) / 4096
    normal = stats.norm.ppf(levels)
    pareto = 4 / 3 * (stats.pareto(3).ppf(levels) - 1.5)
    shape = {'normal': normal, 'pareto': pareto, 'paretonormal': 0.25 * normal + 0.75 * pareto}
    table = np.clip(np.rint(shape[name] * 8192), -32768, 32767) / 8192
    return of_values(mean_ms + sigma_ms * table)
