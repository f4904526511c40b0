"""Soft shapes: blobs with lumps, tubes along a curve, cloth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from mesh import Array, Mesh
from numpy.typing import ArrayLike
from solids import circle, drawn, smooth, surface


def blob(
    radii: ArrayLike, material: str, rng: np.random.Generator, *, lumps: float, rings: int = 16
) -> Mesh:
    """Return an ellipsoid of ``radii`` ``(3,)`` [m] that waves by ``lumps`` of a radius."""
    height = np.linspace(-np.pi / 2, np.pi / 2, rings)
    around = np.linspace(0.0, 2 * np.pi, int(1.6 * rings), endpoint=False)
    ball = sphere_points(height, around)
    shape = surface(
        ball * np.asarray(radii) * (1.0 + lumps * waves(ball, rng))[..., None],
        material,
        closed=True,
        crease_deg=80.0,
    )
    texture = np.stack(
        np.broadcast_arrays(0.5 * around / np.pi, 0.5 * height[:, None] / np.pi), -1
    )
    return replace(shape, texture=texture.reshape(-1, 2))


def sphere_points(height: Array, around: Array) -> Array:
    """Return unit vectors ``(len(height), len(around), 3)`` of latitudes and longitudes [rad]."""
    return np.stack(
        np.broadcast_arrays(
            np.cos(height)[:, None] * np.cos(around),
            np.cos(height)[:, None] * np.sin(around),
            np.sin(height)[:, None],
        ),
        axis=-1,
    )


def waves(points: Array, rng: np.random.Generator, *, count: int = 9, pitch: float = 2.5) -> Array:
    """Return smooth noise of about unit size at ``points`` ``(..., 3)``; ``pitch`` is its finest
    angular frequency [rad per unit of length].
    """
    directions = rng.normal(size=(count, 3))
    phases = rng.uniform(0.0, 2 * np.pi, count)
    result: Array = np.sin(pitch * points @ directions.T + phases).sum(axis=-1) / np.sqrt(count)
    return result


def tube(
    corners: ArrayLike, radius: float, material: str, *, count: int = 24, sides: int = 10
) -> Mesh:
    """Return a tube through ``corners`` ``(n, 3)`` [m]."""
    return drawn(
        circle(radius, sides=sides), smooth(corners, count), material, lateral=(0.3, 0.2, 0.9)
    )


def gut(corners: ArrayLike, radius: float, material: str, *, count: int, folds: int) -> Mesh:
    """Return a tube through ``corners`` whose width swells ``folds`` times along its way."""
    swell = 1.0 - 0.16 * np.abs(np.cos(np.linspace(0.0, folds * np.pi, count))) ** 4
    swell[[0, -1]] = 0.3
    return replace(
        drawn(
            circle(radius, sides=12),
            smooth(corners, count),
            material,
            lateral=(0.2, 0.3, 0.9),
            scale=swell,
        ),
        crease_deg=80.0,
    )
