"""Volumes that a tool must stay out of: distance and direction for any number of points at once.

Everything is in the frame ``patient``. ``distance`` is positive outside, negative inside, and
never more than the true one; ``away`` is the direction in which it grows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from telesurgery_arm.guarding.closest import between_segments, on_segments
from telesurgery_core.transforms import Array

_CENTRE = 1e-12
"""At a centre or on an axis [m] no direction is nearer than another: +Z is taken."""


class Volume(Protocol):
    """What must not be entered."""

    def distance(self, p: Array) -> tuple[Array, Array]:
        """Return signed distances ``(n,)`` [m] of points ``(n, 3)``, and ``away`` ``(n, 3)``."""

    def nearest(self, a: Array, b: Array) -> Array:
        """Return where ``(n,)``, 0..1, segments ``a`` to ``b`` ``(n, 3)`` are nearest to it."""


@dataclass(frozen=True, slots=True)
class HalfSpace:
    """All that lies behind a plane; ``normal`` ``(3,)`` points to what is allowed."""

    point: Array
    normal: Array

    def distance(self, p: Array) -> tuple[Array, Array]:
        """See ``Volume``."""
        return (p - self.point) @ self.normal, np.broadcast_to(self.normal, p.shape)

    def nearest(self, a: Array, b: Array) -> Array:
        """See ``Volume``."""
        nearer: Array = ((b - a) @ self.normal < 0.0).astype(float)
        return nearer


@dataclass(frozen=True, slots=True)
class Ball:
    """A sphere."""

    centre: Array
    radius: float

    def distance(self, p: Array) -> tuple[Array, Array]:
        """See ``Volume``."""
        return _from_core(p - self.centre, self.radius)

    def nearest(self, a: Array, b: Array) -> Array:
        """See ``Volume``."""
        return on_segments(self.centre, a, b)


@dataclass(frozen=True, slots=True)
class Capsule:
    """All that is within ``radius`` of the segment from ``a`` to ``b``."""

    a: Array
    b: Array
    radius: float

    def distance(self, p: Array) -> tuple[Array, Array]:
        """See ``Volume``."""
        a, b = np.broadcast_to(self.a, p.shape), np.broadcast_to(self.b, p.shape)
        along = on_segments(p, a, b)[:, None]
        return _from_core(p - (a + along * (b - a)), self.radius)

    def nearest(self, a: Array, b: Array) -> Array:
        """See ``Volume``."""
        along, _ = between_segments(
            a, b, np.broadcast_to(self.a, a.shape), np.broadcast_to(self.b, a.shape)
        )
        return along


@dataclass(frozen=True, slots=True)
class Block:
    """A box: the middle ``T_patient_box`` ``(4, 4)`` and half its size ``(3,)``."""

    T: Array
    half: Array

    def distance(self, p: Array) -> tuple[Array, Array]:
        """See ``Volume``."""
        R = self.T[:3, :3]
        local = (p - self.T[:3, 3]) @ R
        beyond = np.abs(local) - self.half
        outside = np.maximum(beyond, 0.0)
        far = np.sqrt(np.einsum('ij,ij->i', outside, outside))
        within = beyond.max(axis=1)
        is_out = far > 0.0
        face = np.zeros_like(local)
        face[np.arange(len(p)), beyond.argmax(axis=1)] = 1.0
        size = np.where(is_out, far, 1.0)[:, None]
        direction = np.where(is_out[:, None], outside / size, face)
        away = (direction * np.where(local < 0.0, -1.0, 1.0)) @ R.T
        return np.where(is_out, far, within), away

    def nearest(self, a: Array, b: Array) -> Array:
        """See ``Volume``."""
        return search(self, a, b)


SAMPLES = 9
CLOSE = 2.5e-4
"""A place on a segment is found to within this [m]."""


def search(volume: Volume, a: Array, b: Array) -> Array:
    """Return where ``(n,)``, 0..1, segments are nearest to a volume, by ever closer samples.

    Each level looks at nine places and goes on around the best of them, until they are ``CLOSE``.
    That finds the nearest place of convex volumes (the distance along a line is convex); of
    others, what is narrower than an eighth of the segment may be missed.
    """
    longest = math.sqrt(float(np.einsum('ij,ij->i', b - a, b - a).max()))
    coarse = max(longest / (SAMPLES - 1) / CLOSE, 1.0)
    levels = 1 + math.ceil(math.log(coarse, 4))
    low, high = np.zeros(len(a)), np.ones(len(a))
    grid = np.linspace(0.0, 1.0, SAMPLES)
    rows = np.arange(len(a))
    best = low
    for _ in range(levels):
        t = low[:, None] + (high - low)[:, None] * grid
        p = a[:, None, :] + t[..., None] * (b - a)[:, None, :]
        distance = volume.distance(p.reshape(-1, 3))[0].reshape(len(a), SAMPLES)
        index = distance.argmin(axis=1)
        best = t[rows, index]
        step = (high - low) / (SAMPLES - 1)
        low, high = np.maximum(best - step, 0.0), np.minimum(best + step, 1.0)
    return best


def _from_core(v: Array, radius: float) -> tuple[Array, Array]:
    """Return distance and direction for vectors ``(n, 3)`` from the core of a round volume."""
    length = np.sqrt(np.einsum('ij,ij->i', v, v))
    known = (length > _CENTRE)[:, None]
    away = np.where(known, v / np.maximum(length, _CENTRE)[:, None], (0.0, 0.0, 1.0))
    return length - radius, away
