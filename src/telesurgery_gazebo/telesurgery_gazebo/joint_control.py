"""Gains of Gazebo's joint controllers from what is wanted of a joint, and its mimic joints.

A joint under ``force = k (target - position) + d (target' - position')`` is a mass on a spring
with a damper. Wanted are its natural frequency w and damping ratio z; with the inertia I that the
joint moves, k = w^2 I and d = 2 z w I (any textbook of control). The damper acts against the
target's velocity, not against the room, so that a moving target is followed without lag; targets
that move with an acceleration a are missed by a / w^2 (at 150 rad/s and 1 m/s^2: 0.04 mm). What
the joint's own friction c takes is added to the target's velocity, which is raised by c / d.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.reflected_inertia import reflected_inertia
from telesurgery_gazebo.settings import Control
from telesurgery_gazebo.urdf_tree import UrdfTree


@dataclass(frozen=True, slots=True)
class Gains:
    """Of one joint: force = stiffness (p_target - p) + damping (feed_forward v_target - v)."""

    stiffness: float
    """[N m/rad or N/m]."""
    damping: float
    """[N m s/rad or N s/m]."""
    feed_forward: float = 1.0


class ControlledJoints:
    """The joints that are commanded, then those that mimic one of them: Classic has no mimic."""

    def __init__(self, tree: UrdfTree, joints: Sequence[str]) -> None:
        """Find the mimics of ``joints`` (n); SimulatorError when the robot has no such joint."""
        for name in joints:
            if name not in tree.joint_of:
                raise SimulatorError(
                    f'the robot has no joint {name!r}; allowed: {", ".join(tree.joint_of)}; use '
                    'the robot description that belongs to arms.yaml'
                )
        followers = [
            (joint.name, joints.index(joint.mimic.joint), joint.mimic)
            for joint in tree.joint_of.values()
            if joint.mimic is not None and joint.mimic.joint in joints
        ]
        self.names = (*joints, *(name for name, _, _ in followers))
        self._leader = np.array([leader for _, leader, _ in followers], dtype=int)
        self._multiplier = np.array([mimic.multiplier for _, _, mimic in followers])
        self._offset = np.array([mimic.offset for _, _, mimic in followers])

    def positions(self, position: Array) -> Array:
        """Return the targets of all joints for targets ``(n,)`` of the commanded ones."""
        followed = position[self._leader] * self._multiplier + self._offset
        return np.concatenate((position, followed))

    def velocities(self, velocity: Array) -> Array:
        """Return the target velocities of all joints for those ``(n,)`` of the commanded ones."""
        return np.concatenate((velocity, velocity[self._leader] * self._multiplier))


def gains_at_home(
    tree: UrdfTree, robot: RobotDescription, joints: Sequence[str], control: Control
) -> list[Gains]:
    """Return the gains of the named joints, with the inertias that they have at the arms' homes.

    Raises SimulatorError as ``gains_of`` does.
    """
    home = {
        f'{arm}_{joint.name}': value
        for arm in robot.arms
        for model in [robot.model_of(arm)]
        for joint, value in zip(model.joints, model.home, strict=True)
    }
    return gains_of(tree, joints, control, home)


def gains_of(
    tree: UrdfTree, joints: Sequence[str], control: Control, home: Mapping[str, float]
) -> list[Gains]:
    """Return the gains of the named joints, with the inertias that they have at ``home``.

    Raises SimulatorError for a joint that moves nothing: Gazebo would drop its link.
    """
    inertia = reflected_inertia(tree, home)
    gains = []
    for name in joints:
        if inertia[name] <= 0.0:
            raise SimulatorError(
                f'joint {name} moves an inertia of {inertia[name]:g}; allowed: more than zero; '
                'give the links that it moves a mass'
            )
        response = control.of(name)
        stiffness = response.natural_frequency**2 * inertia[name]
        damping = 2.0 * response.damping_ratio * response.natural_frequency * inertia[name]
        feed_forward = 1.0 + tree.joint_of[name].damping / damping
        gains.append(Gains(stiffness, damping, feed_forward))
    return gains
