"""The part that all remote-centre arms share: a shaft that yaws and pitches about the RCM.

Yaw and pitch turn about the remote centre itself and the shaft slides through it, so the direction
of the shaft gives yaw and pitch, and the way along it gives the insertion.
"""

from __future__ import annotations

import math

from telesurgery_arm.description import ArmModel, JointType
from telesurgery_arm.errors import KinematicsError
from telesurgery_arm.vectors import Vector, dot

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


def aim(p: Vector, aside_x: float, aside_y: float, ahead: float) -> tuple[float, float, float]:
    """Return yaw, pitch [rad] and the way along the shaft [m] that bring a point of the tool to p.

    The point lies ``aside_x``, ``aside_y`` off the shaft, in the shaft's frame at roll zero, and
    the sign of ``ahead`` says on which side of the RCM. Raises ValueError when ``p`` is too close
    to the RCM for that.
    """
    square = dot(p, p) - aside_x**2 - aside_y**2
    if square < 0.0:
        raise ValueError(
            f'a point {math.hypot(aside_x, aside_y):g} m off the shaft cannot be brought to {p}; '
            'allowed: places at least as far from the remote centre'
        )
    along = math.copysign(math.sqrt(square), ahead)
    # With x3, y3 and u of this file, p = aside_x x3 + aside_y y3 + along u reads, in y:
    # p_y = -hypot(aside_x, along) sin(pitch + lead).
    lead = math.atan2(aside_x, along)
    turn = math.asin(min(max(-p[1] / math.hypot(aside_x, along), -1.0), 1.0))
    pitch = math.remainder((turn if along >= 0.0 else math.pi - turn) - lead, math.tau)
    # And in x and z: (p_x, -p_z) is (forth, aside_y) turned by the yaw.
    forth = along * math.cos(pitch) - aside_x * math.sin(pitch)
    return math.atan2(p[0], -p[2]) + math.atan2(aside_y, forth), pitch, along


def nearest_turn(angle: float, reference: float) -> float:
    """Return ``angle`` plus whole turns so that it is nearest to ``reference`` [rad]."""
    return angle + math.tau * round((reference - angle) / math.tau)
