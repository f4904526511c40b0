"""Outliers: a hand does not accelerate without bound, a glitch of a sensor does.

A sample that no hand can reach from the ones before it is replaced by where the hand was going. If
the next ones say the same it was no outlier: the device has jumped, and the filter behind goes on
from there as if the signal had always been there, so that a jump passes as a jump and rings in
nothing.
"""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.vector_filter import VectorFilter

LARGEST_ACCELERATION = 50.0
"""Of a hand [m/s^2]: five times that of gravity."""
LARGEST_SPEED = 2.0
"""Of a hand [m/s]."""
LARGEST_STEP_M = 4e-3
"""What is let through in any case: the steps of a coarse sensor."""
UNKNOWN_S = LARGEST_SPEED / LARGEST_ACCELERATION
"""A speed that is not known may be any that a hand reaches from rest in this time."""
MOST_IN_A_ROW = 2


class Plausible:
    """Passes vectors ``(b, 3)`` on to a filter, outliers replaced."""

    def __init__(self, inner: VectorFilter) -> None:
        self._inner = inner
        self.reset(np.zeros((1, 3)))

    def reset(self, x: Array) -> None:
        """Start at rest at ``x``; the speed is not known yet."""
        self._last = x.copy()
        self._velocity: Array = np.zeros_like(x)
        self._age: Array = np.full(len(x), UNKNOWN_S)
        self._refused = np.zeros(len(x), dtype=int)
        self._inner.reset(x)

    def step(self, x: Array, dt: float) -> Array:
        """Return what the filter makes of ``x``, or of what takes its place."""
        foreseen = self._last + self._velocity * dt
        allowed = LARGEST_STEP_M + LARGEST_ACCELERATION * dt * (dt + self._age)
        outlying = np.square(x - foreseen).sum(axis=1) > allowed * allowed
        jumped = None
        if np.count_nonzero(outlying):
            x, jumped = self._without_outliers(x, foreseen, outlying)
        elif np.count_nonzero(self._refused):
            self._refused[:] = 0
        velocity = (x - self._last) / dt
        self._velocity = np.maximum(np.minimum(velocity, LARGEST_SPEED), -LARGEST_SPEED)
        self._age = np.full(len(x), dt)
        if jumped is not None:
            self._velocity[jumped] = 0.0
            self._age[jumped] = UNKNOWN_S
        self._last = x
        return self._inner.step(x, dt)

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._last = self._last + offset
        self._inner.shift(offset)

    def _without_outliers(
        self, x: Array, foreseen: Array, outlying: np.ndarray
    ) -> tuple[Array, np.ndarray]:
        """Return what takes the place of ``x`` and which vectors have jumped ``(b,)``."""
        jumped = outlying & (self._refused >= MOST_IN_A_ROW)
        refused = outlying & ~jumped
        self._refused = np.where(refused, self._refused + 1, 0)
        self.shift(np.where(jumped[:, None], x - foreseen, 0.0))
        return np.where(refused[:, None], foreseen, x), jumped
