"""Which topics of a recording are the operator's hands: ``config/replay/*.yaml``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from telesurgery_console.mapping import ControlMapping
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping, parameter, read_yaml
from telesurgery_core.transforms import Array, pose, rotation_from_rpy

GRIPPER_OPEN_RAD = 1.0472
"""Angle of a master's open gripper; closed it is 0."""


@dataclass(frozen=True)
class HandSource:
    """Where a hand's motion is recorded."""

    pose: str = parameter('', doc='Topic of its PoseStamped.')
    joints: str = parameter('', doc='Instead: topic of a JointState of an arm of `arms_file`.')
    arm: str = parameter('', doc='joints: which arm; its tip, in its remote centre, is the hand.')
    gripper: str = parameter('', doc='Topic of a JointState with its opening; empty: none.')
    gripper_joint: str = parameter('', doc='Name of the joint in it; empty: the first.')
    gripper_closed_rad: float = parameter(
        0.0, unit='rad', low=-3.2, high=3.2, doc='Angle that means closed.'
    )
    gripper_open_rad: float = parameter(
        GRIPPER_OPEN_RAD, unit='rad', low=-3.2, high=3.2, doc='Angle that means open.'
    )
    rotation_deg: tuple[float, float, float] = parameter(
        (0.0, 0.0, 0.0),
        unit='deg',
        low=-360.0,
        high=360.0,
        doc="Roll, pitch, yaw of the recording's frame in the display frame.",
    )
    position_m: tuple[float, float, float] = parameter(
        (0.0, 0.0, 0.0),
        unit='m',
        low=-10.0,
        high=10.0,
        doc='Where that frame is in it; matters only for `tip`.',
    )
    scale: float = parameter(
        1.0, low=0.05, high=20.0, doc='Metres of the hand per metre of the recording.'
    )
    tip: str = parameter(
        '',
        doc='Topic of the PoseStamped of the tip that it drove (or that of `joints`): where a '
        'lead-in brings the arm to before it is played; empty: none does.',
    )

    def __post_init__(self) -> None:
        if bool(self.pose) == bool(self.joints):
            raise ParameterError(
                f'pose is {self.pose!r} and joints is {self.joints!r}; allowed: one of them; '
                'name one topic'
            )
        if bool(self.joints) != bool(self.arm):
            raise ParameterError(
                f'joints is {self.joints!r} and arm is {self.arm!r}; allowed: both or neither; '
                'name the arm whose joints they are'
            )
        if self.gripper_closed_rad == self.gripper_open_rad:
            raise ParameterError(
                f'gripper_closed_rad and gripper_open_rad are both {self.gripper_open_rad!r}; '
                'allowed: two different angles; correct one'
            )

    @property
    def T_view_source(self) -> Array:
        """The recording's frame in the display frame ``(4, 4)``."""
        rpy = [math.radians(angle) for angle in self.rotation_deg]
        return pose(rotation_from_rpy(rpy), self.position_m)

    def to_view(self, T_source_hand: Array) -> Array:
        """Return the pose of the hand in the display frame ``(4, 4)``, mapped absolutely."""
        T = self.T_view_source @ T_source_hand
        T[:3, 3] *= self.scale
        return T

    def opening(self, angle: float) -> float:
        """Return the angle of the master's gripper [rad]."""
        span = self.gripper_open_rad - self.gripper_closed_rad
        return (angle - self.gripper_closed_rad) / span * GRIPPER_OPEN_RAD


@dataclass(frozen=True, slots=True)
class PedalSource:
    """Where a pedal is recorded."""

    topic: str = parameter(doc='Topic of a sensor_msgs/Joy.')
    button: int = parameter(0, low=0, high=47, doc='Which of its buttons; pressed is 1.')


@dataclass(frozen=True)
class ReplayMapping:
    """``config/replay/*.yaml``."""

    device: str = parameter(choices=('replay',), doc='The kind of device: replay.')
    right: HandSource | None = parameter(None, doc='The right hand; null: it rests.')
    left: HandSource | None = parameter(None, doc='The left hand; null: it rests.')
    clutch: PedalSource | None = parameter(None, doc='The clutch pedal; null: never pressed.')
    camera: PedalSource | None = parameter(None, doc='The camera pedal; null: never pressed.')
    operator_present: PedalSource | None = parameter(
        None, doc='Whether the operator is present; null: from the first sample to the last.'
    )

    def __post_init__(self) -> None:
        if self.right is None and self.left is None:
            raise ParameterError('right and left are null; allowed: one hand at least; name one')


def load_replay_mapping(path: Path) -> ReplayMapping | ControlMapping:
    """Read what a recording's topics mean: a mapping of poses, or one of a joy or twist.

    ParameterError names file and key.
    """
    content = read_yaml(path)
    kind = content.get('device') if isinstance(content, dict) else None
    if kind in ('joy', 'twist'):
        return from_mapping(ControlMapping, content, where=path.name)
    return from_mapping(ReplayMapping, content, where=path.name)
