"""Limits of joints, and the visible record of every one that acts.

How limits of speed and acceleration act on a motion is said in ``telesurgery_arm.pursuit``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from telesurgery_arm.description import ArmModel, JawDescription, JointType

ROUNDING = 1e-9
"""A value beyond its limit by less than this [rad or m] is on it."""


class Limit(Enum):
    """What kinds of limit there are."""

    POSITION = 'position'
    SPEED = 'speed'
    ACCELERATION = 'acceleration'
    WORKSPACE = 'distance from the centre of the workspace'
    CANNULA = 'insertion for lateral motion'
    REACH = 'height above the port'
    CENTRE = 'distance from the remote centre'
    POSE = 'deviation from the wanted pose'
    PATH = 'motion along its path'


@dataclass(frozen=True, slots=True)
class Clamp:
    """A limit that acted: what was wanted and what was allowed."""

    limit: Limit
    what: str
    """The joint, or ``tip``."""
    value: float
    allowed: float
    unit: str

    def __str__(self) -> str:
        """Return it in words."""
        scaled = (
            f' (the motion scaled by {self.allowed / self.value:.2g})'
            if self.limit in (Limit.SPEED, Limit.ACCELERATION)
            else ''
        )
        return (
            f'{self.what}: {self.limit.value} {self.value:.4g} {self.unit} '
            f'limited to {self.allowed:.4g} {self.unit}{scaled}'
        )


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far from the wanted pose the nearest one is that is gone to, and why."""

    metres: float
    radians: float
    why: str
    limit: Limit = Limit.POSE
    what: str = 'tip'

    def __str__(self) -> str:
        """Return it in words."""
        return (
            f'{self.what}: {1e3 * self.metres:.3f} mm and {math.degrees(self.radians):.2f} deg '
            f'from the wanted pose ({self.why})'
        )


@dataclass(frozen=True, slots=True)
class Scaling:
    """How much slower than wanted a tip goes on its path, since its joints cannot go faster."""

    factor: float
    limit: Limit = Limit.PATH
    what: str = 'tip'

    def __str__(self) -> str:
        """Return it in words."""
        return f'{self.what}: {self.limit.value} scaled by {self.factor:.2g}'


@dataclass(frozen=True, slots=True)
class AxisLimits:
    """The limits of ``n`` axes that move together, as plain numbers for the control loop."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    """``rad`` or ``m``."""
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    velocity: tuple[float, ...]
    acceleration: tuple[float, ...]

    @classmethod
    def of_chain(cls, model: ArmModel) -> AxisLimits:
        """Return the limits of an arm's joints."""
        joints = model.joints
        return cls(
            tuple(joint.name for joint in joints),
            tuple('rad' if joint.type is JointType.REVOLUTE else 'm' for joint in joints),
            tuple(joint.lower for joint in joints),
            tuple(joint.upper for joint in joints),
            tuple(joint.velocity for joint in joints),
            tuple(joint.acceleration for joint in joints),
        )

    @classmethod
    def of_jaw(cls, jaw: JawDescription) -> AxisLimits:
        """Return the limits of a jaw; its angle is the opening between the fingers."""
        return cls(
            (jaw.name,),
            ('rad',),
            (jaw.lower,),
            (jaw.upper,),
            (jaw.velocity,),
            (jaw.acceleration,),
        )

    def clamp_position(self, q: Sequence[float]) -> tuple[list[float], tuple[Clamp, ...]]:
        """Return the nearest position within the limits, and which limits acted."""
        clamped = [
            min(max(value, lower), upper)
            for value, lower, upper in zip(q, self.lower, self.upper, strict=True)
        ]
        acted = tuple(
            Clamp(Limit.POSITION, self.names[index], value, allowed, self.units[index])
            for index, (value, allowed) in enumerate(zip(q, clamped, strict=True))
            if abs(value - allowed) > ROUNDING
        )
        return clamped, acted
