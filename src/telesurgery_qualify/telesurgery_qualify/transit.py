"""Delay in one direction: its spread and its jitter, for which no common clock is needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_qualify.confidence import UNKNOWN, Bounds, mean_bounds
from telesurgery_qualify.samples import Samples

NS_PER_MS = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Transit:
    """What the stamps of one direction tell."""

    at_s: NDArray[np.float64]
    """When each frame came, since the first, ``(n,)`` [s]."""
    excess_ms: NDArray[np.float64]
    """How much longer each took than the fastest, ``(n,)`` [ms]."""
    jitter_ms: Bounds
    """Mean change of the delay from frame to frame, to which RFC 3550's estimate converges."""


def transit(control: Samples) -> Transit:
    """Return the transit times of the control frames of a direction, less the shortest.

    What the two clocks drift apart during the run is taken out: the line through the fastest
    frame of the run's first half and the fastest of its second.
    """
    if len(control) == 0:
        return Transit(np.zeros(0), np.zeros(0), UNKNOWN)
    at_s = (control.arrival_ns - control.arrival_ns[0]) / 1e9
    raw_ms = (control.arrival_ns - control.sent_ns) / NS_PER_MS
    changes_ms = np.abs(np.diff(raw_ms))
    raw_ms = raw_ms - drift_per_s(at_s, raw_ms) * at_s
    return Transit(at_s, raw_ms - raw_ms.min(), mean_bounds(changes_ms))


LEAST_SPAN_S = 30.0
"""A shorter run says nothing of the drift of two clocks."""


def drift_per_s(at_s: NDArray[np.float64], raw_ms: NDArray[np.float64]) -> float:
    """Return how fast the two clocks part [ms/s]; 0 for a run too short to tell."""
    if len(at_s) < 100 or at_s[-1] < LEAST_SPAN_S:
        return 0.0
    half = int(np.searchsorted(at_s, at_s[-1] / 2.0))
    first, second = int(np.argmin(raw_ms[:half])), half + int(np.argmin(raw_ms[half:]))
    if at_s[second] - at_s[first] < LEAST_SPAN_S / 4.0:
        return 0.0
    return float((raw_ms[second] - raw_ms[first]) / (at_s[second] - at_s[first]))
