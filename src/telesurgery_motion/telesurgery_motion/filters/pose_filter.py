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
COARSEST_STEP_M = 1e-3
"""Of a sensor. A pose that repeats itself to the bit is silence too, unless the next one is but a
step of the sensor away: a hand that comes back elsewhere has no speed that a filter may go on
with."""


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
        self._T: Array = np.eye(4)
        self._turned: Array = np.zeros(3)
        self._repeated_s = 0.0

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
        turn = self._lever * rotation_vector(R @ self._T[:3, :3].T)
        if self._comes_back(T, turn, dt):
            return self._start(T)
        self._T = T
        self._turned = self._turned + turn
        x = np.array([p, self._turned])
        found = x - self._inner.step(x, dt)
        result = T.copy()
        result[:3, :3] = rotation_from_vector(found[1] / -self._lever) @ R
        result[:3, 3] = p - found[0]
        self._result = result
        return result

    def _comes_back(self, T: Array, turn: Array, dt: float) -> bool:
        """Return whether the hand is elsewhere after its pose has repeated itself for long."""
        if np.array_equal(T, self._T):
            self._repeated_s += dt
            return False
        repeated_s, self._repeated_s = self._repeated_s, 0.0
        way = T[:3, 3] - self._T[:3, 3]
        far = float(way @ way + turn @ turn) > COARSEST_STEP_M**2
        return far and repeated_s > LONGEST_GAP_S

    def _start(self, T: Array) -> Array:
        self._T, self._turned, self._repeated_s = T, np.zeros(3), 0.0
        self._inner.reset(np.array([T[:3, 3], self._turned]))
        self._result = T
        return T
