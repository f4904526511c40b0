"""Which hand drives which arm. An arm has one master."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.types import Hand

INSTRUMENTS = ('PSM1', 'PSM2', 'PSM3')
"""The arms that a hand may be given; a test holds them against ``config/arms.yaml``."""
ENDOSCOPE = 'ECM'
CAMERA_HAND = Hand.RIGHT
"""The hand that moves the endoscope while the camera pedal is pressed."""
NO_ARM = ''


@dataclass(frozen=True, slots=True)
class Assignment:
    """The arm of each hand; an empty name means none.

    Raises ParameterError for an arm that does not exist and for one arm given to both hands.
    """

    right: str = 'PSM1'
    left: str = 'PSM2'

    def __post_init__(self) -> None:
        for name, arm in (('right_arm', self.right), ('left_arm', self.left)):
            if arm not in (*INSTRUMENTS, NO_ARM):
                raise ParameterError(
                    one_of(name, arm, [*INSTRUMENTS, "'' (none)"], 'use one of these names')
                )
        if self.right == self.left != NO_ARM:
            raise ParameterError(
                f'right_arm and left_arm are both {self.right!r}; allowed: an arm has one master; '
                'give each hand its own arm'
            )

    def arm_of(self, hand: Hand, *, camera: bool) -> str:
        """Return the arm that ``hand`` drives now; with the camera pedal the instruments rest."""
        if camera and hand is CAMERA_HAND:
            return ENDOSCOPE
        return self.right if hand is Hand.RIGHT else self.left

    def may_engage(self, hand: Hand, *, camera: bool) -> bool:
        """Return whether ``hand`` has anything to drive now."""
        if camera:
            return hand is CAMERA_HAND
        return self.arm_of(hand, camera=False) != NO_ARM
