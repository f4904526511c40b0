"""Whether the simulation kept real time, and how often its endoscope delivered."""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.session import NS_PER_S, ImageTrack, SimulatorHealth


def real_time_factors(simulator: SimulatorHealth) -> Array:
    """Return the real-time factors ``(n,)`` that the running simulator reported."""
    known = simulator.running & np.isfinite(simulator.real_time_factor)
    if not known.any():
        raise NotMeasuredError('/simulator/state has no real-time factor of a running simulator')
    factors: Array = simulator.real_time_factor[known]
    return factors


def frame_rate_hz(camera: ImageTrack | None, *, name: str) -> float:
    """Return the mean rate [Hz] of a camera's frames, by their stamps, pauses included."""
    stamps = np.unique(camera.stamp_ns) if camera else np.empty(0, dtype=np.int64)
    if stamps.size < 2:
        raise NotMeasuredError(f'the bags have {stamps.size} compressed frames of {name}')
    return float((stamps.size - 1) / ((stamps[-1] - stamps[0]) / NS_PER_S))
