"""For tests: signals that filters are put to."""

from __future__ import annotations

import numpy as np

from telesurgery_motion.filters.parameters import NAMES, TremorParameters
from telesurgery_motion.filters.table import make_vector_filter

FILTERS = tuple(name for name in NAMES if name != 'none')
RATE_HZ = 200.0
DT = 1.0 / RATE_HZ


def vector_filter(name, **parameters):
    return make_vector_filter(TremorParameters(filter=name, **parameters))


def run(inner, x, dt=DT):
    """Return what a filter makes of ``x`` ``(n, b, 3)``; ``dt``: one interval, or ``(n - 1,)``."""
    y = np.empty_like(x)
    inner.reset(x[0])
    y[0] = x[0]
    for k, interval in enumerate(np.broadcast_to(dt, len(x) - 1), start=1):
        y[k] = inner.step(x[k], float(interval))
    return y


def times(seconds, rate_hz=RATE_HZ):
    return np.arange(round(seconds * rate_hz)) / rate_hz


def reach(t, length=0.03, period_s=3.0):
    """A hand that goes to and fro, smoothly ``(n, 1, 3)`` [m]: three directions, below 1 Hz."""
    phase = 2.0 * np.pi * t[:, None] / (period_s * np.array([1.0, 1.3, 1.7]))
    return (length * np.sin(phase))[:, None, :]


def shaking(t, strength=1e-4, frequencies_hz=(8.1, 9.7, 11.2)):
    """Tremor of several frequencies, ``strength`` RMS an axis ``(n, 1, 3)`` [m]."""
    lines = [
        np.sin(2.0 * np.pi * f * t[:, None] + np.array([0.3, 1.9, 4.1]) * (k + 1))
        for k, f in enumerate(frequencies_hz)
    ]
    return (strength * np.sqrt(2.0 / len(lines)) * np.sum(lines, axis=0))[:, None, :]


def rms(x):
    return float(np.sqrt(np.square(x).mean()))
