"""Measured values with their times, and their distribution over a sliding window."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

CAPACITY = 32_768
"""Most values kept: 10 s at 3000 a second. At higher rates the window is shorter."""

_FIRST_CAPACITY = 256

Percentiles = tuple[float, float, float]
"""p50, p95 and p99."""

UNKNOWN: Percentiles = (math.nan, math.nan, math.nan)


class Samples:
    """Values of one quantity [ns], the newest of them."""

    def __init__(self, window_ns: int) -> None:
        self._window_ns = window_ns
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._times = np.zeros(_FIRST_CAPACITY, np.int64)
        self._values = np.zeros(_FIRST_CAPACITY, np.int64)
        self._taken = 0

    def add(self, value_ns: int, now_ns: int) -> None:
        """Take a value."""
        at = self._taken % len(self._times)
        is_full = self._taken >= len(self._times)
        if is_full and len(self._times) < CAPACITY and self._times[at] >= now_ns - self._window_ns:
            at = self._lengthen(at)
        self._times[at] = now_ns
        self._values[at] = value_ns
        self._taken += 1

    def _lengthen(self, oldest: int) -> int:
        """Make the ring, which is full, twice as long; return where the next value goes."""
        length = len(self._times)
        space = np.zeros(length, np.int64)
        self._times = np.concatenate((self._times[oldest:], self._times[:oldest], space))
        self._values = np.concatenate((self._values[oldest:], self._values[:oldest], space))
        self._taken = length
        return length

    def within(self, now_ns: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return times and values of the window, in no order."""
        held = min(self._taken, len(self._times))
        times, values = self._times[:held], self._values[:held]
        recent = times >= now_ns - self._window_ns
        return times[recent], values[recent]

    def percentiles_ms(self, now_ns: int) -> Percentiles:
        """Return p50, p95 and p99 [ms] over the window; NaN without values."""
        return percentiles_ms(self.within(now_ns)[1])


def percentiles_ms(values_ns: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> Percentiles:
    """Return p50, p95 and p99 [ms]; NaN without values."""
    if not len(values_ns):
        return UNKNOWN
    p50, p95, p99 = np.percentile(values_ns, (50, 95, 99)) / 1e6
    return float(p50), float(p95), float(p99)
