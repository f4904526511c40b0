"""How coarse a sensor is: it repeats itself, and then steps.

The error of a coarse sensor is no white noise: it lasts as long as a reading does. All readings
that repeat tell as much as one, so the variance of each counts as often as they are.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array

SAME_M = 1e-9
"""Two readings closer than this are one."""
MEMORY_S = 1.0
MOST_REPEATS = 20.0
"""A hand that rests repeats itself too."""
STEPS_M = (2.5e-4, 4e-3)
"""Smaller steps make innovations alternate, which is learnt as noise and better; larger ones are
motion or a jump."""


class Resolution:
    """Watches the readings of b vectors."""

    def __init__(self) -> None:
        self.reset(np.zeros((1, 3)))

    def reset(self, x: Array) -> None:
        """Know nothing but ``x`` ``(b, 3)``."""
        self._last = x
        self._repeats: Array = np.zeros_like(x)
        self._variance: Array = np.zeros(len(x))

    def variance(self, x: Array, dt: float) -> Array:
        """Return the variance ``(b,)`` [m^2] of an axis that counts for the reading ``x``."""
        step = np.abs(x - self._last)
        self._last = x
        same = step < SAME_M
        stepped = (self._repeats > 0.0) & (step > STEPS_M[0]) & (step < STEPS_M[1])
        self._variance *= math.exp(-dt / MEMORY_S)
        if np.count_nonzero(stepped):
            found = np.where(stepped, step * step * (1.0 + self._repeats) / 12.0, 0.0)
            self._variance = np.maximum(self._variance, found.max(axis=1))
        self._repeats = np.minimum((self._repeats + 1.0) * same, MOST_REPEATS)
        return self._variance
