"""Axes that move together: an arm's joints, or its jaw. Their setpoint, from tick to tick.

A setpoint stands, follows goals, runs a move, or brakes. Goals come more seldom than ticks, so a
goal is approached along a straight line in joint space during the time that goals usually are
apart, and pursued on it: see ``telesurgery_arm.pursuit`` for what limits it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from telesurgery_arm.limits import AxisLimits, Clamp, Limit
from telesurgery_arm.pursuit import Pursuit
from telesurgery_arm.trajectory import JointMove

_WORTH_SAYING_S = 0.02
"""A limit of acceleration that acts for less than this [s] is how every motion begins."""


class Mode(Enum):
    """What a setpoint is doing."""

    STANDING = 'standing'
    FOLLOWING = 'following'
    MOVING = 'moving'
    BRAKING = 'braking'


class Axes:
    """The setpoint of ``n`` axes.

    Attributes:
        limits: their limits.
        q: positions ``(n,)`` [rad or m], always within the limits.
        qd: velocities ``(n,)`` [rad/s or m/s] over the newest tick, never above the limits.
        mode: what they are doing.
        slowed: the limit of speed or acceleration that acted in the newest tick, or None.
    """

    def __init__(self, limits: AxisLimits, *, braking_factor: float, smoothing_s: float) -> None:
        """Stand at zero, or at the limit nearest to it."""
        self.limits = limits
        self.q: list[float] = limits.clamp_position([0.0] * len(limits.names))[0]
        self.qd: list[float] = [0.0] * len(limits.names)
        self.mode = Mode.STANDING
        self.slowed: Clamp | None = None
        deceleration = tuple(braking_factor * a for a in limits.acceleration)
        self._pursuit = Pursuit(limits, deceleration, smoothing_s)
        self._goal = self._approached = self.q
        self._time_left = self._behind_for = 0.0
        self._move: JointMove | None = None
        self._moved_for = 0.0
        self._next: tuple[list[float], float, float] | None = None
        self._stand()

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

    @property
    def stopping_point(self) -> list[float]:
        """Where they would come to rest ``(n,)`` [rad or m] if they were stopped now."""
        return self.q if self.mode is Mode.STANDING else self._pursuit.stopping_point

    def is_behind(self, seconds: float) -> bool:
        """Return whether limits keep them back by more than they could go in ``seconds`` [s].

        Only what follows is behind: what was stopped owes its old goal nothing.
        """
        following = self.mode is Mode.FOLLOWING and self._behind_for > 0.0
        return following and any(
            abs(goal - stop) > seconds * speed
            for goal, stop, speed in zip(
                self._approached, self.stopping_point, self.limits.velocity, strict=True
            )
        )

    def place(self, q: Sequence[float]) -> None:
        """Stand at ``q`` ``(n,)``, brought within the limits, without a motion."""
        self.q = self.limits.clamp_position(q)[0]
        self._stand()

    def follow(self, goal: Sequence[float], spread_s: float) -> None:
        """Go to ``goal`` ``(n,)`` within ``spread_s`` [s], or as fast as the limits allow."""
        self._next = None
        self._goal = list(goal)
        self._time_left = spread_s
        if self.mode is not Mode.FOLLOWING:
            self._behind_for = 0.0
            self._leave_move()
            self._approached = self._pursuit.stopping_point
            self.mode = Mode.FOLLOWING

    def move(self, goal: Sequence[float], *, ratio: float, jerk_time_s: float) -> None:
        """Move to ``goal`` ``(n,)`` from rest to rest; brake first where there is no rest."""
        self.stop()
        self._next = (list(goal), ratio, jerk_time_s)

    def stop(self) -> None:
        """Brake and stand; what was to come is forgotten."""
        self._next = None
        if self.mode is not Mode.STANDING:
            self._leave_move()
            self.mode = Mode.BRAKING

    def step(self, dt: float) -> None:
        """Advance by ``dt`` [s]; nothing happens for ``dt`` = 0."""
        self.slowed = None
        if dt <= 0.0 or (self.mode is Mode.STANDING and self._next is None):
            return
        if self.mode is Mode.BRAKING:
            self._pursuit.brake(dt)
            self._take()
            if self._pursuit.stands:
                self._stand()
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

    def set_pace(self, factor: float) -> None:
        """Multiply the speed limits of following with ``factor``, 0..1; moves keep their own."""
        self._pursuit.set_pace(factor)

    def divert(self, q: Sequence[float], qd: Sequence[float]) -> None:
        """Go on from ``q`` ``(n,)`` in the motion ``qd`` ``(n,)``: guarding led them there."""
        self.q, self.qd = list(q), list(qd)
        self._pursuit.begin(self.q, self.qd)

    def delay(self, seconds: float) -> None:
        """Let a move that runs be behind by ``seconds`` [s] more: guarding holds it back."""
        self._moved_for -= seconds

    def _approach(self, dt: float) -> None:
        if self._time_left > dt:
            share = dt / self._time_left
            self._approached = [
                now + share * (goal - now)
                for goal, now in zip(self._goal, self._approached, strict=True)
            ]
        else:
            self._approached = self._goal  # exactly: sums of steps would leave a rounding error
        self._time_left -= dt
        acted = self._pursuit.step(self._approached, dt)
        self._behind_for = self._behind_for + dt if acted is not None else 0.0
        if acted is None or acted.limit is Limit.SPEED or self._behind_for > _WORTH_SAYING_S:
            self.slowed = acted
        self._take()

    def _advance_move(self, dt: float) -> None:
        if self._move is None:
            self._stand()
            return
        self._moved_for += dt
        self.q, self.qd = self._move.at(self._moved_for)
        if self._moved_for >= self._move.duration:
            self._stand()

    def _leave_move(self) -> None:
        """Let the pursuit go on from the motion of a move."""
        if self._move is not None:
            self._pursuit.begin(self.q, self.qd)
            self._move = None

    def _take(self) -> None:
        self.q, self.qd = self._pursuit.q, self._pursuit.qd

    def _stand(self) -> None:
        self.mode = Mode.STANDING
        self.qd = [0.0] * len(self.q)
        self._move = None
        self._pursuit.begin(self.q, self.qd)
