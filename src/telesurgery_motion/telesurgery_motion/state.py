"""What the motion part says of itself: which hand drives which arm, and why not, if not."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.transforms import Array
from telesurgery_core.types import Hand
from telesurgery_motion.choices import PairSettings
from telesurgery_motion.clutch import ClutchState
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.pairs import Pair


@dataclass(frozen=True, slots=True)
class HandState:
    """One hand."""

    hand: Hand
    arm: str
    """The arm that it drives, or would drive; empty: none."""
    pair: Pair | None
    settings: PairSettings | None
    clutch: ClutchState
    epoch: int
    following: bool
    """Engaged, and the arm is not known to do otherwise."""
    hindrance: Hindrance
    reason: str
    """Why the arm does not follow, and what to do; empty while it does."""
    scale: float
    """Of translation, as in force now: with the delay's factor, zero while locked."""
    misalignment_deg: float
    """Angle between the hand and the tip at the last look; NaN: not known."""
    misalignment_limit_deg: float
    R_hand_tip: Array | None
    """The tip's orientation in the hand's at the last look ``(3, 3)``."""


@dataclass(frozen=True, slots=True)
class MotionState:
    """Both hands."""

    enabled: bool
    scale: float
    """What was last given to all pairs."""
    delay_factor: float
    """What every scale is multiplied with because of the delay."""
    selected: tuple[Pair, ...]
    hands: tuple[HandState, ...]
