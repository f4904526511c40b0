"""Axes that move together: an arm's joints, or its jaw. Their setpoint, from tick to tick.

A setpoint stands, follows goals, runs a move, or brakes. Goals come more seldom than ticks, so a
goal is approached along a straight line in joint space during the time that goals usually are
apart, up to a limit: the first tick after a goal moves towards it already, the mean delay added is
half of that time (5 ms at the default limit of 10 ms), and nothing overshoots or runs ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from telesurgery_arm.limits import AxisLimits, Clamp
from telesurgery_arm.trajectory import JointMove


class Mode(Enum):
    """What a setpoint is doing."""

    STANDING = 'standing'
    FOLLOWING = 'following'
    MOVING = 'moving'
    BRAKING = 'braking'


class Axes:
    """The setpoint of ``n`` axes.

    Attributes:
        q: positions ``(n,)`` [rad or m], always within the limits.
        qd: velocities ``(n,)`` [rad/s or m/s] over the newest tick, never above the limits.
        mode: what they are doing.
        slowed: the speed limit that acted in the newest tick, or None.
    """

    def __init__(self, limits: AxisLimits, *, braking_factor: float) -> None:
        """Stand at zero, or at the limit nearest to it."""
        self.limits = limits
        self.q: list[float] = limits.clamp_position([0.0] * len(limits.names))[0]
        self.qd: list[float] = [0.0] * len(limits.names)
        self.mode = Mode.STANDING
        self.slowed: Clamp | None = None
        self._deceleration = tuple(braking_factor * a for a in limits.acceleration)
        self._goal = self.q
        self._time_left = 0.0
        self._move: JointMove | None = None
        self._moved_for = 0.0
        self._next: tuple[list[float], float, float] | None = None

    @property
    def goal(self) -> list[float]:
        """Where they are going ``(n,)`` [rad or m]; where they are, if nowhere."""
        return self._goal if self.mode is Mode.FOLLOWING else self.q

    @property
    def busy(self) -> bool:
        """Whether a move runs, or waits for the axes to stand."""
        return self.mode is Mode.MOVING or self._next is not None

    @property
    def stands(self) -> bool:
        """Whether they are at rest and nothing is to come."""
        return self.mode is Mode.STANDING and self._next is None

    def place(self, q: Sequence[float]) -> None:
        """Stand at ``q`` ``(n,)``, brought within the limits, without a motion."""
        self.q = self.limits.clamp_position(q)[0]
        self._stand()

    def follow(self, goal: Sequence[float], spread_s: float) -> None:
        """Go to ``goal`` ``(n,)`` within ``spread_s`` [s], or as fast as the limits allow."""
        self._next = None
        self._goal = list(goal)
        self._time_left = spread_s
        self.mode = Mode.FOLLOWING

    def move(self, goal: Sequence[float], *, ratio: float, jerk_time_s: float) -> None:
        """Move to ``goal`` ``(n,)`` from rest to rest; brake first where there is no rest."""
        self._next = (list(goal), ratio, jerk_time_s)
        if self.mode is not Mode.STANDING:
            self.mode = Mode.BRAKING

    def stop(self) -> None:
        """Brake and stand; what was to come is forgotten."""
        self._next = None
        if self.mode is not Mode.STANDING:
            self.mode = Mode.BRAKING

    def step(self, dt: float) -> None:
        """Advance by ``dt`` [s]; nothing happens for ``dt`` = 0."""
        self.slowed = None
        if dt <= 0.0:
            return
        if self.mode is Mode.BRAKING:
            self._brake(dt)
        if self.mode is Mode.STANDING and self._next is not None:
            goal, ratio, jerk_time_s = self._next
            self._next = None
            self._move = JointMove(self.q, goal, self.limits, ratio=ratio, jerk_time_s=jerk_time_s)
            self._moved_for = 0.0
            self.mode = Mode.MOVING
        if self.mode is Mode.MOVING:
            self._advance_move(dt)
        elif self.mode is Mode.FOLLOWING:
            self._approach(dt)

    def _approach(self, dt: float) -> None:
        way = [goal - now for goal, now in zip(self._goal, self.q, strict=True)]
        share = 1.0 if self._time_left <= dt else dt / self._time_left
        step, self.slowed = self.limits.limit_step([share * d for d in way], dt)
        self._time_left -= dt
        if share == 1.0 and self.slowed is None:
            self.q = self._goal  # exactly: sums of steps would leave a rounding error behind
        else:
            self.q = [now + d for now, d in zip(self.q, step, strict=True)]
        self.qd = [d / dt for d in step]

    def _advance_move(self, dt: float) -> None:
        if self._move is None:
            self._stand()
            return
        self._moved_for += dt
        self.q, self.qd = self._move.at(self._moved_for)
        if self._moved_for >= self._move.duration:
            self._stand()

    def _brake(self, dt: float) -> None:
        """Shorten the whole velocity, so that the axes stay on their way while they stop."""
        needed = max(
            abs(speed) / brake for speed, brake in zip(self.qd, self._deceleration, strict=True)
        )
        if needed <= dt:
            self._stand()
            return
        keep = 1.0 - dt / needed
        velocity = [keep * speed for speed in self.qd]
        q = [now + dt * speed for now, speed in zip(self.q, velocity, strict=True)]
        self.q, clamps = self.limits.clamp_position(q)
        self.qd = velocity
        if clamps:
            self._stand()

    def _stand(self) -> None:
        self.mode = Mode.STANDING
        self.qd = [0.0] * len(self.q)
        self._move = None
