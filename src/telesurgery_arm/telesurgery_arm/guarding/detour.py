"""Axes that guarding keeps back: where they would be, where they are, and how they close up.

While axes follow goals, their own setpoint goes on as if nothing were in the way: it is the
reference. Where guarding leads them elsewhere they take part in every motion of the reference, as
far as they may, and close up on it with a time constant. So when the hand comes back the tip
leaves the boundary without a jump, shortly before the hand's pose is back where the tip is; and
once closed up, axes and reference are the same again, to the bit. Speeds stay within the limits of
the joints. Whatever ends the following (a hold, a stop, a move) goes on from where the axes are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from telesurgery_arm.axes import Axes, Mode

CLOSED_UP = 1e-6
"""Nearer than this [rad or m] the axes are at the reference."""


class Detour:
    """What stands between the setpoint of axes and where guarding lets them be."""

    def __init__(self, axes: Axes, catch_up_s: float) -> None:
        self._axes = axes
        self._catch_up = catch_up_s
        self._reference: list[float] | None = None
        self._came_from = axes.q
        self._at: list[float] = []

    @property
    def reference(self) -> list[float] | None:
        """Where the axes would be ``(n,)`` if nothing kept them back; None: they are there."""
        return self._reference

    def begin(self) -> list[float]:
        """Return where the axes are ``(n,)`` before a step."""
        axes = self._axes
        if self._reference is not None:
            if axes.q is not self._at:  # they were put somewhere else
                self._reference = None
            elif axes.mode is not Mode.FOLLOWING:
                axes.divert(axes.q, axes.qd)
                self._reference = None
        self._came_from = axes.q
        return axes.q

    def wanted(self, dt: float) -> list[float]:
        """Return where the axes want to be ``(n,)`` after their step of ``dt`` [s]."""
        goes_to, was = self._axes.q, self._reference
        if was is None:
            return goes_to
        velocity = self._axes.limits.velocity
        whole = [r - q for r, q in zip(goes_to, self._came_from, strict=True)]
        is_near = all(abs(r - q) < CLOSED_UP for r, q in zip(was, self._came_from, strict=True))
        if is_near and _within_speeds(whole, velocity, dt) is whole:
            return goes_to
        part = 1.0 - math.exp(-dt / self._catch_up)
        step = [
            (after - before) + part * (before - q)
            for q, before, after in zip(self._came_from, was, goes_to, strict=True)
        ]
        step = _within_speeds(step, velocity, dt)
        return [q + d for q, d in zip(self._came_from, step, strict=True)]

    def end(self, allowed: list[float], dt: float) -> None:
        """Be where the step of ``dt`` [s] was allowed to lead ``(n,)``."""
        axes, wanted = self._axes, self._axes.q
        if allowed == wanted:
            self._reference = None
            return
        share = _share(self._came_from, wanted, allowed)
        qd = [(after - q) / dt for after, q in zip(allowed, self._came_from, strict=True)]
        if axes.mode is Mode.FOLLOWING:
            self._reference = wanted
            axes.q, axes.qd = allowed, qd
        elif axes.mode is Mode.MOVING:
            axes.delay((1.0 - share) * dt)
            axes.q, axes.qd = allowed, qd
        elif axes.mode is Mode.BRAKING:
            axes.divert(allowed, qd)
        else:
            axes.place(allowed)
        self._at = axes.q


def _share(start: list[float], wanted: list[float], allowed: list[float]) -> float:
    """Return how much of the way to ``wanted`` was allowed, 0..1."""
    way = max((abs(b - a), b - a, c - a) for a, b, c in zip(start, wanted, allowed, strict=True))
    return min(max(way[2] / way[1], 0.0), 1.0) if way[0] > 0.0 else 1.0


def _within_speeds(step: list[float], velocity: Sequence[float], dt: float) -> list[float]:
    """Return a step shortened as a whole to the joints' speed limits."""
    fastest = max(abs(d) / speed for d, speed in zip(step, velocity, strict=True)) / dt
    return step if fastest <= 1.0 else [d / fastest for d in step]
