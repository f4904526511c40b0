"""What guarding does to an arm, for whoever watches: a display, a recording, a haptic device."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telesurgery_arm.vectors import Vector


class Action(Enum):
    """What guarding does to an arm."""

    FREE = 'free'
    SLOWED = 'slowed'
    STOPPED = 'stopped'
    INSIDE = 'inside'
    """It began where it must not be: it may only leave."""


@dataclass(frozen=True, slots=True)
class ArmGuard:
    """The state of one arm, and what is nearest to it."""

    arm: str
    action: Action = Action.FREE
    by: str = ''
    """The fixture, or the other arm, that acts or is nearest; empty: nothing within its band."""
    part: str = ''
    """What of the arm is concerned."""
    distance_m: float = float('inf')
    """From the part to the boundary with its margin [m], negative inside; inf: far."""
    away: Vector = (0.0, 0.0, 0.0)
    """Direction ``(3,)`` in ``patient`` that leads away from it; zero: far."""
    kept_back_m: float = 0.0
    """How far the tip is from where the operator wants it, because of guarding [m]."""
    guided_by: str = ''
    """The guidance line that acts; empty: none."""

    def __str__(self) -> str:
        """Return it in words."""
        if self.action is Action.FREE:
            return 'free'
        return (
            f'{self.action.value} by {self.by} ({self.part}, {1e3 * self.distance_m:.1f} mm to '
            'the boundary)'
        )
