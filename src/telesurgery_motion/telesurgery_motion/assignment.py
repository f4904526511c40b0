"""Which hand drives which arm. An arm has one master."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.types import Hand

INSTRUMENTS = ('PSM1', 'PSM2', 'PSM3')
"""The arms that a swap goes through; a test holds them against ``config/arms.yaml``."""
ENDOSCOPE = 'ECM'
ARMS = (*INSTRUMENTS, ENDOSCOPE)
NO_ARM = ''
CAMERA_HANDS = ('right', 'left', 'both')
"""Who may drive the endoscope while the camera pedal is pressed."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The arm of each hand (an empty name means none), and the hands of the camera pedal.

    Raises ParameterError for an arm that does not exist and for one arm given to both hands.
    """

    right: str = 'PSM1'
    left: str = 'PSM2'
    camera_hands: str = 'right'

    def __post_init__(self) -> None:
        for name, arm in (('right_arm', self.right), ('left_arm', self.left)):
            if arm not in (*ARMS, NO_ARM):
                raise ParameterError(
                    one_of(name, arm, [*ARMS, "'' (none)"], 'use one of these names')
                )
        if self.right == self.left != NO_ARM:
            raise ParameterError(
                f'right_arm and left_arm are both {self.right!r}; allowed: an arm has one master; '
                'give each hand its own arm'
            )

    def own_arm(self, hand: Hand) -> str:
        """Return the arm that ``hand`` drives while the camera pedal is not pressed."""
        return self.right if hand is Hand.RIGHT else self.left

    def arm_of(self, hand: Hand, *, camera: bool) -> str:
        """Return the arm that the command of ``hand`` speaks of.

        With the camera pedal the instruments rest, and nobody else has the endoscope. What both
        hands ask of it together is in the command of the right one.
        """
        if not camera:
            return self.own_arm(hand)
        if hand is self.camera_hand:
            return ENDOSCOPE
        own = self.own_arm(hand)
        return NO_ARM if own == ENDOSCOPE else own

    @property
    def camera_hand(self) -> Hand:
        """The hand whose command moves the endoscope while the camera pedal is pressed."""
        return Hand.LEFT if self.camera_hands == 'left' else Hand.RIGHT

    def given(self, hand: Hand, arm: str) -> Assignment:
        """Return the assignment in which ``hand`` has ``arm``, and the other one not any more."""
        other = self.left if hand is Hand.RIGHT else self.right
        rest = NO_ARM if other == arm else other
        if hand is Hand.RIGHT:
            return replace(self, right=arm, left=rest)
        return replace(self, left=arm, right=rest)

    def next_arm(self, hand: Hand) -> str:
        """Return the instrument after the one of ``hand`` that the other hand does not have."""
        own = self.own_arm(hand)
        other = self.left if hand is Hand.RIGHT else self.right
        start = INSTRUMENTS.index(own) + 1 if own in INSTRUMENTS else 0
        turn = (*INSTRUMENTS[start:], *INSTRUMENTS[:start])
        return next(arm for arm in turn if arm != other)
