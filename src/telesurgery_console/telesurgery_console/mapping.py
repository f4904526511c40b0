"""What the controls of a rate device mean: ``config/devices/<name>.yaml``.

A rate device has no pose of its own: a stick held still means steady motion.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from telesurgery_console.actions import Action
from telesurgery_console.contradictions import check_mapping
from telesurgery_console.drives import AxisBinding
from telesurgery_console.vocabulary import VOCABULARIES
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import load_yaml, parameter


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a fully deflected control moves the hand, and how quickly it gets there."""

    translation_m_s: float = parameter(
        0.06, unit='m/s', low=0.001, high=0.5, doc='Speed of the hand; also its limit.'
    )
    rotation_rad_s: float = parameter(
        0.8, unit='rad/s', low=0.01, high=6.0, doc='Turning rate of the hand; also its limit.'
    )
    gripper_rad_s: float = parameter(
        1.5, unit='rad/s', low=0.01, high=20.0, doc='Speed of the gripper.'
    )
    gripper_open_rad: float = parameter(
        1.0472, unit='rad', low=0.1, high=1.5, doc='Angle of the open gripper; closed is 0.'
    )
    translation_m_s2: float = parameter(
        0.6, unit='m/s^2', low=0.05, high=50.0, doc='Longest change of the velocity in a second.'
    )
    rotation_rad_s2: float = parameter(
        8.0, unit='rad/s^2', low=0.5, high=500.0, doc='The same of the turning rate.'
    )


@dataclass(frozen=True, slots=True)
class Watch:
    """When a device's reports are no longer believed."""

    silent_after_s: float = parameter(
        0.25, unit='s', low=0.02, high=10.0, doc='Longest silence of a device that should report.'
    )
    stale_after_s: float = parameter(
        3.0, unit='s', low=0.2, high=60.0, doc='Longest deflection without change by one count.'
    )
    idle_after_s: float = parameter(
        30.0, unit='s', low=1.0, high=600.0, doc='Longest presence without any change at all.'
    )


class ButtonLayout(Enum):
    """Which names the buttons of a SpaceMouse have; a receiver does not tell what is behind it."""

    AUTO = 'auto'
    TWO_BUTTONS = 'two_buttons'
    PRO = 'pro'
    NUMBERED = 'numbered'


@dataclass(frozen=True)
class ControlMapping:
    """``config/devices/*.yaml`` for gamepad, spacemouse, spacenavd, joy and twist."""

    device: str = parameter(
        choices=tuple(VOCABULARIES), doc='The kind of device that this mapping is for.'
    )
    axes: dict[str, AxisBinding] = parameter(doc='What each axis drives.')
    buttons: dict[str, Action] = parameter(doc='What each button does.')
    rates: Rates = parameter(Rates(), doc='How fast full deflection is.')
    watch: Watch = parameter(Watch(), doc='When the device counts as lost.')
    deadzone: float = parameter(0.1, low=0.0, high=0.9, doc='Deflection that counts as none.')
    expo: float = parameter(0.0, low=0.0, high=1.0, doc='0: straight, 1: cubic.')
    button_layout: ButtonLayout = parameter(
        ButtonLayout.AUTO, doc='spacemouse: names of its buttons; auto: by its product id.'
    )
    full_deflection: float = parameter(
        1.0, low=0.001, high=100.0, doc='joy, twist: the value of the messages at full deflection.'
    )
    stamped: bool = parameter(False, doc='twist: whether the messages are TwistStamped.')

    def __post_init__(self) -> None:
        check_mapping(VOCABULARIES[self.device], self.axes, self.buttons)
        self._check_only('button_layout', self.button_layout is ButtonLayout.AUTO, 'spacemouse')
        self._check_only('full_deflection', self.full_deflection == 1.0, 'joy', 'twist')
        self._check_only('stamped', not self.stamped, 'twist')

    def _check_only(self, key: str, unused: bool, *devices: str) -> None:
        if not unused and self.device not in devices:
            raise ParameterError(
                f'{key} is given for the device {self.device}; allowed: for '
                f'{", ".join(devices)} only; remove it'
            )


def load_mapping(path: Path, device: str) -> ControlMapping:
    """Read a mapping; ParameterError names file and key, also when it is for another device."""
    mapping = load_yaml(ControlMapping, path)
    if mapping.device != device:
        raise ParameterError(
            f'{path.name}: '
            + one_of('device', mapping.device, [device], 'name a mapping made for this device')
        )
    return mapping
