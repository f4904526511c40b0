"""What a finite sample allows to say: one-sided bounds that each hold with a given confidence.

Successive delays of a path are correlated (lag-1 0.5 to 0.8 on real paths), so that n samples say
less than n. ``effective_count`` finds out how much less; the bounds on shares take that number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaincinv, ndtri, stdtrit

CONFIDENCE = 0.95
"""Each bound of this package holds with this probability."""

BATCHES = 20
"""Batches of a batch-means estimate: enough for Student's t to be near normal, and long ones."""

LEAST_BATCHES = 5
"""Below this nothing is said about a mean."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """An estimate and its one-sided bounds; NaN where the sample says nothing."""

    value: float
    low: float
    high: float


UNKNOWN = Bounds(math.nan, math.nan, math.nan)


def share_bounds(count: float, total: float) -> Bounds:
    """Return a share, ``count`` of ``total``, with its Clopper-Pearson bounds.

    Both may be fractions (of effective samples). For ``count`` 0 the upper bound is
    1 - 0.05 ** (1 / total), about 3 / total: the rule of three.
    """
    if total <= 0.0:
        return UNKNOWN
    low = 0.0 if count <= 0.0 else float(betaincinv(count, total - count + 1.0, 1.0 - CONFIDENCE))
    high = 1.0
    if count < total:
        high = float(betaincinv(count + 1.0, total - count, CONFIDENCE))
    return Bounds(count / total, low, high)


def trials_to_show(share: float) -> float:
    """Return how many trials without one failure show that failures are rarer than ``share``."""
    return math.log(1.0 - CONFIDENCE) / math.log1p(-share)


def event_bounds(count: int) -> Bounds:
    """Return the expected number of events behind ``count`` that came, if they come at random.

    Exact bounds of a Poisson mean (Garwood 1936).
    """
    low = 0.0 if count == 0 else float(gammaincinv(count, 1.0 - CONFIDENCE))
    return Bounds(float(count), low, float(gammaincinv(count + 1, CONFIDENCE)))


def effective_count(values: NDArray[np.float64]) -> float:
    """Return how many independent samples say as much about the mean of ``values`` ``(n,)``.

    By batch means: their variance, as a multiple of what independent samples would have, is the
    factor by which the sample shrinks. At most n, at least the number of batches.
    """
    n = len(values)
    if n < 2 * BATCHES:
        return float(n)
    length = n // BATCHES
    means = values[: length * BATCHES].reshape(BATCHES, length).mean(axis=1)
    variance = float(values.var(ddof=1))
    if variance == 0.0:
        return float(n)
    inflation = length * float(means.var(ddof=1)) / variance
    return float(np.clip(n / max(inflation, 1.0), BATCHES, n))


def exceedance_bounds(
    values: NDArray[np.float64], limit: float, effective: float | None = None
) -> Bounds:
    """Return the share of ``values`` ``(n,)`` above ``limit`` with its bounds, 0..1.

    The upper bound is the smaller of two. The first counts (Clopper-Pearson on the effective
    number; of separate exceedances where that is wider). The second is Cantelli's inequality,
    which holds for any distribution with such a mean and variance, both taken at their own bounds:
    it decides where no value comes near the limit, and few independent ones would leave the count
    undecided.
    """
    n = len(values)
    if n == 0:
        return UNKNOWN
    effective = effective_count(values) if effective is None else effective
    above = values > limit
    counted = share_bounds(float(above.mean()) * effective, effective)
    low, high = counted.low, counted.high
    # Exceedances that follow one another are one event, however many values it spans.
    events = int(np.count_nonzero(np.diff(above.astype(np.int8), prepend=0) == 1))
    if events:
        share_of_one = counted.value / events
        low = min(low, event_bounds(events).low * share_of_one)
        high = max(high, min(1.0, event_bounds(events).high * share_of_one))
    high = min(high, _cantelli(values, limit, effective))
    return Bounds(counted.value, min(low, high), max(high, counted.value))


def _cantelli(values: NDArray[np.float64], limit: float, effective: float) -> float:
    if len(values) < 2 * BATCHES:
        return 1.0
    mean = mean_bounds(values).high
    freedom = max(effective - 1.0, 1.0)
    variance = (
        float(values.var(ddof=1))
        * freedom
        / (2.0 * float(gammaincinv(freedom / 2.0, 1.0 - CONFIDENCE)))
    )
    if limit <= mean:
        return 1.0
    return variance / (variance + (limit - mean) ** 2)


def mean_bounds(values: NDArray[np.float64]) -> Bounds:
    """Return the mean of ``values`` ``(n,)`` with bounds from batch means and Student's t.

    With fewer than ``LEAST_BATCHES`` values the bounds are unknown.
    """
    n = len(values)
    if n == 0:
        return UNKNOWN
    mean = float(values.mean())
    batches = min(BATCHES, n)
    if batches < LEAST_BATCHES:
        return Bounds(mean, math.nan, math.nan)
    length = n // batches
    means = values[: length * batches].reshape(batches, length).mean(axis=1)
    error = float(means.std(ddof=1)) / math.sqrt(batches)
    reach = float(stdtrit(batches - 1, CONFIDENCE)) * error
    return Bounds(mean, mean - reach, mean + reach)


def quantile_bounds(values: NDArray[np.float64], level: float, effective: float) -> Bounds:
    """Return the quantile of ``values`` at ``level`` with bounds, themselves quantiles of them.

    Their levels are those that ``effective`` independent samples leave open (normal
    approximation of the binomial). The upper bound is infinite where the sample is too small to
    have one.
    """
    if len(values) == 0:
        return UNKNOWN
    reach = float(ndtri(CONFIDENCE)) * math.sqrt(level * (1.0 - level) / effective)
    middle, low = np.quantile(values, [level, max(0.0, level - reach)])
    high = float(np.quantile(values, level + reach)) if level + reach < 1.0 else math.inf
    return Bounds(float(middle), float(low), high)
