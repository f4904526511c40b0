"""Second-order Butterworth low-pass: the classical filter, and what its lag costs."""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.second_order import SecondOrder


class Butterworth:
    """Low-pass of vectors ``(b, 3)`` with the cut-off ``cutoff_hz`` (-3 dB)."""

    def __init__(self, cutoff_hz: float) -> None:
        self._section = SecondOrder(cutoff_hz)
        self._origin: Array = np.zeros((1, 3))

    def reset(self, x: Array) -> None:
        """Start at rest at ``x``."""
        self._origin = x.copy()
        self._section.reset(x.shape)

    def step(self, x: Array, dt: float) -> Array:
        """Return the low-passed ``x``."""
        low, _high = self._section.step(x - self._origin, dt)
        return self._origin + low

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._origin += offset
