"""A filter of signals applied to poses: three coordinates of translation, four of a quaternion."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from telesurgery_core.transforms import (
    Array,
    frozen,
    pose,
    quaternion_from_rotation,
    rotation_from_quaternion,
)

_ORIGIN = frozen(np.zeros(3))
_NO_TURN = frozen([0.0, 0.0, 0.0, 1.0])


class SignalFilter(Protocol):
    """Filters several signals of one unit side by side."""

    def reset(self, x: Array) -> None:
        """Start anew at rest at ``x`` ``(n,)``."""

    def step(self, x: Array, dt: float) -> Array:
        """Return the filtered ``x`` ``(n,)``, ``dt`` [s] after the one before."""


class PoseFilter:
    """Filters translation and rotation apart.

    The quaternion keeps its sign from sample to sample (q and -q are the same rotation), so that
    its components are continuous signals through any number of turns.
    """

    def __init__(self, translation: SignalFilter, rotation: SignalFilter) -> None:
        self._translation = translation
        self._rotation = rotation
        self._last_quaternion: Array = _NO_TURN
        self.reset()

    def reset(self) -> None:
        """Start anew at the identity."""
        self._translation.reset(_ORIGIN)
        self._rotation.reset(_NO_TURN)
        self._last_quaternion = _NO_TURN

    def step(self, T_displacement: Array, dt: float) -> Array:
        """Return the filtered displacement ``(4, 4)``, ``dt`` [s] after the one before."""
        q = quaternion_from_rotation(T_displacement[:3, :3])
        if q @ self._last_quaternion < 0.0:
            q = -q
        self._last_quaternion = q
        q = self._rotation.step(q, dt)
        R = rotation_from_quaternion(q / math.sqrt(q @ q))
        return pose(R, self._translation.step(T_displacement[:3, 3], dt))
