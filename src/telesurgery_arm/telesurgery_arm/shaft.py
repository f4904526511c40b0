"""The part that all remote-centre arms share: a shaft that yaws and pitches about the RCM.

Yaw and pitch turn about the remote centre itself and the shaft slides through it, so the direction
of the shaft gives yaw and pitch, and the way along it gives the insertion.
"""

from __future__ import annotations

import math

from telesurgery_arm.description import ArmModel, JointType
from telesurgery_arm.errors import KinematicsError
from telesurgery_arm.vectors import Vector

_PATTERN = (
    (JointType.REVOLUTE, math.pi / 2, math.pi / 2, 0.0),
    (JointType.REVOLUTE, -math.pi / 2, -math.pi / 2, 0.0),
    (JointType.PRISMATIC, math.pi / 2, None, 0.0),
    (JointType.REVOLUTE, 0.0, 0.0, None),
)
"""Type, alpha, offset and d of yaw, pitch, insertion and roll; None: any value."""


def insertion_offset(model: ArmModel) -> float:
    """Return how far past the RCM the roll joint's frame lies at insertion zero [m].

    Raises KinematicsError when the chain is not that of a remote-centre arm.
    """
    for joint, (kind, alpha, offset, d) in zip(model.joints, _PATTERN, strict=False):
        fits = (
            (joint.type, joint.alpha, joint.a) == (kind, alpha, 0.0)
            and offset in (None, joint.offset)
            and d in (None, joint.d)
        )
        if not fits:
            raise KinematicsError(
                f'joint {joint.name!r} is {joint}; allowed: the yaw, pitch, insertion, roll chain '
                'of a remote-centre arm; solve this arm numerically or correct arms.yaml'
            )
    return model.joints[2].offset + model.joints[3].d


def direction(yaw: float, pitch: float) -> Vector:
    """Return the unit vector along the shaft, out of the RCM."""
    return (
        math.cos(pitch) * math.sin(yaw),
        -math.sin(pitch),
        -math.cos(pitch) * math.cos(yaw),
    )


def yaw_pitch(u: Vector) -> tuple[float, float]:
    """Return yaw and pitch [rad] of a shaft along the unit vector ``u``."""
    return math.atan2(u[0], -u[2]), math.atan2(-u[1], math.hypot(u[0], u[2]))


def side(yaw: float, pitch: float) -> Vector:
    """Return the x axis of the shaft's frame at roll zero; z is the shaft's direction."""
    return (
        -math.sin(yaw) * math.sin(pitch),
        -math.cos(pitch),
        math.cos(yaw) * math.sin(pitch),
    )


def nearest_turn(angle: float, reference: float) -> float:
    """Return ``angle`` plus whole turns so that it is nearest to ``reference`` [rad]."""
    return angle + math.tau * round((reference - angle) / math.tau)
