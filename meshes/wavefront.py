"""Meshes and their materials as Wavefront OBJ and MTL text, which both Gazebos and RViz read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from mesh import Array, Mesh


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
    lines = [f'mtllib {library}']
    points, normals, textures = _Numbered('v', 5), _Numbered('vn', 3), _Numbered('vt', 4)
    for mesh in sorted(meshes, key=lambda mesh: mesh.material):
        faces = [f'usemtl {mesh.material}']
        for triangle, corner_normals in zip(mesh.triangles, mesh.corner_normals(), strict=True):
            corners = []
            for point, normal in zip(triangle, corner_normals, strict=True):
                texture = '' if mesh.texture is None else textures.of(mesh.texture[point])
                corners.append(f'{points.of(mesh.points[point])}/{texture}/{normals.of(normal)}')
            faces.append('f ' + ' '.join(corners))
        lines += points.new_lines() + textures.new_lines() + normals.new_lines() + faces
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


class _Numbered:
    """Lines of one kind, each written once and referred to by its number."""

    def __init__(self, keyword: str, digits: int) -> None:
        self._keyword, self._digits = keyword, digits
        self._numbers: dict[str, int] = {}
        self._written = 0

    def of(self, values: Array) -> str:
        """Return the number of a line with these values."""
        text = ' '.join(_number(value, self._digits) for value in values)
        return str(self._numbers.setdefault(f'{self._keyword} {text}', len(self._numbers) + 1))

    def new_lines(self) -> list[str]:
        """Return the lines that were not returned before."""
        lines = list(self._numbers)[self._written :]
        self._written = len(self._numbers)
        return lines


def _number(value: float, digits: int) -> str:
    text = f'{np.round(value, digits) + 0.0:.{digits}f}'.rstrip('0').rstrip('.')
    return text or '0'


def _colour(keyword: str, rgb: Sequence[float]) -> str:
    return keyword + ' ' + ' '.join(f'{value:.3g}' for value in rgb)
