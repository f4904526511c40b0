"""Sudden voluntary motion: innovations that are too large, one after the other, in one direction.

A single large innovation may be noise or a step of a coarse sensor; then the next one points back.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array

MEMORY_S = 0.03
GATE = 1.5
"""Mean innovation, in standard deviations an axis, from which motion counts as sudden."""
LARGEST_FACTOR = 100.0


class Surprise:
    """Watches the innovations of b vectors."""

    def __init__(self) -> None:
        self.reset(1)

    def reset(self, b: int) -> None:
        """Forget what was seen."""
        self._mean: Array = np.zeros((b, 3))

    def factor(self, innovation: Array, expected: Array, dt: float) -> Array | None:
        """Return by how much more the voluntary part is to be doubted ``(b,)``, None: by nothing.

        ``innovation`` ``(b, 3)`` [m] and the variance ``(b,)`` [m^2] expected of it.
        """
        relative = innovation / np.sqrt(expected)[:, None]
        self._mean += -math.expm1(-dt / MEMORY_S) * (relative - self._mean)
        excess = np.square(self._mean).sum(axis=1) / (3.0 * GATE**2)
        if not np.count_nonzero(excess > 1.0):
            return None
        factor: Array = np.clip(excess, 1.0, LARGEST_FACTOR)
        self._mean /= np.sqrt(factor)[:, None]
        return factor
