"""Filters of vectors applied to poses: position and turning as two vectors of one unit.

A turn is a vector of metres too, at the end of a lever. The hand's turning is the sum of its turns
from sample to sample, which knows no wrap and no sign; what the filter finds to be taken out of it
is small and turns the hand's own orientation back, so that the sum's drift never reaches the
result and a filter that finds nothing returns the pose that came.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from telesurgery_core.transforms import Array, rotation_from_vector, rotation_vector
from telesurgery_motion.filters.vector_filter import SHORTEST_DT_S, VectorFilter

LONGEST_GAP_S = 0.25
"""After a longer silence nothing is known about the hand, and a filter starts anew."""


class TremorFilter(Protocol):
    """One hand's filter: a pose in, the pose that was meant out."""

    def reset(self) -> None:
        """Forget everything; the next pose passes as it is."""

    def step(self, T: Array, dt: float) -> Array:
        """Return the filtered pose ``(4, 4)``, ``dt`` [s] after the one before.

        A pose that is not later than the one before it changes nothing.
        """


class Unfiltered:
    """The hand as it is."""

    def reset(self) -> None:
        """There is nothing to forget."""

    def step(self, T: Array, dt: float) -> Array:
        """Return the pose unchanged, to the bit."""
        return T


class PoseFilter:
    """Filters poses with a filter of vectors; ``lever_m`` is what a radian counts as [m]."""

    def __init__(self, inner: VectorFilter, lever_m: float) -> None:
        self._inner = inner
        self._lever = lever_m
        self._result: Array | None = None
        self._R: Array = np.eye(3)
        self._turned: Array = np.zeros(3)

    def reset(self) -> None:
        """Forget everything; the next pose passes as it is."""
        self._result = None

    def step(self, T: Array, dt: float) -> Array:
        """Return the filtered pose."""
        if self._result is None or dt > LONGEST_GAP_S:
            return self._start(T)
        if dt < SHORTEST_DT_S:
            return self._result
        R, p = T[:3, :3], T[:3, 3]
        self._turned = self._turned + self._lever * rotation_vector(R @ self._R.T)
        self._R = R
        x = np.array([p, self._turned])
        found = x - self._inner.step(x, dt)
        result = T.copy()
        result[:3, :3] = rotation_from_vector(found[1] / -self._lever) @ R
        result[:3, 3] = p - found[0]
        self._result = result
        return result

    def _start(self, T: Array) -> Array:
        self._R, self._turned = T[:3, :3], np.zeros(3)
        self._inner.reset(np.array([T[:3, 3], self._turned]))
        self._result = T
        return T
