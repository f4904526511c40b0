"""What comes out of inverse kinematics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telesurgery_arm.limits import Clamp, Limit
from telesurgery_arm.vectors import Vector


class Outcome(Enum):
    """How a solution came out."""

    REACHED = 'reached'
    LIMITED = 'beyond limits'
    """A joint limit acted; position goes before orientation."""
    SINGULAR = 'singular'
    """Close to a singularity: what the pose leaves open was taken from the reference."""
    UNREACHABLE = 'unreachable'
    """No joint positions bring the tip near: they are those of the reference."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Joint positions for a tip pose."""

    q: tuple[float, ...]
    """``(n,)`` [rad or m], within the joint limits."""
    outcome: Outcome
    clamps: tuple[Clamp, ...] = ()
    """The limits that acted, or that make the pose unreachable."""


def above_port(p: Vector) -> Clamp:
    """Return the limit that makes a tip at ``p`` [m] unreachable: it is above the port."""
    return Clamp(Limit.REACH, 'tip', p[2], 0.0, 'm')
