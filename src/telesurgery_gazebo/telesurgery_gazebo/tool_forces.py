"""What tools feel, out of the contacts and the force/torque sensors of a simulator.

Contacts are points in the world with a force each; their wrench about the tip is the sum of the
forces and of their moments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from telesurgery_core.transforms import Array, frozen
from telesurgery_gazebo.simulator import NOTHING, ToolForces, Wrench
from telesurgery_gazebo.urdf_tree import Sensor, UrdfTree

CONTACT, FORCE_TORQUE = 'contact', 'force_torque'
"""Kinds of sensors."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A point at which a link of a tool touches something."""

    p_world: Array
    """``(3,)`` [m]."""
    force: Array
    """Upon the link, in the axes of the world ``(3,)`` [N]; its share of a mean over steps."""


def sensors_of(tree: UrdfTree, kind: str) -> tuple[Sensor, ...]:
    """Return the robot's sensors of a kind."""
    return tuple(sensor for sensor in tree.sensors if sensor.kind == kind)


def arm_of(name: str) -> str:
    """Return the arm of a link or joint, e.g. PSM1 of PSM1_roll_link."""
    return name.partition('_')[0]


class ToolForceReader:
    """Brings touches and wrist wrenches together, arm by arm."""

    def __init__(self, tree: UrdfTree) -> None:
        self._tree = tree
        self._arms = sorted({arm_of(sensor.on) for sensor in sensors_of(tree, CONTACT)})
        self._wrists = {arm_of(sensor.on): NOTHING for sensor in sensors_of(tree, FORCE_TORQUE)}

    def read(
        self,
        touches: Mapping[str, Sequence[Touch]],
        wrists: Mapping[str, Sequence[Wrench]],
        positions: Mapping[str, float],
    ) -> tuple[ToolForces, ...]:
        """Return what the tools feel.

        ``touches`` go by link; ``wrists``, measured since the last call, by joint; ``positions``
        [rad or m] by joint.
        """
        self._wrists |= {arm_of(joint): _mean(heard) for joint, heard in wrists.items() if heard}
        of_arm: dict[str, list[Touch]] = {arm: [] for arm in self._arms}
        for link, points in touches.items():
            of_arm[arm_of(link)] += points
        return tuple(
            ToolForces(arm, self._contact(arm, points, positions), self._wrists.get(arm))
            for arm, points in of_arm.items()
        )

    def _contact(
        self, arm: str, touches: Sequence[Touch], positions: Mapping[str, float]
    ) -> Wrench:
        if not touches:
            return NOTHING
        T_world_tip = self._tree.pose_of(f'{arm}_tip', positions)
        R_tip_world, p_world_tip = T_world_tip[:3, :3].T, T_world_tip[:3, 3]
        force = np.array([touch.force for touch in touches])
        lever = np.array([touch.p_world for touch in touches]) - p_world_tip
        return Wrench(
            frozen(R_tip_world @ force.sum(axis=0)),
            frozen(R_tip_world @ np.cross(lever, force).sum(axis=0)),
        )


def _mean(wrenches: Sequence[Wrench]) -> Wrench:
    return Wrench(
        frozen(np.mean([wrench.force for wrench in wrenches], axis=0)),
        frozen(np.mean([wrench.torque for wrench in wrenches], axis=0)),
    )
