"""Meshes and their materials as Wavefront OBJ and MTL text, which both Gazebos and RViz read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from mesh import Array, Mesh
from numpy.typing import NDArray


@dataclass(frozen=True)
class Material:
    """A surface: colour (red, green, blue in 0..1), strength and width of its highlight."""

    colour: tuple[float, float, float]
    specular: float = 0.2
    shininess: float = 30.0
    glow: float = 0.0
    picture: str = ''


def obj(meshes: Sequence[Mesh], library: str) -> str:
    """Return the OBJ text of ``meshes``; their materials are those of the MTL file ``library``."""
    meshes = sorted(meshes, key=lambda mesh: mesh.material)
    corners = [len(mesh.triangles) * 3 for mesh in meshes]
    points, point_of = _lines('v', [mesh.points[mesh.triangles] for mesh in meshes], 5)
    normals, normal_of = _lines('vn', [mesh.corner_normals() for mesh in meshes], 3)
    textures, texture_of = _lines('vt', [_texture(mesh) for mesh in meshes], 4)
    lines = [f'mtllib {library}', *points, *textures, *normals]
    first = 0
    for mesh, count in zip(meshes, corners, strict=True):
        lines.append(f'usemtl {mesh.material}')
        numbers = [
            f'{point}/{texture if mesh.texture is not None else ""}/{normal}'
            for point, texture, normal in zip(
                point_of[first : first + count].tolist(),
                texture_of[first : first + count].tolist(),
                normal_of[first : first + count].tolist(),
                strict=True,
            )
        ]
        lines += [f'f {" ".join(numbers[k : k + 3])}' for k in range(0, count, 3)]
        first += count
    return '\n'.join(lines) + '\n'


def mtl(materials: Iterable[tuple[str, Material]]) -> str:
    """Return the MTL text of named materials."""
    blocks = []
    for name, material in materials:
        ambient = tuple(0.9 * value for value in material.colour)
        lines = [
            f'newmtl {name}',
            _colour('Ka', ambient),
            _colour('Kd', material.colour),
            _colour('Ks', (material.specular,) * 3),
            f'Ns {material.shininess:g}',
            _colour('Ke', tuple(material.glow * value for value in material.colour)),
            'illum 2',
        ]
        if material.picture:
            lines.append(f'map_Kd {material.picture}')
        blocks.append('\n'.join(lines) + '\n')
    return '\n'.join(blocks)


def _texture(mesh: Mesh) -> Array:
    """Return texture coordinates ``(m, 3, 2)``, zeros for a mesh without."""
    if mesh.texture is None:
        return np.zeros((len(mesh.triangles), 3, 2))
    return mesh.texture[mesh.triangles]


def _lines(
    keyword: str, values: Sequence[Array], digits: int
) -> tuple[list[str], NDArray[np.int64]]:
    """Return a line for each different row of ``values``, and the number of every row's line."""
    rows = np.concatenate([value.reshape(-1, value.shape[-1]) for value in values])
    rows, line_of = np.unique(rows.round(digits) + 0.0, axis=0, return_inverse=True)
    texts = [' '.join(f'{value:g}' for value in row) for row in rows.tolist()]
    return [f'{keyword} {text}' for text in texts], line_of.reshape(-1) + 1


def _colour(keyword: str, rgb: Sequence[float]) -> str:
    return keyword + ' ' + ' '.join(f'{value:.3g}' for value in rgb)
