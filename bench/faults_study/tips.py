"""Which arms the hands drive, and where the tips of all arms are."""

from __future__ import annotations

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array, inverse
from telesurgery_core.types import Hand

DRIVEN = {Hand.RIGHT: 'PSM1', Hand.LEFT: 'PSM2'}


def tips_of(robot: RobotDescription, joints: Array) -> dict[str, Array]:
    """Return the tips ``(n, 3)`` [m] of joints ``(n, 25)``, in the endoscope's first view."""

    def world(arm: str) -> Array:
        model = robot.model_of(arm)
        own = joints[:, robot.joint_slice(arm)][:, : len(model.joints)]
        T: Array = robot.T_world_rcm(arm) @ forward(model, own)
        return T

    T_view_world = inverse(world('ECM')[0])
    return {arm: (T_view_world @ world(arm))[:, :3, 3] for arm in robot.arms}
