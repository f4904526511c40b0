"""How far, how long and how fast a recorded path goes, told before anything follows it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What a path is like; a quantity that two poses at least would tell is NaN without them."""

    count: int
    duration_s: float
    low_m: tuple[float, float, float]
    high_m: tuple[float, float, float]
    """Two corners of the box that holds it."""
    length_m: float
    speed_median_m_s: float
    speed_p99_m_s: float
    speed_max_m_s: float

    def describe(self) -> str:
        """Return it in one line."""
        size = 'x'.join(
            f'{1e3 * (high - low):.0f}' for low, high in zip(self.low_m, self.high_m, strict=True)
        )
        if not math.isfinite(self.speed_max_m_s):
            return f'{self.count} poses at one instant'
        return (
            f'{self.count} poses, {self.duration_s:.1f} s, within {size} mm, '
            f'{self.length_m:.2f} m long, speed {1e3 * self.speed_median_m_s:.0f} mm/s (median), '
            f'{1e3 * self.speed_p99_m_s:.0f} (p99), {1e3 * self.speed_max_m_s:.0f} (largest)'
        )


def path_facts(times_ns: NDArray[np.int64], p: Array) -> PathFacts:
    """Return the facts of points ``p`` ``(n, 3)`` [m], n >= 1, at times in their order."""
    apart, first = np.unique(times_ns, return_index=True)
    steps = np.linalg.norm(np.diff(p[first], axis=0), axis=1)
    speeds = steps / (np.diff(apart) * 1e-9) if len(apart) > 1 else np.array([np.nan])
    low, high = p.min(axis=0).tolist(), p.max(axis=0).tolist()
    return PathFacts(
        count=len(p),
        duration_s=float(apart[-1] - apart[0]) * 1e-9,
        low_m=(low[0], low[1], low[2]),
        high_m=(high[0], high[1], high[2]),
        length_m=float(steps.sum()),
        speed_median_m_s=float(np.median(speeds)),
        speed_p99_m_s=float(np.percentile(speeds, 99)),
        speed_max_m_s=float(speeds.max()),
    )
