"""Solids of a machine: turned parts, rounded boxes, and profiles drawn along a path."""

from __future__ import annotations

import numpy as np
from mesh import Array, Mesh, Triangles
from numpy.typing import ArrayLike

from telesurgery_core.transforms import rotation_about


def surface(grid: Array, material: str, *, closed: bool = False, crease_deg: float = 40.0) -> Mesh:
    """Return the surface over a grid of points ``(rows, columns, 3)``.

    Its front is the side from which rows run to the right of columns (columns x rows). With
    ``closed`` the last column joins the first. Triangles without area are left out.
    """
    rows, columns = grid.shape[:2]
    last = columns if closed else columns - 1
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(last), indexing='ij')
    a, b = i * columns + j, i * columns + (j + 1) % columns
    c, d = a + columns, b + columns
    triangles = np.concatenate(
        [np.stack([a, b, d], -1).reshape(-1, 3), np.stack([a, d, c], -1).reshape(-1, 3)]
    )
    points = grid.reshape(-1, 3)
    return Mesh(points, _with_area(points, triangles), material, crease_deg=crease_deg)


def turned(profile: ArrayLike, material: str, *, sides: int = 24) -> Mesh:
    """Return what a lathe makes about z of a ``profile`` of (radius, z), z increasing [m]."""
    r, z = np.asarray(profile, dtype=float).T
    angle = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle)], -1)
    grid = np.concatenate(
        [r[:, None, None] * ring[None], np.broadcast_to(z[:, None, None], (*r.shape, sides, 1))],
        axis=-1,
    )
    return surface(grid, material, closed=True)


def cylinder(radius: float, low: float, high: float, material: str, *, sides: int = 24) -> Mesh:
    """Return a closed cylinder about z from ``low`` to ``high`` with slightly broken edges [m]."""
    bevel = min(0.15 * radius, 0.3 * (high - low))
    profile = [(0.0, low), (radius - bevel, low), (radius, low + bevel)]
    profile += [(radius, high - bevel), (radius - bevel, high), (0.0, high)]
    return turned(profile, material, sides=sides)


def rounded_box(size: ArrayLike, radius: float, material: str, *, steps: int = 2) -> Mesh:
    """Return a box of ``size`` ``(3,)`` about the origin with all its edges rounded [m]."""
    half = np.asarray(size, dtype=float) / 2 - radius
    quarter = np.linspace(0.0, np.pi / 2, steps + 1)
    height = np.concatenate([quarter - np.pi / 2, quarter])
    around = np.concatenate([quarter + turn * np.pi / 2 for turn in range(4)])
    up = np.concatenate([-np.ones(steps + 1), np.ones(steps + 1)])
    side = np.repeat([[1, 1], [-1, 1], [-1, -1], [1, -1]], steps + 1, axis=0)
    shape = (len(height), len(around))
    ball = np.stack(
        [
            np.cos(height)[:, None] * np.cos(around),
            np.cos(height)[:, None] * np.sin(around),
            np.broadcast_to(np.sin(height)[:, None], shape),
        ],
        axis=-1,
    )
    corner = np.stack(
        [
            np.broadcast_to(side[:, 0], shape),
            np.broadcast_to(side[:, 1], shape),
            np.broadcast_to(up[:, None], shape),
        ],
        axis=-1,
    )
    body = surface(ball * radius + corner * half, material, closed=True)
    return _capped(body, *shape)


def rounded_rectangle(width: float, height: float, radius: float, *, steps: int = 3) -> Array:
    """Return the outline ``(k, 2)`` of a rectangle with rounded corners, counter-clockwise [m]."""
    half = np.array([width, height]) / 2 - radius
    outline = []
    for turn, corner in enumerate([(1, 1), (-1, 1), (-1, -1), (1, -1)]):
        angle = np.linspace(0.0, np.pi / 2, steps + 1) + turn * np.pi / 2
        arc = radius * np.stack([np.cos(angle), np.sin(angle)], -1)
        outline.append(arc + half * np.array(corner))
    return np.concatenate(outline)


def circle(radius: float, *, sides: int = 12) -> Array:
    """Return the outline ``(k, 2)`` of a circle, counter-clockwise [m]."""
    angle = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
    return radius * np.stack([np.cos(angle), np.sin(angle)], -1)


def drawn(
    outline: Array,
    path: ArrayLike,
    material: str,
    *,
    lateral: ArrayLike = (1.0, 0.0, 0.0),
    scale: ArrayLike = 1.0,
) -> Mesh:
    """Return a closed solid: an ``outline`` ``(k, 2)`` drawn along ``path`` ``(n, 3)`` [m].

    The outline's first axis stays as near to ``lateral`` as the path lets it; ``scale`` ``()`` or
    ``(n,)`` widens it along the way.
    """
    path = np.asarray(path, dtype=float)
    scale = np.broadcast_to(np.asarray(scale, dtype=float), len(path))
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    first = np.asarray(lateral, dtype=float) - (along @ lateral)[:, None] * along
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(along, first)
    rings = [
        point + size * (outline[:, :1] * u + outline[:, 1:] * v)
        for point, u, v, size in zip(path, first, second, scale, strict=True)
    ]
    body = surface(np.array(rings), material, closed=True)
    return _capped(body, len(path), len(outline))


def smooth(corners: ArrayLike, count: int) -> Array:
    """Return ``count`` points of a Catmull-Rom curve through ``corners`` ``(n, 3)`` [m]."""
    corners = np.asarray(corners, dtype=float)
    ends = 2 * corners[[0, -1]] - corners[[1, -2]]
    P = np.concatenate([ends[:1], corners, ends[1:]])
    place = np.linspace(0.0, len(corners) - 1, count)
    i = np.minimum(place.astype(int), len(corners) - 2)
    t = (place - i)[:, None]
    p0, p1, p2, p3 = P[i], P[i + 1], P[i + 2], P[i + 3]
    result: Array = 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return result


def about(axis: str, degrees: float) -> Array:
    """Return the rotation ``(3, 3)`` by ``degrees`` about 'x', 'y' or 'z'."""
    return rotation_about(axis, np.radians(degrees))


def _capped(body: Mesh, rows: int, columns: int) -> Mesh:
    """Close the first and the last ring of a grid by fans."""
    first = np.arange(columns)
    last = first + (rows - 1) * columns
    fans = [
        np.stack([np.full(columns - 2, ring[0]), ring[1:-1], ring[2:]], -1)
        for ring in (first[::-1], last)
    ]
    triangles = np.concatenate([body.triangles, *(_with_area(body.points, fan) for fan in fans)])
    return Mesh(body.points, triangles, body.material, crease_deg=body.crease_deg)


def _with_area(points: Array, triangles: Triangles) -> Triangles:
    a, b, c = (points[triangles[:, k]] for k in range(3))
    kept: Triangles = triangles[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12]
    return kept
