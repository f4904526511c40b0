"""Limits of joints, and the visible record of every one that acts.

Speed is limited by shortening a whole joint step along its path, never by clipping axes apart:
the arm slows down but does not leave the way it was told to go.
"""

from __future__ import annotations

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
    WORKSPACE = 'distance from the centre of the workspace'
    CANNULA = 'insertion for lateral motion'
    REACH = 'height above the port'


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
        return (
            f'{self.what}: {self.limit.value} {self.value:.4g} {self.unit} '
            f'limited to {self.allowed:.4g} {self.unit}'
        )


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

    def limit_step(self, step: Sequence[float], dt: float) -> tuple[Sequence[float], Clamp | None]:
        """Return a joint step over ``dt`` [s] no faster than the speed limits, and which acted."""
        worst, index = 1.0, -1
        for axis, (way, velocity) in enumerate(zip(step, self.velocity, strict=True)):
            ratio = abs(way) / (velocity * dt)
            if ratio > worst:
                worst, index = ratio, axis
        if index < 0:
            return step, None
        allowed = self.velocity[index]
        clamp = Clamp(
            Limit.SPEED, self.names[index], allowed * worst, allowed, f'{self.units[index]}/s'
        )
        return [way / worst for way in step], clamp
