"""What the research kit's tools know of a pair: the states of its teleoperation components.

``DISABLED``: not selected, or switched off. ``SETTING_ARMS_STATE``: the arm is not ready.
``ALIGNING_MTM``: the operator has to do something before the arm follows. ``ENABLED``: it follows,
or would if the clutch were released.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telesurgery_motion.choices import PairSettings
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.pairs import Pair
from telesurgery_motion.state import HandState, MotionState


class TeleopState(Enum):
    """State of a pair; the names are the kit's."""

    DISABLED = 'DISABLED'
    SETTING_ARMS_STATE = 'SETTING_ARMS_STATE'
    ALIGNING_MTM = 'ALIGNING_MTM'
    ENABLED = 'ENABLED'


_STATES = {
    Hindrance.NONE: TeleopState.ENABLED,
    Hindrance.CLUTCH: TeleopState.ENABLED,
    Hindrance.DISABLED: TeleopState.DISABLED,
    Hindrance.PAIR_DISABLED: TeleopState.DISABLED,
    Hindrance.CAMERA: TeleopState.DISABLED,
    Hindrance.NO_ARM: TeleopState.DISABLED,
    Hindrance.NO_AUTHORITY: TeleopState.SETTING_ARMS_STATE,
    Hindrance.NOT_FOLLOWING: TeleopState.SETTING_ARMS_STATE,
}
"""Everything else is for the operator to put right: aligning."""


@dataclass(frozen=True, slots=True)
class PairState:
    """What a pair does."""

    current: TeleopState
    desired: TeleopState
    following: bool
    settings: PairSettings


def pair_state(pair: Pair, settings: PairSettings, state: MotionState) -> PairState:
    """Return what a pair does while the hands do what ``state`` says."""
    hand = next((hand for hand in state.hands if hand.pair == pair and hand.arm == pair.arm), None)
    wanted = pair in state.selected and state.enabled and settings.enabled
    return PairState(
        current=TeleopState.DISABLED if hand is None else _current(hand),
        desired=TeleopState.ENABLED if wanted else TeleopState.DISABLED,
        following=hand is not None and hand.following,
        settings=settings,
    )


def _current(hand: HandState) -> TeleopState:
    return _STATES.get(hand.hindrance, TeleopState.ALIGNING_MTM)
