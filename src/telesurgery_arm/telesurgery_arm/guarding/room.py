"""Whether the fixtures leave every arm a place to be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from telesurgery_arm.description import ArmModel, RobotDescription
from telesurgery_arm.guarding.fixtures import BuiltFixture
from telesurgery_arm.kinematics import forward
from telesurgery_arm.rcm import INSERTION
from telesurgery_arm.shaft import insertion_offset
from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import Array, frozen

PLACES = 4000
"""So many places all over an arm's reach are tried."""


def check_room(fixtures: Sequence[BuiltFixture], robot: RobotDescription) -> None:
    """Raise ParameterError when a fixture, or all together, forbid an arm all of its reach."""
    for arm in robot.arms:
        own = [fixture for fixture in fixtures if arm in fixture.arms]
        if not own:
            continue
        rooms = np.concatenate([fixture.rooms for fixture in own])
        tips = np.concatenate([_reachable(robot, arm), rooms[_in_reach(robot, arm, rooms)]])
        everywhere = np.ones(len(tips), dtype=bool)
        for fixture in own:
            allowed = _allowed(fixture, tips)
            everywhere &= allowed
            if not allowed.any():
                raise ParameterError(_nowhere(arm, fixture.name))
        if not everywhere.any():
            raise ParameterError(_nowhere(arm, ', '.join(fixture.name for fixture in own)))


def _allowed(fixture: BuiltFixture, tips: Array) -> Array:
    distance = [volume.distance(tips)[0] - fixture.margin for volume in fixture.volumes]
    allowed: Array = np.min(distance, axis=0) >= 0.0
    return allowed


def _reachable(robot: RobotDescription, arm: str) -> Array:
    """Return places ``(n, 3)`` of the tip in ``patient``, all over the joint limits."""
    T = robot.arms[arm].T_patient_rcm.T
    p: Array = _places(robot.model_of(arm)) @ T[:3, :3].T + T[:3, 3]
    return p


@lru_cache(maxsize=16)
def _places(model: ArmModel) -> Array:
    """Return places ``(n, 3)`` of the tip in rcm: a study asks for the same again and again."""
    rng = np.random.default_rng(0)
    q = rng.uniform(model.lower, model.upper, (PLACES, len(model.joints)))
    q[0] = model.home
    return frozen(forward(model, q)[:, :3, 3])


def _in_reach(robot: RobotDescription, arm: str, p: Array) -> NDArray[np.bool_]:
    """Return which places ``(n, 3)`` lie below an arm's port and no deeper than it goes."""
    model, T = robot.model_of(arm), robot.arms[arm].T_patient_rcm.T
    local = (p - T[:3, 3]) @ T[:3, :3]
    deepest = model.upper[INSERTION] + insertion_offset(model) + model.joints[-1].a
    below: NDArray[np.bool_] = (local[:, 2] < 0.0) & (np.linalg.norm(local, axis=1) < deepest)
    return below


def _nowhere(arm: str, names: str) -> str:
    return (
        f'{names}: {arm} has nowhere to be; allowed: fixtures that leave it part of its reach; '
        'move or shrink them'
    )
