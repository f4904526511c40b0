"""From the controls of a rate device to wishes of motion: bindings, deadzone, expo.

A rate device has no pose of its own: a stick held still means steady motion. What its controls
mean is written in ``config/devices/<device>.yaml``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter


class Motion(Enum):
    """What a control may move, in the display frame: X left, Y up, Z away."""

    X = 'x'
    Y = 'y'
    Z = 'z'
    RX = 'rx'
    RY = 'ry'
    RZ = 'rz'
    GRIPPER = 'gripper'
    """Positive opens."""


MOTIONS = tuple(Motion)
"""The order of a demand vector ``(7,)``."""


class Action(Enum):
    """What a button or key may do."""

    PRESENCE = 'presence'
    CLUTCH = 'clutch'
    CAMERA = 'camera'
    SWITCH_HAND = 'switch_hand'
    """The other hand is moved from now on; the first one rests where it is."""
    SHIFT = 'shift'
    """While held, the axes drive what their ``shifted`` says."""
    QUIT = 'quit'


@dataclass(frozen=True)
class Rates:
    """How fast a fully deflected control moves the hand."""

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


@dataclass(frozen=True)
class Drive:
    """A motion and its direction."""

    drives: Motion = parameter(doc='What is moved.')
    sign: int = parameter(doc='Which way: 1 or -1.')

    def __post_init__(self) -> None:
        if self.sign not in (1, -1):
            raise ParameterError(f'sign is {self.sign!r}; allowed: 1, -1; correct it')


@dataclass(frozen=True)
class AxisBinding:
    """What an axis drives, and what else while shift is held."""

    normal: Drive = parameter(doc='Without shift.')
    shifted: Drive | None = parameter(None, doc='With shift; null: the same.')

    def drive(self, *, shift: bool) -> Drive:
        """Return the drive in force."""
        return self.shifted if shift and self.shifted is not None else self.normal


def shape(value: float, deadzone: float, expo: float) -> float:
    """Return the demand -1..1 of a control at ``value`` -1..1.

    Nothing within the deadzone, from there a curve that is continuous and reaches 1 at 1; ``expo``
    0 is a straight line, 1 a cubic, slow in the middle.
    """
    beyond = min((abs(value) - deadzone) / (1.0 - deadzone), 1.0)
    if beyond <= 0.0:
        return 0.0
    return math.copysign((1.0 - expo) * beyond + expo * beyond**3, value)


def check_presence(actions: Iterable[Action], where: str) -> None:
    """Raise ParameterError for a mapping by which the operator could never be present."""
    if Action.PRESENCE not in actions:
        raise ParameterError(
            f'{where} bind nothing to presence; allowed: at least one; without it nothing ever '
            'moves: add one'
        )
