"""Axes that pursue a goal: within speed, acceleration and jerk, and never beyond any goal.

An online trajectory generator for goals that may jump at any time. Its state is a position ``x``
and a velocity ``v``; braking with all axes together at the permitted deceleration it would come to
rest at its *stopping point* ``s = x + v T / 2`` with ``T = max |v_i| / deceleration_i``. In every
step the stopping point is moved straight towards the goal: onto it if the acceleration allows,
else as far along this line as it does (none of the way at least: that is full braking). So

- the axes share one factor and stay on one line; none is clipped by itself;
- ``x`` lies between its old place and ``s``, and ``s`` between its old place and the goal: neither
  ever leaves the convex hull of the goals, whatever they do and whenever they come (no overshoot);
- in steady motion ``x`` is ``T / 2`` behind its goal, the time that stopping at it takes.

What leaves is ``q = x - behind``: ``x`` through a first-order lag of the time ``smoothing_s``. It
takes means, so it keeps hull, speed and acceleration, and it bounds jerk by twice the largest
acceleration over ``smoothing_s``. The lag is integrated exactly for whatever length a step has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from telesurgery_arm.limits import AxisLimits, Clamp, Limit

_AT_REST = 1e-9
"""A way or lag shorter than this [rad or m] is none."""
_HALVINGS = 7
"""Of what one step can take of the line to the goal: how finely acceleration is used up."""
_ROUNDING = 1.0 + 1e-9


class Pursuit:
    """The setpoint of ``n`` axes on its way to a goal.

    Attributes:
        q: positions that leave ``(n,)`` [rad or m].
        qd: their velocities ``(n,)`` [rad/s or m/s] over the newest step.
        stands: whether nothing moves any more.
    """

    def __init__(
        self, limits: AxisLimits, deceleration: Sequence[float], smoothing_s: float
    ) -> None:
        """Take the limits, the decelerations ``(n,)`` [rad/s^2 or m/s^2] and the lag [s]."""
        self._limits = limits
        self._deceleration = deceleration
        self.set_pace(1.0)
        self._smoothing = smoothing_s
        self._none = [0.0] * len(limits.names)
        self.begin(self._none, self._none)

    def set_pace(self, factor: float) -> None:
        """Multiply the speed limits with ``factor``, 0..1.

        Whoever lowers it does so slowly: a speed above its new limit is left at once.
        """
        self._rates = tuple(
            (factor * v, a, b)
            for v, a, b in zip(
                self._limits.velocity, self._limits.acceleration, self._deceleration, strict=True
            )
        )

    def begin(self, q: Sequence[float], qd: Sequence[float]) -> None:
        """Begin at ``q`` ``(n,)`` in the motion ``qd`` ``(n,)``.

        A motion that could not end within the position limits is begun as fast as it can.
        """
        self.q, self.qd = list(q), list(qd)
        self._v = self.qd
        self.stands = not any(qd)
        onward = [place + self._smoothing * speed for place, speed in zip(q, qd, strict=True)]
        self._x, _ = self._limits.clamp_position(onward)
        self._behind = [x - place for x, place in zip(self._x, q, strict=True)]
        wanted = self.stopping_point
        allowed, _ = self._limits.clamp_position(wanted)
        share = min(
            (
                (b - x) / (a - x)
                for a, b, x in zip(wanted, allowed, self._x, strict=True)
                if a != b
            ),
            default=1.0,
        )
        if share < 1.0:  # the way to rest grows with the square of the speed
            self._v = [math.sqrt(share) * speed for speed in qd]

    @property
    def stopping_point(self) -> list[float]:
        """Where the axes would come to rest ``(n,)`` [rad or m] if they braked now."""
        half = 0.5 * self._braking_time()
        return [x + half * v for x, v in zip(self._x, self._v, strict=True)]

    def brake(self, dt: float) -> None:
        """Advance by ``dt`` [s] > 0 towards rest, along the line of the motion."""
        time = self._braking_time()
        if time <= dt:
            self._advance(self._none, dt)
        else:
            keep = 1.0 - dt / time
            self._advance([keep * speed for speed in self._v], dt)

    def step(self, goal: list[float], dt: float) -> Clamp | None:
        """Advance by ``dt`` [s] > 0 towards ``goal`` ``(n,)``; return the limit that acted."""
        if self.stands and goal == self._x:
            self.qd = self._none
            return None
        way = [g - x for g, x in zip(goal, self._x, strict=True)]
        velocity, ratio = self._velocity(way, dt)
        needed, axis = self._time_to(velocity)
        clamp = self._speed_clamp(velocity, ratio) if ratio < 1.0 else None
        if needed > dt * _ROUNDING:
            clamp = clamp or self._acceleration_clamp(axis, needed, dt)
            velocity = self._within_acceleration(way, dt)
        elif _is_nothing(way):
            self._x, velocity = list(goal), self._none
        self._advance(velocity, dt)
        return clamp

    def _velocity(self, way: list[float], dt: float) -> tuple[list[float], float]:
        """Return the velocity after which the stopping point lies at the end of ``way``.

        With it goes the share of it that the speed limits leave. From ``way = v (dt + T / 2)`` and
        ``T = max |v_i| / b_i``: ``v = way / t`` where ``t^2 - dt t - max |way_i| / (2 b_i) = 0``.
        """
        longest = fastest = 0.0
        for d, (speed, _, brake) in zip(way, self._rates, strict=True):
            if d < 0.0:
                d = -d
            if d > longest * brake:
                longest = d / brake
            if d > fastest * speed:
                fastest = d / speed
        time = 0.5 * (dt + math.sqrt(dt * dt + 2.0 * longest))
        if fastest <= time:
            return [d / time for d in way], 1.0
        return [d / fastest for d in way], time / fastest

    def _time_to(self, velocity: list[float]) -> tuple[float, int]:
        """Return how long the change to a velocity takes [s], and of which axis."""
        longest, axis = 0.0, 0
        for index, (before, after, (_, gain, brake)) in enumerate(
            zip(self._v, velocity, self._rates, strict=True)
        ):
            if before < 0.0:
                before, after = -before, -after
            if after >= before:
                needed = (after - before) / gain
            elif after >= 0.0:
                needed = (before - after) / brake
            else:
                needed = before / brake - after / gain
            if needed > longest:
                longest, axis = needed, index
        return longest, axis

    def _within_acceleration(self, way: list[float], dt: float) -> list[float]:
        """Return the velocity that moves the stopping point as far towards the goal as may be."""
        time = self._braking_time()
        to_stop = [0.5 * time * speed for speed in self._v]
        best, _ = self._velocity(to_stop, dt)
        low, high = 0.0, self._largest_share(to_stop, way, time, dt)
        for _ in range(_HALVINGS):
            share = 0.5 * (low + high)
            velocity, _ = self._velocity(
                [s + share * (d - s) for s, d in zip(to_stop, way, strict=True)], dt
            )
            if self._time_to(velocity)[0] <= dt * _ROUNDING:
                best, low = velocity, share
            else:
                high = share
        return best

    def _largest_share(
        self, to_stop: list[float], way: list[float], time: float, dt: float
    ) -> float:
        """Return an upper bound of the share of the line that one step can take.

        From ``s' - s = v' dt + (v' T' - v T) / 2`` with ``|v'| <= |v| + a dt``,
        ``|v' - v| <= c dt`` and ``|T' - T| <= r dt``, where ``c = max(a, b)``, ``r = c / b``.
        """
        share = 1.0
        for s, d, v, (_, gain, brake) in zip(to_stop, way, self._v, self._rates, strict=True):
            most, v = max(gain, brake), abs(v)
            ratio = most / brake
            turn = most * (time + ratio * dt) + ratio * v
            reach = dt * (v + gain * dt + 0.5 * turn)
            if abs(d - s) * share > reach:
                share = reach / abs(d - s)
        return share

    def _advance(self, velocity: list[float], dt: float) -> None:
        before = self.q
        self._v = velocity
        self._x = [x + dt * v for x, v in zip(self._x, velocity, strict=True)]
        keep = math.exp(-dt / self._smoothing)
        new = self._smoothing * (1.0 - keep)
        self._behind = [
            keep * lag + new * v for lag, v in zip(self._behind, velocity, strict=True)
        ]
        if _is_nothing(self._behind):
            self._behind = self._none
            self.q = self._x
            self.stands = velocity is self._none
        else:
            self.stands = False
            self.q = [x - lag for x, lag in zip(self._x, self._behind, strict=True)]
        rate = 1.0 / dt
        self.qd = [rate * (after - q) for after, q in zip(self.q, before, strict=True)]

    def _braking_time(self) -> float:
        longest = 0.0
        for v, (_, _, brake) in zip(self._v, self._rates, strict=True):
            if v < 0.0:
                v = -v
            if v > longest * brake:
                longest = v / brake
        return longest

    def _speed_clamp(self, velocity: list[float], ratio: float) -> Clamp:
        """Name the axis that is at its limit."""
        shares = [abs(v) / speed for v, (speed, _, _) in zip(velocity, self._rates, strict=True)]
        axis = shares.index(max(shares))
        allowed = self._limits.velocity[axis]
        name, unit = self._limits.names[axis], self._limits.units[axis]
        return Clamp(Limit.SPEED, name, allowed / ratio, allowed, f'{unit}/s')

    def _acceleration_clamp(self, axis: int, needed: float, dt: float) -> Clamp:
        allowed = self._limits.acceleration[axis]
        name, unit = self._limits.names[axis], self._limits.units[axis]
        return Clamp(Limit.ACCELERATION, name, allowed * needed / dt, allowed, f'{unit}/s^2')


def _is_nothing(values: list[float]) -> bool:
    return max(values) < _AT_REST and min(values) > -_AT_REST
