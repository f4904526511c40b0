"""What the poses of a position device mean: ``config/devices/pose.yaml``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from telesurgery_console.actions import Action, check_presence
from telesurgery_console.vocabulary import NUMBERED_BUTTONS
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array, pose

SIGNED_AXES = ('x', '-x', 'y', '-y', 'z', '-z')
_UNITS = {'x': (1.0, 0.0, 0.0), 'y': (0.0, 1.0, 0.0), 'z': (0.0, 0.0, 1.0)}
_USELESS = {
    Action.SWITCH_HAND: 'a pose belongs to one hand; give each hand a unit',
    Action.SHIFT: 'there are no sticks; remove it',
}


@dataclass(frozen=True, slots=True)
class PoseWatch:
    """When the poses of a device are no longer believed."""

    silent_after_s: float = parameter(
        0.1, unit='s', low=0.01, high=10.0, doc='Longest time without a pose.'
    )
    idle_after_s: float = parameter(
        30.0, unit='s', low=1.0, high=600.0, doc='Longest presence without any change at all.'
    )
    fastest_m_s: float = parameter(
        3.0, unit='m/s', low=0.1, high=100.0, doc='No hand is faster: a leap is a fault.'
    )


@dataclass(frozen=True)
class PoseMapping:
    """``config/devices/pose.yaml``."""

    device: str = parameter(choices=('pose',), doc='The kind of device: pose.')
    left: str = parameter(choices=SIGNED_AXES, doc="The device's axis that points left.")
    up: str = parameter(choices=SIGNED_AXES, doc="The device's axis that points up.")
    away: str = parameter(
        choices=SIGNED_AXES, doc="The device's axis that points away from the operator."
    )
    buttons: dict[str, Action] = parameter(doc='What each button of the Joy does.')
    scale: float = parameter(
        1.0, low=0.05, high=10.0, doc='Metres of the master per metre of the device.'
    )
    gripper_rad_s: float = parameter(
        1.5, unit='rad/s', low=0.01, high=20.0, doc='Speed of a gripper that buttons move.'
    )
    gripper_open_rad: float = parameter(
        1.0472, unit='rad', low=0.1, high=1.5, doc='Angle of the open gripper; closed is 0.'
    )
    watch: PoseWatch = parameter(PoseWatch(), doc='When the device counts as lost.')

    def __post_init__(self) -> None:
        for name in self.buttons:
            if name not in NUMBERED_BUTTONS:
                raise ParameterError(one_of('button', name, NUMBERED_BUTTONS, 'use one of these'))
        check_presence(self.buttons.values(), 'buttons')
        for action, remedy in _USELESS.items():
            if action in self.buttons.values():
                raise ParameterError(f'action {action.value} is bound; allowed: none; {remedy}')
        if not np.isclose(np.linalg.det(self.R_view_base), 1.0):
            raise ParameterError(
                f'left, up, away are {self.left}, {self.up}, {self.away}, which is no rotation; '
                'allowed: three different axes of a right-handed frame; correct a sign or an axis'
            )

    @property
    def R_view_base(self) -> Array:
        """The rotation ``(3, 3)`` from the device's base frame to the display frame."""
        return np.array([_direction(axis) for axis in (self.left, self.up, self.away)])

    def to_view(self, T_base_hand: Array) -> Array:
        """Return the pose ``(4, 4)`` of the grip in the display frame [m]: mapped absolutely."""
        R = self.R_view_base
        return pose(R @ T_base_hand[:3, :3] @ R.T, self.scale * (R @ T_base_hand[:3, 3]))


def _direction(axis: str) -> Array:
    return np.array(_UNITS[axis[-1]]) * (-1.0 if axis.startswith('-') else 1.0)
