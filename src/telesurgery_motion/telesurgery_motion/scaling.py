"""Motion scaling: the tip moves a fraction of what the hand moves, and turns a fraction.

A lock is a gain of zero. Gains may change at any sample, and the displacement goes on from where
it was: what the hand does from then on counts with the new gains. The epoch stays the same, since
a change of scale is no engagement and must not end a hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from telesurgery_core.transforms import Array, pose, rotation_from_vector, rotation_vector
from telesurgery_core.types import IDENTITY

_FURTHEST = math.pi / 2
"""A rotation vector is unique only below half a turn: scaled rotation is counted anew by then."""


@dataclass(frozen=True, slots=True)
class Gains:
    """Metres of the tip per metre of the hand, and radians per radian."""

    translation: float
    rotation: float = 1.0


def scaled(T: Array, gains: Gains) -> Array:
    """Return a displacement ``(4, 4)`` of less than half a turn with its gains applied.

    It commutes with a change of frame: scaled(Q T Q^T) = Q scaled(T) Q^T for a rotation Q.
    """
    return pose(_power(T[:3, :3], gains.rotation), gains.translation * T[:3, 3])


class ScaledDisplacement:
    """The displacement that is sent, from the displacement of the hand; continuous always."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin an engagement: both displacements are the identity."""
        self._gains: Gains | None = None
        self._T_hand = self._T_sent = IDENTITY
        self._newest_hand = self._newest_sent = IDENTITY

    def step(self, T_hand: Array, gains: Gains) -> Array:
        """Return what is sent ``(4, 4)`` for a displacement of the hand ``(4, 4)``."""
        if gains != self._gains:
            self._count_anew()
            self._gains = gains
        R = T_hand[:3, :3] @ self._T_hand[:3, :3].T
        p = T_hand[:3, 3] - self._T_hand[:3, 3]
        more = scaled(pose(R, p), gains)
        self._newest_hand = T_hand
        self._newest_sent = pose(
            more[:3, :3] @ self._T_sent[:3, :3], more[:3, 3] + self._T_sent[:3, 3]
        )
        if gains.rotation not in (0.0, 1.0) and _angle(R) > _FURTHEST:
            self._count_anew()
        return self._newest_sent

    def _count_anew(self) -> None:
        self._T_hand, self._T_sent = self._newest_hand, self._newest_sent


def _power(R: Array, gain: float) -> Array:
    if gain == 1.0:
        return R
    return IDENTITY[:3, :3] if gain == 0.0 else rotation_from_vector(gain * rotation_vector(R))


def _angle(R: Array) -> float:
    return math.acos(min(max(0.5 * (float(R.trace()) - 1.0), -1.0), 1.0))
