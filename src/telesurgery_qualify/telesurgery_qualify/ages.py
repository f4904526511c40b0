"""How old what one end knew of the other was, at any time of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_qualify.confidence import Bounds, exceedance_bounds
from telesurgery_qualify.round_trip import round_trips
from telesurgery_qualify.samples import Samples

STEP_MS = 2.0
"""Spacing at which ages are looked at where their statistics are wanted."""

MOST_STEPS = 1_000_000
"""In a long run they are looked at less often, so that there are not more than so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Ages:
    """The age over time: after a frame it is its round trip, then it grows until the next.

    An interruption thereby counts with its whole length.
    """

    fresh_ms: NDArray[np.float64]
    """The age just after each frame, ``(n,)`` [ms]."""
    gaps_ms: NDArray[np.float64]
    """How long it grew from there, ``(n,)`` [ms]."""

    def share_above(self, limit_ms: float) -> float:
        """Return the share of the time in which the age was above ``limit_ms``; NaN: unknown."""
        whole_ms = float(self.gaps_ms.sum())
        if whole_ms <= 0.0:
            return float('nan')
        above_ms = np.clip(self.fresh_ms + self.gaps_ms - limit_ms, 0.0, self.gaps_ms)
        return float(above_ms.sum()) / whole_ms

    def share_bounds(self, limit_ms: float) -> Bounds:
        """Return the same with what a run of this length allows to say."""
        return exceedance_bounds(self.sampled(), limit_ms)

    def sampled(self) -> NDArray[np.float64]:
        """Return the age at equal steps through the run, ``(m,)`` [ms]."""
        ends_ms = np.cumsum(self.gaps_ms)
        end_ms = float(ends_ms[-1]) if len(ends_ms) else 0.0
        step_ms = max(STEP_MS, end_ms / MOST_STEPS)
        at_ms = np.arange(step_ms / 2.0, end_ms, step_ms)
        frame = np.searchsorted(ends_ms, at_ms, side='right')
        return np.asarray(self.fresh_ms[frame] + at_ms - (ends_ms - self.gaps_ms)[frame])


def ages(samples: Samples, ended_ns: int) -> Ages:
    """Return the ages that the receiver of these samples had until ``ended_ns``."""
    trips = round_trips(samples)
    if len(trips.ms) == 0:
        return Ages(np.zeros(0), np.zeros(0))
    first_ns = int(samples.arrival_ns[samples.origin_ns > 0][0])
    end_ms = max((ended_ns - first_ns) / 1e6, float(trips.at_s[-1]) * 1e3)
    return Ages(trips.ms, np.diff(np.append(trips.at_s * 1e3, end_ms)))
