"""Poses that are wanted more seldom than ticks come, as a way that has a pose for every tick.

From where it is, the way goes to the newest wanted pose on a straight line and by the shortest
turn, both at once, within the time that wanted poses usually are apart. So it lies on the line
between its old place and the newest pose: it never leaves the convex hull of the poses that were
wanted, however they come, and it is there when the next one is due. Steady motion gives steady
motion, without the steps of the stream, half an interval later than a step to each pose would.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_arm import quaternions
from telesurgery_arm.quaternions import Quaternion
from telesurgery_arm.vectors import Vector, combined
from telesurgery_core.transforms import Array


class PoseInterpolation:
    """The way from pose to pose."""

    def __init__(self, T: Array) -> None:
        """Begin at the pose ``(4, 4)``."""
        self._T_end = T
        self._now = self._start = self._end = self._wanted = _split(T)
        self._spread = 0.0
        self.left = 0.0
        """Time until it is where it was aimed at last [s]."""

    def aim(self, T: Array, spread_s: float, ahead: float = 0.0) -> None:
        """Go to the pose ``T`` ``(4, 4)`` within ``spread_s`` [s].

        ``ahead`` goes on beyond it by this share of the last step from pose to pose.
        """
        before, self._wanted = self._wanted, _split(T)
        if ahead > 0.0:
            self._end = _between(before, self._wanted, 1.0 + ahead)
            self._T_end = _joined(self._end)
        else:
            self._end, self._T_end = self._wanted, T
        self._start = self._now
        self._spread = self.left = spread_s

    def spread_over(self, spread_s: float) -> None:
        """Go to the newest pose within ``spread_s`` [s] instead, from where it is now."""
        self._spread = self.left = spread_s

    @property
    def length(self) -> tuple[float, float]:
        """How long the way is since it was aimed last: [m] and [rad]."""
        (p, a), (q, b) = self._start, self._end
        return math.dist(p, q), quaternions.angle(a, b)

    def after(self, seconds: float) -> Array:
        """Return the pose ``(4, 4)`` in so many seconds [s]."""
        return _joined(self._in(seconds)) if seconds < self.left else self._T_end

    def advance(self, seconds: float) -> None:
        """Let so many seconds [s] pass."""
        self._now = self._in(seconds)
        self.left = max(self.left - seconds, 0.0)

    def _in(self, seconds: float) -> tuple[Vector, Quaternion]:
        if seconds >= self.left:
            return self._end
        return _between(self._start, self._end, 1.0 - (self.left - seconds) / self._spread)


def _split(T: Array) -> tuple[Vector, Quaternion]:
    (x, y, z) = T[:3, 3].tolist()
    return (x, y, z), quaternions.from_rotation(T[:3, :3])


def _between(
    a: tuple[Vector, Quaternion], b: tuple[Vector, Quaternion], share: float
) -> tuple[Vector, Quaternion]:
    return (
        combined(1.0 - share, a[0], share, b[0]),
        quaternions.between(a[1], b[1], share),
    )


def _joined(split: tuple[Vector, Quaternion]) -> Array:
    (x, y, z), q = split
    a, b, c = quaternions.rows(q)
    return np.array([(*a, x), (*b, y), (*c, z), (0.0, 0.0, 0.0, 1.0)])
