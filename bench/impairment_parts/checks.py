"""Figures of a series against theory, each with the bound that a right process keeps.

Series may be correlated, so that errors are those of the means of independent parts: a series is
cut into 200, each far longer than its correlation. A bound is 4 standard errors; a right process
leaves it once in 16 000 figures.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from impairment_parts.theory import Array, Theory

PARTS = 200
SIGMAS = 4.0
KOLMOGOROV = 2.11
"""Quantile of Kolmogorov's distribution that is exceeded once in about 4000."""
NANOSECOND_MS = 1e-6
"""Delays are whole nanoseconds."""
QUANTILES = (0.05, 0.5, 0.95, 0.99)
EFFECTIVE_LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Check:
    """One figure: what it should be, what it is, and how far off it may be."""

    figure: str
    theory: float
    measured: float
    bound: float

    @property
    def passed(self) -> bool:
        """Whether the figure lies within its bound; rounding is not held against it."""
        return bool(abs(self.measured - self.theory) <= self.bound + 1e-9 * abs(self.theory))


def delay_checks(delays_ms: Array, theory: Theory) -> Iterator[Check]:
    """Yield mean, standard deviation and quantiles [ms]."""
    parts = _parts(delays_ms)
    yield Check(
        'mean', theory.mean_ms, float(delays_ms.mean()), SIGMAS * _error(parts.mean(axis=1))
    )
    squares = ((parts - theory.mean_ms) ** 2).mean(axis=1)
    bound = SIGMAS * _error(squares) / (2 * theory.sd_ms) if theory.sd_ms else 0.0
    yield Check('standard deviation', theory.sd_ms, float(delays_ms.std()), bound)
    for level in QUANTILES:
        expected = theory.quantile_ms(level)
        off = SIGMAS * _error((parts <= expected).mean(axis=1))
        low, high = (theory.quantile_ms(min(1 - 1e-9, max(0.0, level + s * off))) for s in (-1, 1))
        measured = float(np.quantile(delays_ms, level))
        bound = max(expected - low, high - expected) + NANOSECOND_MS
        yield Check(f'quantile {level:g}', expected, measured, bound)


def share_checks(delays_ms: Array, theory: Theory, autocorrelation: float) -> Iterator[Check]:
    """Yield the Kolmogorov-Smirnov distance to the marginal, and the autocorrelation."""
    effective = delays_ms.size / _inflation(delays_ms)
    yield Check(
        'Kolmogorov-Smirnov', 0.0, distance(delays_ms, theory), KOLMOGOROV / np.sqrt(effective)
    )
    yield autocorrelation_check(delays_ms, autocorrelation)


def autocorrelation_check(values: Array, autocorrelation: float) -> Check:
    """Return the lag-1 autocorrelation of a series against the one that it should have."""
    parts = _parts(values - values.mean())
    products = (parts[:, 1:] * parts[:, :-1]).mean(axis=1)
    squares = (parts**2).mean(axis=1)
    measured = float(products.mean() / squares.mean())
    error = _error(products - measured * squares) / float(squares.mean())
    return Check('lag-1 autocorrelation', autocorrelation, measured, SIGMAS * error)


def loss_check(lost: Array, mean_loss: float) -> Check:
    """Return the share of frames lost."""
    return Check(
        'loss rate', mean_loss, float(lost.mean()), SIGMAS * _error(_parts(lost).mean(axis=1))
    )


def burst_check(lost: Array, mean_burst: float) -> Check:
    """Return the mean number of frames lost in a row."""
    lengths = np.array([len(list(run)) for was_lost, run in itertools.groupby(lost) if was_lost])
    if lengths.size < 2:
        return Check('burst length', mean_burst, float('nan'), 0.0)
    error = lengths.std(ddof=1) / np.sqrt(lengths.size)
    return Check('burst length', mean_burst, float(lengths.mean()), SIGMAS * float(error))


def distance(delays_ms: Array, theory: Theory) -> float:
    """Return the largest distance of the empirical distribution to the theory's."""
    ordered = np.sort(delays_ms)
    values, last = np.unique(ordered, return_index=False, return_counts=True)
    up_to = np.cumsum(last) / ordered.size
    before = up_to - last / ordered.size
    # A hair to either side: delays are whole nanoseconds.
    above = np.abs(up_to - theory.share_up_to(values + 1e-6))
    below = np.abs(before - theory.share_below(values - 1e-6))
    return float(max(above.max(), below.max()))


def _inflation(delays_ms: Array) -> float:
    """Return by how much correlation multiplies the variance of shares: at least 1."""
    found = 1.0
    for level in EFFECTIVE_LEVELS:
        below = (delays_ms <= np.quantile(delays_ms, level)).astype(float)
        independent = below.mean() * (1 - below.mean()) / below.size
        if independent:
            found = max(found, _error(_parts(below).mean(axis=1)) ** 2 / independent)
    return found


def _parts(values: Array) -> Array:
    length = values.size // PARTS
    return values[: PARTS * length].reshape(PARTS, length)


def _error(means: Array) -> float:
    return float(means.std(ddof=1) / np.sqrt(means.size))
