"""Pairs of masters and arms by the names that the research kit's tools know: ``MTMR_PSM1``."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import one_of
from telesurgery_core.types import Hand
from telesurgery_motion.assignment import ARMS, ENDOSCOPE
from telesurgery_motion.errors import RequestRefusedError


@dataclass(frozen=True, slots=True)
class Pair:
    """One hand, or both together, and the arm that they drive."""

    hands: tuple[Hand, ...]
    arm: str

    @property
    def name(self) -> str:
        """The name of the pair's topics."""
        return '_'.join((*(hand.value for hand in self.hands), self.arm))


BOTH_HANDS = (Hand.LEFT, Hand.RIGHT)
CAMERA_PAIR = Pair(BOTH_HANDS, ENDOSCOPE)
"""Both hands hold the world while the camera pedal is pressed."""
PAIRS = (*(Pair((hand,), arm) for hand in (Hand.RIGHT, Hand.LEFT) for arm in ARMS), CAMERA_PAIR)
"""All pairs there are."""
_BY_NAME = {pair.name: pair for pair in PAIRS}


def pair_named(name: str) -> Pair:
    """Return a pair by its name; RequestRefusedError for one that does not exist."""
    if name not in _BY_NAME:
        raise RequestRefusedError(one_of('pair', name, list(_BY_NAME), 'use one of these names'))
    return _BY_NAME[name]
