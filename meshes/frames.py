"""Where the links of an arm are while all its joints are at zero."""

from __future__ import annotations

import numpy as np

from telesurgery_arm.description import ArmModel, JointDescription, JointType
from telesurgery_core.transforms import Array, inverse, pose, rotation_about


def at_zero(model: ArmModel) -> dict[str, Array]:
    """Return ``T_link_rcm`` ``(4, 4)`` by joint name: the remote centre as each link sees it."""
    T_rcm_link = np.eye(4)
    frames = {}
    for joint in model.joints:
        T_rcm_link = T_rcm_link @ _step(joint)
        frames[joint.name] = inverse(T_rcm_link)
    return frames


def _step(joint: JointDescription) -> Array:
    revolute = joint.type is JointType.REVOLUTE
    angle, length = (joint.offset, joint.d) if revolute else (0.0, joint.d + joint.offset)
    twist = pose(rotation_about('x', joint.alpha), (joint.a, 0.0, 0.0))
    result: Array = twist @ pose(rotation_about('z', angle), (0.0, 0.0, length))
    return result
