"""Triangle meshes of one material each, and how they are moved and joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Triangles = NDArray[np.int64]


@dataclass(frozen=True)
class Mesh:
    """Points ``(n, 3)`` [m], counter-clockwise triangles ``(m, 3)``, a material's name.

    ``texture`` holds the points' texture coordinates ``(n, 2)``, if the material has a picture.
    Edges sharper than ``crease_deg`` are shown as edges, flatter ones as part of a round surface.
    """

    points: Array
    triangles: Triangles
    material: str
    texture: Array | None = None
    crease_deg: float = 40.0

    def of(self, material: str) -> Mesh:
        """Return the same shape in another material."""
        return replace(self, material=material)

    def moved(self, xyz: ArrayLike = (0.0, 0.0, 0.0), R: ArrayLike | None = None) -> Mesh:
        """Return the mesh turned by ``R`` ``(3, 3)`` and then shifted by ``xyz`` [m]."""
        turned = self.points if R is None else self.points @ np.asarray(R, dtype=float).T
        return replace(self, points=turned + np.asarray(xyz, dtype=float))

    def posed(self, T: Array) -> Mesh:
        """Return the mesh in the frame a, given in b, for ``T_a_b`` ``(4, 4)``."""
        return self.moved(T[:3, 3], T[:3, :3])

    def inside_out(self) -> Mesh:
        """Return the surface as it is seen from its other side."""
        return replace(self, triangles=self.triangles[:, ::-1])

    def corner_normals(self) -> Array:
        """Return a unit normal for every corner of every triangle ``(m, 3, 3)``.

        A corner's normal is the area-weighted mean over the triangles around its point that
        lean less than ``crease_deg`` away from its own triangle.
        """
        corners = self.points[self.triangles]
        areas = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        facing = areas / np.linalg.norm(areas, axis=1, keepdims=True)
        flat = np.cos(np.radians(self.crease_deg))
        place, owner = _corners_by_place(self.points, self.triangles)
        triangle = owner // 3
        normals = areas[triangle]
        for step in range(1, int(np.bincount(place).max())):
            here, there = slice(None, -step), slice(step, None)
            a, b = triangle[here], triangle[there]
            joined = place[here] == place[there]
            joined &= np.einsum('ij,ij->i', facing[a], facing[b]) > flat
            normals[here] += joined[:, None] * areas[b]
            normals[there] += joined[:, None] * areas[a]
        by_corner = np.empty_like(normals)
        by_corner[owner] = normals / np.linalg.norm(normals, axis=1, keepdims=True)
        return by_corner.reshape(corners.shape)


def moved(meshes: Iterable[Mesh], xyz: ArrayLike, R: ArrayLike | None = None) -> list[Mesh]:
    """Return all meshes moved alike."""
    return [mesh.moved(xyz, R) for mesh in meshes]


def _corners_by_place(points: Array, triangles: Triangles) -> tuple[Triangles, Triangles]:
    """Return the corners of all triangles in the order of their place: its number, and theirs.

    Points at the same place have the same number; corner 3 t + k is the k-th of triangle t.
    """
    _, place_of_point = np.unique(points.round(7), axis=0, return_inverse=True)
    place = place_of_point.reshape(-1)[triangles].reshape(-1)
    order = np.argsort(place, kind='stable')
    return place[order], order
