"""What the patient side says of itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

from telesurgery_safety.site_states import SiteState
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
    kind: str = ''
    """What kind of hold it is; empty: it is none."""
    holder: str = ''
    """The site that the arm listens to; empty: to nobody."""
    warnings: tuple[str, ...] = ()
    """What comes near to a limit, in words."""


@dataclass(frozen=True, slots=True)
class ConsoleStatus:
    """What the supervisor knows of one site that commands."""

    name: str
    command_age_s: float
    """Age of its newest command when it arrived [s]; NaN: none yet."""
    command_gap_s: float
    """Time since its newest command arrived [s]; infinite: none was young enough yet."""
    refusal: str
    """Why its hands move nothing that they ask for; empty: they do."""
    path_delay_s: float = math.nan
    """What its path usually takes [s]; NaN: not known yet."""
    warnings: tuple[str, ...] = ()
    """What comes near to a limit, in words."""


@dataclass(frozen=True, slots=True)
class RobotStatus:
    """The supervisor's state of all arms."""

    site: SiteState
    stopped: str
    """Who pressed the emergency stop, and why, in words; empty: nobody."""
    holds: int
    """How often a monitor has put an arm on hold since the start."""
    command_age_s: float
    """Age of the newest command when it arrived [s]; NaN: none yet."""
    command_gap_s: float
    """Time since the newest command arrived [s]; NaN: none yet."""
    arms: tuple[ArmStatus, ...]
    consoles: tuple[ConsoleStatus, ...]
    velocity_factor: float = 1.0
    """What the arms' speed limits are multiplied with now, 0..1."""
    warnings: tuple[str, ...] = ()
    """What comes near to a limit, of the side as a whole, in words."""
