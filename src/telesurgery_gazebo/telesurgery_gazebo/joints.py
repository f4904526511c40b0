"""The joints of a simulator: their names in the order of targets and states, and their limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array, frozen
from telesurgery_gazebo.errors import SimulatorError


@dataclass(frozen=True, slots=True)
class Joints:
    """Names and limits of ``n`` joints."""

    names: tuple[str, ...]
    lower: Array
    """``(n,)`` [rad or m]."""
    upper: Array
    """``(n,)`` [rad or m]."""
    velocity: Array
    """``(n,)`` [rad/s or m/s]."""

    @classmethod
    def of(cls, robot: RobotDescription) -> Joints:
        """Return the joints of all arms; a jaw's joint is one finger: half the jaw's angle."""
        limits = [
            limit
            for arm in robot.arms
            for model in [robot.model_of(arm)]
            for limit in [
                *((joint.lower, joint.upper, joint.velocity) for joint in model.joints),
                *(
                    (jaw.lower / 2, jaw.upper / 2, jaw.velocity / 2)
                    for jaw in [model.jaw]
                    if jaw is not None
                ),
            ]
        ]
        lower, upper, velocity = np.array(limits).T
        return cls(robot.joint_names, frozen(lower), frozen(upper), frozen(velocity))

    def checked(self, position: Array) -> Array:
        """Return targets ``(n,)`` as float64, or raise SimulatorError when they are none."""
        target = np.asarray(position, dtype=float)
        if target.shape != (len(self.names),):
            raise SimulatorError(
                f'joint targets have the shape {target.shape}; allowed: '
                f'({len(self.names)},), one per joint; send all joints in their order'
            )
        finite = np.isfinite(target)
        if not finite.all():
            wrong = int(np.argmin(finite))
            raise SimulatorError(
                f'target of joint {self.names[wrong]} is {target[wrong]}; allowed: finite '
                'numbers; correct the sender'
            )
        return target
