"""What a button or key may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from telesurgery_core.errors import ParameterError


class Action(Enum):
    """What a button or key may do; while it is held, unless it says *one press*."""

    PRESENCE = 'presence'
    """The operator is present: letting go stops everything."""
    CLUTCH = 'clutch'
    """The hands move, the arms do not."""
    CAMERA = 'camera'
    """The hands drive the endoscope."""
    STOP = 'stop'
    """Nobody is present any more, until the presence button is let go and held again."""
    ARM_SWAP = 'arm_swap'
    """One press: the hand that is moved asks for the next arm."""
    SWITCH_HAND = 'switch_hand'
    """One press: the other hand is moved from now on; the first one rests where it is."""
    SHIFT = 'shift'
    """The axes drive what their ``shifted`` says."""
    JAW_OPEN = 'jaw_open'
    JAW_CLOSE = 'jaw_close'
    JAW_TOGGLE = 'jaw_toggle'
    """One press: the gripper goes all the way to the other side."""
    QUIT = 'quit'
    """One press: the session ends."""


def check_presence(actions: Iterable[Action], where: str) -> None:
    """Raise ParameterError for a mapping by which the operator could never be present."""
    if Action.PRESENCE not in actions:
        raise ParameterError(
            f'{where} bind nothing to presence; allowed: at least one; without it nothing ever '
            'moves: add one'
        )
