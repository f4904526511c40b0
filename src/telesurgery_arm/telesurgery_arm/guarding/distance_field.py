"""A closed mesh as a volume: its signed distance on a grid, interpolated in between.

Between the nodes the distance is interpolated linearly in every direction. A signed distance
changes by no more than the way, so the interpolated one is wrong by no more than the mean way to
the eight nodes: ``sqrt(3) / 2`` of a cell at most, whatever the surface looks like. This bound,
and that of the nodes themselves, are taken off, so that ``distance`` is never more than the true
one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from telesurgery_arm.guarding.mesh_distance import FAR_ERROR, signed_distances
from telesurgery_arm.guarding.triangle_mesh import TriangleMesh
from telesurgery_arm.guarding.volumes import search
from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import Array, frozen

MOST_NODES = 3_000_000
"""A field has no more nodes than this (48 MB with the directions)."""
_CORNERS = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)])


@dataclass(frozen=True, slots=True)
class DistanceField:
    """A volume given by distances on a grid."""

    origin: Array
    """The first node ``(3,)`` [m]."""
    cell: float
    nodes: Array
    """Per node distance and its gradient ``(nx, ny, nz, 4)``."""
    error: float
    """How much the interpolated distance is too long at most [m]; it is taken off."""

    @classmethod
    def of_mesh(cls, mesh: TriangleMesh, cell: float, around: float, name: str) -> DistanceField:
        """Sample a mesh in cells of ``cell`` [m], out to ``around`` [m] beyond it.

        Raises ParameterError when that would be more than ``MOST_NODES``.
        """
        low = mesh.corners.min(axis=(0, 1)) - around - cell
        high = mesh.corners.max(axis=(0, 1)) + around + cell
        counts = np.ceil((high - low) / cell).astype(int) + 1
        if int(np.prod(counts)) > MOST_NODES:
            coarse = cell * (float(np.prod(counts)) / MOST_NODES) ** (1.0 / 3.0)
            raise ParameterError(
                f'mesh {name}: cell_m {cell:g} makes {int(np.prod(counts))} nodes; allowed: at '
                f'most {MOST_NODES}; take cells of {1.05 * coarse:.2g} m or split the mesh'
            )
        x, y, z = (
            start + cell * np.arange(count) for start, count in zip(low, counts, strict=True)
        )
        distance = signed_distances(mesh.corners, (x, y, z), cell)
        gradient = np.stack([np.gradient(distance, cell, axis=k) for k in range(3)], axis=-1)
        length = np.maximum(np.linalg.norm(gradient, axis=-1, keepdims=True), 1e-9)
        nodes = np.concatenate([distance[..., None], gradient / length], axis=-1)
        error = (math.sqrt(3.0) / 2.0 + FAR_ERROR) * cell
        return cls(frozen(low), cell, frozen(nodes), error)

    def distance(self, p: Array) -> tuple[Array, Array]:
        """See ``Volume``. Beyond the grid a bound from the grid's edge takes its place.

        (The grid is convex and the mesh in it: with ``e`` the nearest point of the grid, the true
        distance is at least the hypotenuse over the way to ``e`` and the distance there.)
        """
        shape = np.array(self.nodes.shape[:3])
        place = (p - self.origin) / self.cell
        within = np.minimum(np.maximum(place, 0.0), shape - 1.0)
        index = np.minimum(within.astype(int), shape - 2)
        part = within - index
        corner = index[:, None, :] + _CORNERS
        weight = np.prod(np.where(_CORNERS == 1, part[:, None, :], 1.0 - part[:, None, :]), axis=2)
        found = np.einsum(
            'ij,ijk->ik', weight, self.nodes[corner[..., 0], corner[..., 1], corner[..., 2]]
        )
        distance, away = found[:, 0] - self.error, found[:, 1:]
        length = np.sqrt(np.einsum('ij,ij->i', away, away))
        away = np.where(
            (length > 1e-9)[:, None], away / np.maximum(length, 1e-9)[:, None], (0.0, 0.0, 1.0)
        )
        way = (place - within) * self.cell
        far = np.einsum('ij,ij->i', way, way)
        if not far.any():
            return distance, away
        total = np.sqrt(far + np.maximum(distance, 0.0) ** 2)
        outside = far > 0.0
        mixed = way + np.maximum(distance, 0.0)[:, None] * away
        size = np.maximum(np.sqrt(np.einsum('ij,ij->i', mixed, mixed)), 1e-9)[:, None]
        return (
            np.where(outside, total, distance),
            np.where(outside[:, None], mixed / size, away),
        )

    def nearest(self, a: Array, b: Array) -> Array:
        """See ``Volume``."""
        return search(self, a, b)
