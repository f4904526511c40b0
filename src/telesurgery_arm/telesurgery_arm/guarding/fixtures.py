"""Fixtures built from their description: volumes in ``patient``, for arms and parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.guarding.damper import Damper
from telesurgery_arm.guarding.description import (
    VOLUMES,
    BoxFixture,
    CapsuleFixture,
    Fixture,
    GuardingDescription,
    LineFixture,
    MeshFixture,
    PlaneFixture,
    SphereFixture,
)
from telesurgery_arm.guarding.distance_field import DistanceField
from telesurgery_arm.guarding.triangle_mesh import load_mesh
from telesurgery_arm.guarding.volumes import Ball, Block, Capsule, HalfSpace, Volume
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.transforms import Array, frozen, inverse, pose, rotation_from_rpy


@dataclass(frozen=True, slots=True)
class BuiltFixture:
    """A fixture: one volume, or several that act together (the walls of a workspace)."""

    name: str
    volumes: tuple[Volume, ...]
    arms: tuple[str, ...]
    parts: tuple[str, ...]
    margin: float
    damper: Damper
    rooms: Array
    """Places ``(n, 3)`` that it is made to allow, if any: they are within a workspace."""


def build_fixtures(
    description: GuardingDescription, robot: RobotDescription, folder: Path
) -> list[BuiltFixture]:
    """Return all fixtures; ``folder`` is where the files of meshes are relative to.

    Raises ParameterError for an arm that does not exist or a mesh that cannot be used.
    """
    built = []
    T_patient_world = inverse(robot.T_world_patient.T)
    for key, name, fixture in description.fixtures():
        where = f'{key}.{name}'
        arms = chosen_arms(fixture.arms, robot, where)
        if key not in VOLUMES or not isinstance(fixture, Fixture):
            continue
        T = T_patient_world if fixture.frame == 'world' else np.eye(4)
        try:
            volumes = _volumes(fixture, T, folder, is_workspace=key == 'workspaces')
        except ParameterError as error:
            raise ParameterError(f'{where}: {error}') from error
        damper = Damper(description.gain_per_s, description.deceleration_m_per_s2, fixture.band_m)
        built.append(
            BuiltFixture(
                name,
                tuple(volumes),
                arms,
                fixture.parts,
                fixture.margin_m,
                damper,
                _places_in(fixture, T) if key == 'workspaces' else np.zeros((0, 3)),
            )
        )
    return built


def chosen_arms(names: tuple[str, ...], robot: RobotDescription, where: str) -> tuple[str, ...]:
    """Return the arms that are named, or all; ParameterError for one that does not exist."""
    for name in names:
        if name not in robot.arms:
            raise ParameterError(one_of(f'{where}: arms', name, list(robot.arms), 'correct it'))
    return names or tuple(robot.arms)


def line_points(line: LineFixture, robot: RobotDescription) -> Array:
    """Return the corners ``(n, 3)`` of a guidance line in ``patient``."""
    points = np.array(line.points)
    if line.frame == 'world':
        T = inverse(robot.T_world_patient.T)
        points = points @ T[:3, :3].T + T[:3, 3]
    return frozen(points)


def _volumes(fixture: Fixture, T: Array, folder: Path, *, is_workspace: bool) -> list[Volume]:
    """Return the volumes of a fixture in ``patient``; ``T`` ``(4, 4)`` is its frame in there."""
    if isinstance(fixture, PlaneFixture):
        normal = T[:3, :3] @ np.array(fixture.normal)
        return [HalfSpace(_placed(T, fixture.point), frozen(normal / np.linalg.norm(normal)))]
    if isinstance(fixture, SphereFixture):
        return [Ball(_placed(T, fixture.centre), fixture.radius_m)]
    if isinstance(fixture, CapsuleFixture):
        return [Capsule(_placed(T, fixture.a), _placed(T, fixture.b), fixture.radius_m)]
    if isinstance(fixture, BoxFixture):
        T_box = T @ pose(rotation_from_rpy(fixture.rpy), fixture.centre)
        half = 0.5 * np.array(fixture.size)
        return _walls(T_box, half) if is_workspace else [Block(frozen(T_box), frozen(half))]
    if isinstance(fixture, MeshFixture):
        path = Path(fixture.file).expanduser()
        T_mesh = T @ pose(rotation_from_rpy(fixture.rpy), fixture.xyz)
        mesh = load_mesh(path if path.is_absolute() else folder / path, fixture.scale, T_mesh)
        around = fixture.band_m + fixture.margin_m
        return [DistanceField.of_mesh(mesh, fixture.cell_m, around, path.name)]
    raise TypeError(f'no volume is known for {fixture!r}')


def _places_in(fixture: Fixture, T: Array) -> Array:
    """Return places ``(n, 3)`` all over a box, in ``patient``."""
    if not isinstance(fixture, BoxFixture):
        return np.zeros((0, 3))
    axes = [np.linspace(-0.49, 0.49, 7) * edge for edge in fixture.size]
    local = np.stack(np.meshgrid(*axes, indexing='ij'), axis=-1).reshape(-1, 3)
    T_box = T @ pose(rotation_from_rpy(fixture.rpy), fixture.centre)
    places: Array = local @ T_box[:3, :3].T + T_box[:3, 3]
    return places


def _walls(T_box: Array, half: Array) -> list[Volume]:
    """Return the six planes around a box, the allowed side within."""
    return [
        HalfSpace(
            frozen(T_box[:3, 3] - side * half[axis] * T_box[:3, axis]),
            frozen(side * T_box[:3, axis]),
        )
        for axis in range(3)
        for side in (1.0, -1.0)
    ]


def _placed(T: Array, p: tuple[float, float, float]) -> Array:
    return frozen(T[:3, :3] @ np.array(p) + T[:3, 3])
