"""Guidance along a line: what leads off the line is only partly followed.

The tip's wanted place is moved towards the line: of its way off the line a share, the gain, is
left. That is an admittance with a direction: along the line the hand is free, across it it has to
go ``1 / gain`` as far. Away from the line the share grows, to one at the reach, smoothly.

The place depends on where the hand wants the tip and on nothing else, except for how far the
guidance has set in: that grows from nothing over a way of the hand, and shrinks so when it is
switched off. So a hand that rests never moves a tip, neither at a new engagement nor at a switch.

Where two pieces of a polyline are about equally near, both count: the foot on the line wanders
from one to the other and does not jump.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from telesurgery_arm.guarding.closest import on_segments
from telesurgery_core.transforms import Array

BLEND = 0.001
"""Pieces of a line that are further than the nearest by much more than this [m] do not count."""


@dataclass(frozen=True, slots=True)
class GuidanceLine:
    """A polyline that an arm's tip is kept near to; ``points`` ``(n, 3)`` in ``patient``."""

    name: str
    points: Array
    gain: float
    reach: float
    ease: float

    def foot(self, p: Array) -> Array:
        """Return the place of the line ``(3,)`` that belongs to ``p`` ``(3,)``."""
        a, b = self.points[:-1], self.points[1:]
        feet = a + on_segments(p, a, b)[:, None] * (b - a)
        v = feet - p
        distance = np.sqrt(np.einsum('ij,ij->i', v, v))
        weight = np.exp((distance.min() - distance) / BLEND)
        foot: Array = weight @ feet / weight.sum()
        return foot

    def guided(self, p: Array, strength: float) -> Array:
        """Return the place ``(3,)`` for a wanted one, with the guidance set in by 0..1."""
        foot = self.foot(p)
        v = p - foot
        off = min(math.sqrt(float(v @ v)) / self.reach, 1.0)
        share = self.gain + (1.0 - self.gain) * off * off * (3.0 - 2.0 * off)
        left: Array = foot + (1.0 - strength * (1.0 - share)) * v
        return left


class LineGuide:
    """The guidance of one arm: at most one line at a time, the first that is on."""

    def __init__(self, lines: list[GuidanceLine], T_patient_rcm: Array) -> None:
        self._lines = lines
        self._R, self._origin = T_patient_rcm[:3, :3], T_patient_rcm[:3, 3]
        self._on: set[str] = set()
        self._acting: GuidanceLine | None = None
        self._strength = 0.0
        self._last: Array | None = None

    @property
    def strength(self) -> float:
        """How far the guidance has set in, 0..1."""
        return self._strength

    @property
    def acting(self) -> str:
        """The line that acts, or nothing."""
        return self._acting.name if self._acting is not None and self._strength > 0.0 else ''

    def switch(self, name: str, on: bool) -> None:
        """Switch a line on or off."""
        (self._on.add if on else self._on.discard)(name)

    def begin(self) -> None:
        """A new engagement: the hand has gone no way yet."""
        self._strength, self._last, self._acting = 0.0, None, None

    def guide(self, T_rcm_tip: Array) -> Array:
        """Return the guided pose ``(4, 4)`` for the one that a hand wants."""
        chosen = next((line for line in self._lines if line.name in self._on), None)
        if chosen is None and self._acting is None:
            return T_rcm_tip
        p = self._R @ T_rcm_tip[:3, 3] + self._origin
        way = 0.0 if self._last is None else math.dist(p.tolist(), self._last.tolist())
        self._last = p
        if self._strength == 0.0:
            self._acting = chosen
        line = self._acting
        if line is None:
            return T_rcm_tip
        change = way / line.ease
        self._strength = (
            min(self._strength + change, 1.0)
            if line is chosen
            else max(self._strength - change, 0.0)
        )
        T = np.array(T_rcm_tip)
        T[:3, 3] = self._R.T @ (line.guided(p, self._strength) - self._origin)
        return T
