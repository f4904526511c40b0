"""What the patient side says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_safety.states import SafetyState


@dataclass(frozen=True, slots=True)
class ArmStatus:
    """The supervisor's state of one arm."""

    name: str
    state: SafetyState
    reason: str
    """Why, in words; empty while nothing is wrong."""
    limits: str
    """Which limits acted since the last status, in words."""


@dataclass(frozen=True, slots=True)
class RobotStatus:
    """The supervisor's state of all arms."""

    holds: int
    """How often an arm was put on hold since the start."""
    command_age_s: float
    """Age of the newest command when it arrived [s]; NaN: none yet."""
    command_gap_s: float
    """Time since the newest command arrived [s]; NaN: none yet."""
    arms: tuple[ArmStatus, ...]
