"""The committed meshes are what their script makes of the present description, and sound."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from telesurgery_core.transforms import Array

# Another processor's sine may round the last written digit of a normal the other way.
ROUNDING = 2e-3
ROOT = Path(__file__).resolve().parent.parent
MESHES = sorted([*ROOT.glob('urdf/meshes/*.obj'), *ROOT.glob('worlds/meshes/*.obj')])


@pytest.fixture(scope='module')
def generate() -> ModuleType:
    sys.path.insert(0, str(ROOT / 'meshes'))
    import generate

    return generate


@functools.cache
def read(path: Path) -> tuple[Array, Array]:
    return corners_of(path.read_text())


def corners_of(obj: str) -> tuple[Array, Array]:
    """Return corners and their normals, both ``(m, 3, 3)`` for m triangles."""
    words = [line.split() for line in obj.splitlines()]
    points, normals = (
        np.array([line[1:] for line in words if line[0] == kind], dtype=float)
        for kind in ('v', 'vn')
    )
    corners = [corner.split('/') for line in words if line[0] == 'f' for corner in line[1:]]
    point, _, normal = np.array([[int(k or 0) for k in corner] for corner in corners]).T - 1
    return points[point].reshape(-1, 3, 3), normals[normal].reshape(-1, 3, 3)


def test_files_are_those_that_the_script_writes(generate: ModuleType) -> None:
    made = generate.files(ROOT)
    assert {ROOT / path for path in made if path.suffix == '.obj'} == set(MESHES)
    for path, text in made.items():
        committed = (ROOT / path).read_text()
        remedy = f'{path} is stale: run meshes/generate.py'
        if path.suffix == '.mtl':
            assert committed == text, remedy
            continue
        for ours, made_now in zip(corners_of(committed), corners_of(text), strict=True):
            assert ours.shape == made_now.shape, remedy
            assert np.abs(ours - made_now).max() < ROUNDING, remedy


@pytest.mark.parametrize('path', MESHES, ids=lambda path: path.stem)
def test_normals_point_out_of_the_front_of_their_triangles(path: Path) -> None:
    corners, normals = read(path)
    front = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (np.einsum('tci,ti->tc', normals, front) >= 0.0).all()


@pytest.mark.parametrize('path', MESHES, ids=lambda path: path.stem)
def test_every_material_is_in_the_library(path: Path) -> None:
    lines = path.read_text().splitlines()
    library = path.with_name(lines[0].removeprefix('mtllib '))
    known = {line.split()[1] for line in library.read_text().splitlines() if 'newmtl' in line}
    assert {line.split()[1] for line in lines if line.startswith('usemtl')} <= known


def test_a_picture_of_the_whole_scene_needs_few_triangles() -> None:
    """Software renders them: 60 000 in all keep a picture below some milliseconds."""
    assert sum(len(read(path)[0]) for path in MESHES) < 60_000
