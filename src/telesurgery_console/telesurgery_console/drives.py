"""What a control may move, and how it is bound to it."""

from __future__ import annotations

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


class Side(Enum):
    """Which hand a control moves."""

    ACTIVE = 'active'
    """The one that the switch has chosen."""
    LEFT = 'left'
    RIGHT = 'right'


@dataclass(frozen=True, slots=True)
class Drive:
    """A motion and its direction."""

    drives: Motion = parameter(doc='What is moved.')
    sign: int = parameter(doc='Which way: 1 or -1.')
    hand: Side = parameter(Side.ACTIVE, doc='Whose motion it is: active, left, right.')
    absolute: bool = parameter(
        False, doc='gripper only: the deflection is the angle, not how fast it changes.'
    )

    def __post_init__(self) -> None:
        if self.sign not in (1, -1):
            raise ParameterError(f'sign is {self.sign!r}; allowed: 1, -1; correct it')
        if self.absolute and self.drives is not Motion.GRIPPER:
            raise ParameterError(
                f'absolute is true for {self.drives.value}; allowed: gripper only, since a stick '
                'that springs back would take the hand back with it; remove it'
            )


@dataclass(frozen=True, slots=True)
class AxisBinding:
    """What an axis drives, and what else while shift is held."""

    normal: Drive = parameter(doc='Without shift.')
    shifted: Drive | None = parameter(None, doc='With shift; null: the same.')
    deadzone: float | None = parameter(
        None, low=0.0, high=0.9, doc='Deflection that counts as none; null: that of the mapping.'
    )
    expo: float | None = parameter(
        None, low=0.0, high=1.0, doc='Curve of this axis; null: that of the mapping.'
    )
    rest: float = parameter(
        0.0, low=-1.0, high=1.0, doc='Where the axis rests: a trigger of the joy node at 1.'
    )

    def drive(self, *, shift: bool) -> Drive:
        """Return the drive in force."""
        return self.shifted if shift and self.shifted is not None else self.normal

    def from_rest(self, value: float) -> float:
        """Return how far an axis at ``value`` is from its rest, in -1..1."""
        return min(max((value - self.rest) / (1.0 + abs(self.rest)), -1.0), 1.0)
