"""Closed surfaces of triangles, read from STL or OBJ and refused when they are not closed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import Array, frozen

FORMATS = ('.stl', '.obj')
MOST_TRIANGLES = 50_000
MOST_BYTES = 64_000_000
_SHORTEST = 1e-12
"""A triangle of less area than this [m^2] has none."""


@dataclass(frozen=True, slots=True)
class TriangleMesh:
    """A closed surface; its triangles turn to the right about what is outside."""

    corners: Array
    """``(n, 3, 3)``: triangles, corners, coordinates [m]."""


def load_mesh(path: Path, scale: float, T: Array) -> TriangleMesh:
    """Read a mesh, scale it and bring it to ``T`` ``(4, 4)``.

    Raises ParameterError when the file is none of a kind that is known, is too large, holds no
    volume, or when its surface is not closed; the number of open edges is named then.
    """
    import trimesh  # takes a while, and only who has meshes needs it

    _check_file(path)
    try:
        loaded = trimesh.load(path, force='mesh', process=True, skip_materials=True)
    except Exception as error:  # whatever the reader of a foreign format may raise
        raise ParameterError(
            f'mesh {path.name} cannot be read ({" ".join(str(error).split()) or type(error)}); '
            'allowed: an STL or OBJ file of triangles; export it again'
        ) from error
    vertices = np.asarray(getattr(loaded, 'vertices', ()), dtype=float).reshape(-1, 3)
    faces = np.asarray(getattr(loaded, 'faces', ()), dtype=np.int64).reshape(-1, 3)
    if not 0 < len(faces) <= MOST_TRIANGLES:
        raise ParameterError(
            f'mesh {path.name} has {len(faces)} triangles; allowed: 1 .. {MOST_TRIANGLES}; '
            'export it as triangles, or simplify it'
        )
    if not np.isfinite(vertices).all():
        raise ParameterError(
            f'mesh {path.name} has a corner that is not finite; allowed: numbers; export it again'
        )
    return closed_mesh(scale * vertices, faces, T, path.name)


def closed_mesh(vertices: Array, faces: NDArray[np.int64], T: Array, name: str) -> TriangleMesh:
    """Return a mesh of ``vertices`` ``(m, 3)`` [m] and ``faces`` ``(n, 3)`` at ``T`` ``(4, 4)``.

    Raises ParameterError unless every edge belongs to exactly two triangles.
    """
    corners = vertices[faces]
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = 0.5 * np.linalg.norm(np.cross(u, v), axis=1)
    solid = area > _SHORTEST
    open_edges = _open_edges(faces)
    if open_edges:
        raise ParameterError(
            f'mesh {name} is not closed: {open_edges} open edges; allowed: surfaces in which '
            'every edge belongs to two triangles; close its holes'
        )
    volume = float(np.einsum('ij,ij->', corners[:, 0], np.cross(corners[:, 1], corners[:, 2])))
    if not solid.any() or abs(volume) / 6.0 < _SHORTEST * float(area.sum()) ** 0.5:
        raise ParameterError(
            f'mesh {name} encloses no volume; allowed: a body; correct it or its scale'
        )
    placed = corners[solid] @ T[:3, :3].T + T[:3, 3]
    return TriangleMesh(frozen(placed))


def _open_edges(faces: NDArray[np.int64]) -> int:
    """Return how many edges do not belong to exactly two triangles."""
    edges = np.sort(np.concatenate([faces[:, (0, 1)], faces[:, (1, 2)], faces[:, (2, 0)]]), axis=1)
    _, count = np.unique(edges, axis=0, return_counts=True)
    return int((count != 2).sum())


def _check_file(path: Path) -> None:
    if path.suffix.lower() not in FORMATS:
        raise ParameterError(
            f'mesh {path.name} is of the kind {path.suffix!r}; allowed: {", ".join(FORMATS)}; '
            'convert it'
        )
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ParameterError(
            f'mesh {str(path)!r} cannot be read ({error.strerror}); allowed: a readable file; '
            'check the path'
        ) from error
    if size > MOST_BYTES:
        raise ParameterError(
            f'mesh {path.name} has {size} bytes; allowed: at most {MOST_BYTES}; simplify it'
        )
