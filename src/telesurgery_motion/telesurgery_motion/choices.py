"""What operator and tools have chosen: pairs, scales, locks, alignment, on or off.

Everything may change at any time and no tip moves by it. A request that cannot be met raises
RequestRefusedError and changes nothing. Whatever a program does to a hand that drives interrupts
it: only an act of the operator lets it drive again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

from telesurgery_core.parameters import meaning_of
from telesurgery_core.types import Hand
from telesurgery_motion.assignment import ENDOSCOPE, NO_ARM
from telesurgery_motion.errors import RequestRefusedError
from telesurgery_motion.pairs import BOTH_HANDS, CAMERA_PAIR, PAIRS, Pair
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.scaling import Gains

_BOUNDS = {
    field.name: meaning_of(field)
    for field in fields(MotionParameters)
    if field.name in ('scale', 'rotation_scale')
}


CHANGED = 'the arm was changed'


@dataclass(frozen=True, slots=True)
class PairSettings:
    """How one pair moves its arm."""

    scale: float
    rotation_scale: float
    lock_translation: bool
    lock_rotation: bool
    align: bool
    """The hand must be turned like the tip before it engages."""
    enabled: bool = True

    def gains(self, delay_factor: float) -> Gains:
        """Return what the hand's motion is multiplied with; a lock is a gain of zero."""
        return Gains(
            0.0 if self.lock_translation else self.scale * delay_factor,
            0.0 if self.lock_rotation else self.rotation_scale,
        )


class Choices:
    """The choices in force.

    Attributes:
        assignment: which hand drives which arm.
        enabled: whether anybody drives anything.
        scale: the scale that was last given to all pairs together.
    """

    def __init__(self, parameters: MotionParameters) -> None:
        self.assignment = parameters.assignment
        self.enabled = True
        self.scale = parameters.scale
        self._settings = {pair: _settings(pair, parameters) for pair in PAIRS}
        self._interrupted: dict[Hand, str] = {}
        self._camera_interrupted: dict[Hand, str] = {}

    def pair_of(self, hand: Hand, *, camera: bool) -> Pair | None:
        """Return the pair that ``hand`` is part of now, or None."""
        if camera and self.assignment.camera_hands == 'both':
            return CAMERA_PAIR
        arm = self.assignment.arm_of(hand, camera=camera)
        return None if arm == NO_ARM else Pair((hand,), arm)

    def selected(self) -> tuple[Pair, ...]:
        """Return the pairs in force: those of the hands, and that of the camera pedal."""
        own = (self.pair_of(hand, camera=False) for hand in (Hand.RIGHT, Hand.LEFT))
        camera = self.pair_of(self.assignment.camera_hand, camera=True)
        return tuple(dict.fromkeys(pair for pair in (*own, camera) if pair is not None))

    def settings(self, pair: Pair) -> PairSettings:
        """Return how a pair moves its arm."""
        return self._settings[pair]

    def take_interruption(self, hand: Hand, *, camera: bool) -> str:
        """Return what a program has done to the hand since the last call; empty: nothing."""
        of_camera = self._camera_interrupted.pop(hand, '') if camera else ''
        self._camera_interrupted.pop(hand, None)
        return self._interrupted.pop(hand, '') or of_camera

    def interrupt(self, cause: str) -> None:
        """Let the operator let go before he drives, for a reason in words."""
        self._interrupted = dict.fromkeys(BOTH_HANDS, cause)

    def select(self, pair: Pair) -> None:
        """Put a pair into force; one that shares a hand or an arm with it is so no more.

        Both hands with the endoscope are the camera pedal's pair, and in nobody's way.
        """
        if pair == CAMERA_PAIR:
            self._give_camera('both')
            return
        (hand,) = pair.hands
        self._assign(hand, pair.arm)

    def unselect(self, pair: Pair) -> None:
        """Take a pair out of force; RequestRefusedError when it is not in force."""
        if pair == CAMERA_PAIR and self.assignment.camera_hands == 'both':
            self._give_camera('right')
            return
        if pair == CAMERA_PAIR or self.assignment.own_arm(pair.hands[0]) != pair.arm:
            names = ', '.join(selected.name for selected in self.selected()) or 'none'
            raise RequestRefusedError(
                f'pair to unselect is {pair.name!r}; allowed: one that is selected ({names}); '
                'nothing is changed'
            )
        self._assign(pair.hands[0], NO_ARM)

    def swap(self, hand: Hand) -> None:
        """Give a hand the next instrument: the operator asks, so he is not interrupted."""
        self.assignment = self.assignment.given(hand, self.assignment.next_arm(hand))

    def enable(self, *, on: bool) -> None:
        """Switch everything on or off."""
        self.enabled = on

    def enable_pair(self, pair: Pair, *, on: bool) -> None:
        """Switch one pair on or off."""
        self._change(pair, enabled=on)

    def set_scale(self, scale: float, pair: Pair | None = None) -> None:
        """Set the scale of a pair, or of all of them."""
        _check('scale', scale)
        if pair is None:
            self.scale = scale
        for one in PAIRS if pair is None else (pair,):
            self._change(one, scale=scale)

    def set_rotation_scale(self, scale: float, pair: Pair) -> None:
        """Set the rotation scale of a pair."""
        _check('rotation_scale', scale)
        self._change(pair, rotation_scale=scale)

    def lock_translation(self, pair: Pair, *, on: bool) -> None:
        """Let the tip of a pair only turn."""
        self._change(pair, lock_translation=on)

    def lock_rotation(self, pair: Pair, *, on: bool) -> None:
        """Let the tip of a pair only move."""
        self._change(pair, lock_rotation=on)

    def align(self, pair: Pair, *, on: bool) -> None:
        """Let a pair engage only when the hand is turned like the tip."""
        self._change(pair, align=on)

    def _give_camera(self, hands: str) -> None:
        if hands != self.assignment.camera_hands:
            self.assignment = replace(self.assignment, camera_hands=hands)
            self._camera_interrupted = dict.fromkeys(BOTH_HANDS, CHANGED)

    def _assign(self, hand: Hand, arm: str) -> None:
        before, self.assignment = self.assignment, self.assignment.given(hand, arm)
        for changed in BOTH_HANDS:
            if before.own_arm(changed) != self.assignment.own_arm(changed):
                self._interrupted[changed] = CHANGED

    def _change(self, pair: Pair, **values: float | bool) -> None:
        self._settings[pair] = replace(self._settings[pair], **values)  # type: ignore[arg-type]


def _settings(pair: Pair, parameters: MotionParameters) -> PairSettings:
    camera = pair.arm == ENDOSCOPE
    return PairSettings(
        scale=parameters.camera_scale if camera else parameters.scale,
        rotation_scale=parameters.rotation_scale,
        lock_translation=parameters.lock_translation,
        lock_rotation=parameters.lock_rotation,
        # An endoscope has no orientation that a hand could take.
        align=parameters.alignment == 'absolute' and not camera,
    )


def _check(name: str, value: float) -> None:
    meaning = _BOUNDS[name]
    low, high = meaning.low or 0.0, meaning.high or math.inf
    if not low <= value <= high:  # NaN fails as well
        raise RequestRefusedError(
            f'{name} is {value!r}; allowed: {meaning.allowed()}; nothing is changed'
        )
