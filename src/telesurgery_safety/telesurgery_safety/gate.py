"""The last look at a target before it leaves: finite, within its limits, no faster than allowed.

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
    ) -> None:
        """Guard joints with limits [rad or m] and speed limits [rad/s or m/s], each ``(n,)``."""
        self._axes = tuple(zip(names, lower, upper, velocity, strict=True))

    def check(self, previous: Sequence[float], target: Sequence[float], dt: float) -> str | None:
        """Return why ``target`` must not leave ``dt`` [s] after ``previous``, or None."""
        for (name, lower, upper, velocity), before, after in zip(
            self._axes, previous, target, strict=True
        ):
            # Written so that NaN fails every comparison and is refused.
            if not lower - _SLACK <= after <= upper + _SLACK:
                return f'target of {name} is {after:g}; allowed: {lower:g} .. {upper:g}'
            if not abs(after - before) <= velocity * dt * (1.0 + _SLACK) + _SLACK * dt:
                speed = abs(after - before) / dt if dt > 0.0 else float('inf')
                return f'target of {name} moves at {speed:g}/s; allowed: {velocity:g}/s'
        return None
