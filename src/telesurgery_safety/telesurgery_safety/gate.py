"""The last look at a target before it leaves: finite, within limits of place, speed, acceleration.

The arms' own code limits its targets; this code does not trust it, and is small enough to be read
in one go. A target that does not pass is a fault of the program, never of the operator.
"""

from __future__ import annotations

from collections.abc import Sequence

_SLACK = 1e-6
"""Relative and absolute: rounding is no violation [rad or m]."""


class Gate:
    """Checks the joint targets of one arm."""

    def __init__(
        self,
        names: Sequence[str],
        lower: Sequence[float],
        upper: Sequence[float],
        velocity: Sequence[float],
        acceleration: Sequence[float],
    ) -> None:
        """Guard joints with limits [rad or m] of place, speed and acceleration, each ``(n,)``."""
        self._axes = tuple(zip(names, lower, upper, velocity, acceleration, strict=True))
        self._none = [0.0] * len(names)
        self.stand()

    def stand(self) -> None:
        """Take note that the joints stand: the next target begins from rest."""
        self._speeds = self._none
        self._dt = 0.0

    def check(self, previous: Sequence[float], target: Sequence[float], dt: float) -> str | None:
        """Return why ``target`` must not leave ``dt`` [s] after ``previous``, or None.

        Ticks are not evenly spaced, and a speed is the mean over one: acceleration is the change
        between two over the longer of both.
        """
        longer, speeds = max(dt, self._dt), []
        for (name, lower, upper, velocity, acceleration), before, after, speed_before in zip(
            self._axes, previous, target, self._speeds, strict=True
        ):
            # Written so that NaN fails every comparison and is refused.
            if not lower - _SLACK <= after <= upper + _SLACK:
                return f'target of {name} is {after:g}; allowed: {lower:g} .. {upper:g}'
            way, most = after - before, velocity * dt * (1.0 + _SLACK) + _SLACK * dt
            if not -most <= way <= most:
                speed = abs(way) / dt if dt > 0.0 else float('inf')
                return f'target of {name} moves at {speed:g}/s; allowed: {velocity:g}/s'
            speed = way / dt if dt > 0.0 else speed_before
            speeds.append(speed)
            change, most = speed - speed_before, acceleration * longer + _SLACK
            if not -most <= change <= most:
                gained = abs(change) / longer if longer > 0.0 else float('inf')
                return (
                    f'target of {name} accelerates at {gained:g}/s^2; '
                    f'allowed: {acceleration:g}/s^2'
                )
        self._speeds, self._dt = speeds, dt
        return None
