"""Between ROS messages and the values of ``telesurgery_core``.

Quaternions in messages are x, y, z, w; times of the core are integer nanoseconds.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
from builtin_interfaces.msg import Duration, Time
from geometry_msgs.msg import Point, Pose, PoseStamped, Quaternion
from sensor_msgs.msg import JointState
from std_msgs.msg import Header

from telesurgery_core.errors import TelesurgeryError
from telesurgery_core.transforms import (
    Array,
    frozen,
    pose,
    quaternion_from_rotation,
    rotation_from_quaternion,
)
from telesurgery_core.types import HandCommand, TeleopCommand
from telesurgery_msgs.msg import HandCommand as HandCommandMsg
from telesurgery_msgs.msg import TeleopCommand as TeleopCommandMsg

NANO = 1_000_000_000
UNIT_TOLERANCE = 1e-3
"""How far a quaternion's norm may be from one: float32 sources stay well inside."""


class ConversionError(TelesurgeryError):
    """A message holds no valid value."""


def now_ns() -> int:
    """Return the wall clock [ns], the time base of every stamp."""
    return time.time_ns()


def to_stamp(ns: int) -> Time:
    """Return the message of a time [ns]."""
    return Time(sec=ns // NANO, nanosec=ns % NANO)


def to_ns(stamp: Time | Duration) -> int:
    """Return the time or duration of a message [ns]."""
    return int(stamp.sec) * NANO + int(stamp.nanosec)


def to_duration(ns: int) -> Duration:
    """Return the message of a duration [ns]."""
    return Duration(sec=ns // NANO, nanosec=ns % NANO)


def header(stamp_ns: int, frame: str = '') -> Header:
    """Return a header of a time [ns] and a frame."""
    return Header(stamp=to_stamp(stamp_ns), frame_id=frame)


def pose_to_msg(T: Array) -> Pose:
    """Return the message of a pose ``(4, 4)``."""
    x, y, z, w = quaternion_from_rotation(T[:3, :3]).tolist()
    px, py, pz = T[:3, 3].tolist()
    return Pose(position=Point(x=px, y=py, z=pz), orientation=Quaternion(x=x, y=y, z=z, w=w))


def pose_from_msg(message: Pose) -> Array:
    """Return the pose ``(4, 4)`` of a message; ConversionError when it is no pose."""
    p, q = message.position, message.orientation
    if not all(map(math.isfinite, (p.x, p.y, p.z, q.x, q.y, q.z, q.w))):
        raise ConversionError(
            f'pose has position ({p.x}, {p.y}, {p.z}) and '
            f'quaternion ({q.x}, {q.y}, {q.z}, {q.w}); '
            'allowed: finite numbers; the command is refused'
        )
    norm = math.sqrt(q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w)
    if abs(norm - 1.0) > UNIT_TOLERANCE:
        raise ConversionError(
            f'quaternion ({q.x}, {q.y}, {q.z}, {q.w}) has norm {norm:.6g}; '
            f'allowed: 1 within {UNIT_TOLERANCE}; normalise it'
        )
    R = rotation_from_quaternion(np.array([q.x, q.y, q.z, q.w]) / norm)
    return pose(R, (p.x, p.y, p.z))


def pose_stamped(T: Array, frame: str, stamp_ns: int) -> PoseStamped:
    """Return the stamped message of a pose ``(4, 4)`` in ``frame``."""
    return PoseStamped(header=header(stamp_ns, frame), pose=pose_to_msg(T))


def joint_state(
    names: Sequence[str],
    stamp_ns: int,
    position: Sequence[float] | Array,
    velocity: Sequence[float] | Array = (),
) -> JointState:
    """Return the message of joint positions [rad or m] and velocities of ``names``."""
    return JointState(
        header=header(stamp_ns),
        name=list(names),
        position=np.asarray(position, dtype=float).tolist(),
        velocity=np.asarray(velocity, dtype=float).tolist(),
    )


def command_to_msg(command: TeleopCommand) -> TeleopCommandMsg:
    """Return the message of a teleoperation command."""
    return TeleopCommandMsg(
        header=header(command.stamp_ns, 'view'),
        sequence=command.sequence,
        present=command.present,
        stop=command.stop,
        left=_hand_to_msg(command.left),
        right=_hand_to_msg(command.right),
    )


def command_from_msg(message: TeleopCommandMsg) -> TeleopCommand:
    """Return the command of a message; ConversionError when it holds an invalid value."""
    return TeleopCommand(
        stamp_ns=to_ns(message.header.stamp),
        sequence=message.sequence,
        left=_hand_from_msg(message.left),
        right=_hand_from_msg(message.right),
        present=message.present,
        stop=message.stop,
    )


def _hand_to_msg(hand: HandCommand) -> HandCommandMsg:
    return HandCommandMsg(
        arm=hand.arm,
        engaged=hand.engaged,
        epoch=hand.epoch,
        displacement=pose_to_msg(hand.T_displacement),
        jaw=hand.jaw,
    )


def _hand_from_msg(message: HandCommandMsg) -> HandCommand:
    if not math.isfinite(message.jaw):
        raise ConversionError(
            f'jaw is {message.jaw}; allowed: a finite angle [rad]; the command is refused'
        )
    return HandCommand(
        arm=message.arm,
        engaged=message.engaged,
        epoch=message.epoch,
        T_displacement=frozen(pose_from_msg(message.displacement)),
        jaw=message.jaw,
    )
