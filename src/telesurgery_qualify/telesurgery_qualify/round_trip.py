"""Round trips of control frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_qualify.confidence import (
    Bounds,
    effective_count,
    exceedance_bounds,
    quantile_bounds,
)
from telesurgery_qualify.samples import Samples

LEVELS = (0.5, 0.95, 0.99, 0.999)
NS_PER_MS = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class RoundTrips:
    """All round trips of a run, in the order in which they were completed."""

    at_s: NDArray[np.float64]
    """When each was completed, since the first, ``(n,)`` [s]."""
    ms: NDArray[np.float64]
    """How long it took, ``(n,)`` [ms]."""
    effective: float
    """Number of independent ones that would say as much."""

    def quantiles(self) -> dict[float, Bounds]:
        """Return the quantiles [ms] at ``LEVELS``."""
        return {level: quantile_bounds(self.ms, level, self.effective) for level in LEVELS}

    def share_above(self, limit_ms: float) -> Bounds:
        """Return the share of round trips longer than ``limit_ms``, 0..1."""
        return exceedance_bounds(self.ms, limit_ms, self.effective)


def round_trips(samples: Samples) -> RoundTrips:
    """Return the round trips that the receiver of these samples can tell."""
    answered = samples.origin_ns > 0
    arrival_ns = samples.arrival_ns[answered]
    ns = arrival_ns - samples.origin_ns[answered] - samples.held_ns[answered]
    possible = ns >= 0
    arrival_ns, ms = arrival_ns[possible], ns[possible] / NS_PER_MS
    at_s = (arrival_ns - arrival_ns[0]) / 1e9 if len(arrival_ns) else np.zeros(0)
    return RoundTrips(at_s, ms, effective_count(ms))
