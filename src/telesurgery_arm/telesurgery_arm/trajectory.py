"""Joint moves from rest to rest: synchronised, limited in speed, acceleration and jerk.

All axes follow one profile of the path, so they start and arrive together and the joint path is a
straight line. The profile is a trapezoid of speed averaged over a sliding window: averaging raises
neither speed nor acceleration, and bounds jerk by acceleration over the window's length.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from telesurgery_arm.limits import AxisLimits


class JointMove:
    """One move along a straight line in joint space."""

    def __init__(
        self,
        start: Sequence[float],
        goal: Sequence[float],
        limits: AxisLimits,
        *,
        ratio: float = 1.0,
        jerk_time_s: float = 0.05,
    ) -> None:
        """Plan from ``start`` to ``goal``, both ``(n,)`` [rad or m].

        ``ratio`` scales speed and acceleration limits; jerk is at most the acceleration over
        ``jerk_time_s``.
        """
        self._start = tuple(start)
        self._goal = tuple(goal)
        self._way = tuple(b - a for a, b in zip(self._start, self._goal, strict=True))
        self._window = jerk_time_s
        speeds = [v / abs(d) for v, d in zip(limits.velocity, self._way, strict=True) if d]
        gains = [a / abs(d) for a, d in zip(limits.acceleration, self._way, strict=True) if d]
        self._profile = _Trapezoid(ratio * min(speeds), ratio * min(gains)) if speeds else None
        self.duration = self._profile.duration + jerk_time_s if self._profile else 0.0
        """How long it takes [s]."""

    def at(self, t: float) -> tuple[list[float], list[float]]:
        """Return joint positions and velocities ``(n,)`` at ``t`` [s] after the start."""
        if self._profile is None or t >= self.duration:
            return list(self._goal), [0.0] * len(self._goal)
        profile, window = self._profile, self._window
        part = (profile.area(t) - profile.area(t - window)) / window
        rate = (profile.part(t) - profile.part(t - window)) / window
        return (
            [start + part * way for start, way in zip(self._start, self._way, strict=True)],
            [rate * way for way in self._way],
        )


class _Trapezoid:
    """A path of length one at a trapezoid of speed (a triangle where it is too short for one)."""

    def __init__(self, speed: float, acceleration: float) -> None:
        self._ramp = min(speed / acceleration, math.sqrt(1.0 / acceleration))
        self._speed = acceleration * self._ramp
        self._acceleration = acceleration
        self.duration = 1.0 / self._speed + self._ramp

    def part(self, t: float) -> float:
        """Return how much of the path is done at ``t``."""
        if t <= 0.0:
            return 0.0
        if t >= self.duration:
            return 1.0
        if t > self.duration / 2:
            return 1.0 - self.part(self.duration - t)
        if t < self._ramp:
            return 0.5 * self._acceleration * t * t
        return self._speed * (t - 0.5 * self._ramp)

    def area(self, t: float) -> float:
        """Return the integral of ``part`` from the beginning to ``t``."""
        if t <= 0.0:
            return 0.0
        if t > self.duration / 2:
            # part(t) + part(duration - t) == 1
            return t - self.duration / 2 + self.area(self.duration - t)
        if t < self._ramp:
            return self._acceleration * t * t * t / 6
        ramp, cruise = self._ramp, t - self._ramp
        return (
            self._acceleration * ramp**3 / 6
            + 0.5 * self._speed * ramp * cruise
            + 0.5 * self._speed * cruise * cruise
        )
