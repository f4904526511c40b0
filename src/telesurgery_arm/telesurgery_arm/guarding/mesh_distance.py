"""Signed distances of the nodes of a grid to a closed surface of triangles.

Near the surface the distance is exact: every triangle looks at the nodes around it. Further off it
is that to a dense sample of the surface, which is too long by less than ``SAMPLE**2 / 2`` cells
over the distance in cells. Inside and outside are told apart by counting how often a ray along Z
meets the surface; an edge between two triangles belongs to exactly one of them, so that a closed
surface is met an even number of times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from telesurgery_core.transforms import Array

NEAR = 2.5
"""Within so many cells distances are exact."""
SAMPLE = 0.5
"""No point of the surface is further than so many cells from the next sample."""
FAR_ERROR = SAMPLE**2 / (2.0 * NEAR)
"""How many cells a distance beyond ``NEAR`` is too long at most."""


def signed_distances(corners: Array, axes: tuple[Array, Array, Array], cell: float) -> Array:
    """Return signed distances ``(nx, ny, nz)`` [m], negative inside, at the nodes of a grid.

    ``corners`` ``(n, 3, 3)`` are the triangles, ``axes`` the coordinates of the nodes along X, Y
    and Z, ``cell`` apart [m].
    """
    shape = tuple(len(axis) for axis in axes)
    nodes = np.stack(np.meshgrid(*axes, indexing='ij'), axis=-1).reshape(-1, 3)
    far, _ = cKDTree(_samples(corners, SAMPLE * cell)).query(nodes)
    distance = np.asarray(far).reshape(shape)
    _make_exact(distance, corners, axes, cell)
    distance[_inside(corners, axes)] *= -1.0
    return distance


def point_triangle_distance(p: Array, triangle: Array) -> Array:
    """Return the distances ``(n,)`` of points ``(n, 3)`` from one triangle ``(3, 3)``."""
    a, b, c = triangle
    normal = np.cross(b - a, c - a)
    normal /= np.linalg.norm(normal)
    height = (p - a) @ normal
    best = np.full(len(p), np.inf)
    beyond = np.zeros(len(p), dtype=bool)
    for start, end in ((a, b), (b, c), (c, a)):
        edge = end - start
        along = np.clip((p - start) @ edge / (edge @ edge), 0.0, 1.0)
        v = p - start - along[:, None] * edge
        best = np.minimum(best, np.einsum('ij,ij->i', v, v))
        beyond |= (p - start) @ np.cross(edge, normal) > 0.0
    distance: Array = np.where(beyond, np.sqrt(best), np.abs(height))
    return distance


def _samples(corners: Array, spacing: float) -> Array:
    """Return points ``(m, 3)`` of the surface, none of which is further than ``spacing`` away."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    longest = np.max(
        [np.linalg.norm(b - a, axis=1), np.linalg.norm(c - b, axis=1),
         np.linalg.norm(a - c, axis=1)], axis=0
    )  # fmt: skip
    # Cutting every side into n gives n^2 similar triangles; no point of one is further from a
    # corner of it than its longest side over the square root of three, or half of it if obtuse.
    parts = np.maximum(1, np.ceil(longest / (np.sqrt(3.0) * spacing))).astype(int)
    points = []
    for n in np.unique(parts):
        i, j = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing='ij')
        inside = i + j <= n
        u, v = i[inside] / n, j[inside] / n
        chosen = parts == n
        origin, first, second = a[chosen], (b - a)[chosen], (c - a)[chosen]
        points.append(
            (
                origin[:, None]
                + u[None, :, None] * first[:, None]
                + v[None, :, None] * second[:, None]
            ).reshape(-1, 3)
        )
    return np.concatenate(points)


def _make_exact(
    distance: Array, corners: Array, axes: tuple[Array, Array, Array], cell: float
) -> None:
    """Put the exact distance wherever a triangle is nearer than ``NEAR`` cells."""
    starts = np.array([axis[0] for axis in axes])
    reach = NEAR * cell
    low = np.floor((corners.min(axis=1) - reach - starts) / cell).astype(int)
    high = np.ceil((corners.max(axis=1) + reach - starts) / cell).astype(int) + 1
    low = np.maximum(low, 0)
    high = np.minimum(high, distance.shape)
    near = np.full(distance.shape, np.inf)
    for triangle, (i, j, k), (l, m, n) in zip(corners, low, high, strict=True):
        block = np.stack(
            np.meshgrid(axes[0][i:l], axes[1][j:m], axes[2][k:n], indexing='ij'), axis=-1
        )
        found = point_triangle_distance(block.reshape(-1, 3), triangle).reshape(block.shape[:3])
        view = near[i:l, j:m, k:n]
        np.minimum(view, found, out=view)
    exact = near <= reach
    distance[exact] = near[exact]


def _inside(corners: Array, axes: tuple[Array, Array, Array]) -> NDArray[np.bool_]:
    """Return which nodes have an odd number of crossings with the surface below them."""
    x, y, z = axes
    crossings = np.zeros((len(x), len(y), len(z) + 1), dtype=np.int32)
    for triangle in corners:
        lo, hi = triangle.min(axis=0), triangle.max(axis=0)
        i, l = np.searchsorted(x, (lo[0], hi[0]))
        j, m = np.searchsorted(y, (lo[1], hi[1]))
        if i == l or j == m:
            continue
        X, Y = np.meshgrid(x[i:l], y[j:m], indexing='ij')
        hit = _covers(triangle, X, Y)
        if not hit.any():
            continue
        normal = np.cross(triangle[1] - triangle[0], triangle[2] - triangle[0])
        height = (
            triangle[0, 2]
            - ((X[hit] - triangle[0, 0]) * normal[0] + (Y[hit] - triangle[0, 1]) * normal[1])
            / normal[2]
        )
        above = np.searchsorted(z, height)
        rows, columns = np.nonzero(hit)
        np.add.at(crossings, (rows + i, columns + j, above), 1)
    odd: NDArray[np.bool_] = np.cumsum(crossings, axis=2)[:, :, :-1] % 2 == 1
    return odd


def _covers(triangle: Array, X: Array, Y: Array) -> NDArray[np.bool_]:
    """Return which places lie below a triangle, seen along Z; an edge belongs to one side of it.

    Both triangles at an edge work with the same numbers in the same order, so that they agree.
    """
    odd = np.zeros(X.shape, dtype=bool)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        p, q = sorted((tuple(triangle[a, :2]), tuple(triangle[b, :2])))
        if p[1] == q[1]:
            continue
        straddles = (p[1] > Y) != (q[1] > Y)
        odd ^= straddles & (p[0] + (Y - p[1]) * (q[0] - p[0]) / (q[1] - p[1]) > X)
    return odd
