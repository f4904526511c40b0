"""The whole way from a console sample to a command: clutch, gate, tremor filter, scaling, jaw."""

from __future__ import annotations

import math

from telesurgery_core.types import ConsoleSample, Hand, HandCommand, HandSample, TeleopCommand
from telesurgery_motion.assignment import NO_ARM
from telesurgery_motion.choices import Choices
from telesurgery_motion.delay_scaling import DelayScaling
from telesurgery_motion.explanation import Explanation
from telesurgery_motion.far_side import FarSide
from telesurgery_motion.hand_drive import HandDrive, Order
from telesurgery_motion.held_world import HeldWorld
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.scaling import Gains
from telesurgery_motion.state import MotionState

_STILL = Gains(0.0, 0.0)


class Pipeline:
    """Turns console samples into commands, and silence into commands that engage nothing.

    ``first_epoch`` and ``first_sequence`` let a restarted process go on above the numbers of the
    one before, so that the far side takes neither its engagements nor its commands for old ones.

    Attributes:
        choices: what operator and tools have chosen; may be changed between any two samples.
        far_side: what is known of the patient's side; tell it what arrives.
        delay: the factor of all scales that follows the round trip; tell it what is measured.
    """

    def __init__(
        self, parameters: MotionParameters, *, first_epoch: int = 0, first_sequence: int = 0
    ) -> None:
        self.choices = Choices(parameters)
        self.far_side = FarSide()
        self.delay = DelayScaling(parameters)
        self._parameters = parameters
        self._explanation = Explanation(parameters, self.choices, self.far_side)
        self._hands = {hand: HandDrive(parameters, first_epoch) for hand in Hand}
        self._held_world = HeldWorld()
        self._sequence = first_sequence
        self._stamp_ns: int | None = None
        self._heard_at = -math.inf
        self._kept_alive_at = -math.inf
        self._camera = self._camera_held = False

    def step(self, sample: ConsoleSample, now: float) -> TeleopCommand:
        """Return the command for a sample that arrived at ``now`` [s]."""
        self._heard_at = now
        self._camera_held = self._camera and sample.camera  # pressing it is an act of its own
        self._camera = sample.camera
        for hand in sample.arm_swap:
            self.choices.swap(hand)
        self._let_delay_act(sample.stamp_ns)
        return self._command(
            sample.stamp_ns,
            {hand: self._drive(hand, sample, now) for hand in Hand},
            present=sample.operator_present and not sample.stop,
            stop=sample.stop,
        )

    def silent(self, now: float) -> bool:
        """Return whether the masters have said nothing for longer than the limit."""
        return now - self._heard_at > self._parameters.silence_limit_s

    @property
    def hindrances(self) -> tuple[Hindrance, ...]:
        """Why each hand drives nothing, since the newest sample."""
        return tuple(drive.hindrance for drive in self._hands.values())

    def keep_alive(self, stamp_ns: int, now: float) -> TeleopCommand | None:
        """Return a command that engages nothing when silence makes one due, else None.

        It tells the far side that the link lives and the operator's device does not. Hands that
        were engaged must be released: they engage again only after the operator has let go.
        """
        due = now - self._kept_alive_at >= 1.0 / self._parameters.keep_alive_hz
        if not (due and self.silent(now)):
            return None
        self._kept_alive_at = now
        return self._command(
            stamp_ns,
            {hand: drive.vanish(self._arm(hand)) for hand, drive in self._hands.items()},
            present=False,
            stop=False,
        )

    def engaged(self, hand: Hand) -> bool:
        """Return whether the hand drives an arm."""
        return self._hands[hand].clutch.engaged

    def state(self, now: float) -> MotionState:
        """Return what both hands do at ``now`` [s], and why not, if not."""
        return MotionState(
            enabled=self.choices.enabled,
            scale=self.choices.scale,
            delay_factor=self.delay.factor,
            selected=self.choices.selected(),
            hands=tuple(
                self._explanation.state(
                    hand,
                    drive,
                    self._arm(hand),
                    now,
                    camera=self._camera,
                    factor=self.delay.factor,
                )
                for hand, drive in self._hands.items()
            ),
        )

    def _drive(self, hand: Hand, sample: ConsoleSample, now: float) -> HandCommand:
        arm = self._arm(hand)
        pair = self.choices.pair_of(hand, camera=self._camera)
        settings = None if pair is None else self.choices.settings(pair)
        order = Order(
            arm=arm,
            stamp_ns=sample.stamp_ns,
            gains=_STILL if settings is None else settings.gains(self.delay.factor),
            obstacle=self._obstacle(hand, sample, now),
            interruption=self.choices.take_interruption(hand, camera=self._camera_held),
            holds_world=self._holds_world(hand),
            align=settings is not None and settings.align,
            T_view_tip=None if self.engaged(hand) else self.far_side.tip(arm, now),
        )
        return self._hands[hand].step(self._sample_of(hand, sample), order)

    def _sample_of(self, hand: Hand, sample: ConsoleSample) -> HandSample | None:
        if self._holds_world(hand):
            return self._held_world.sample(sample.left, sample.right)
        return sample.hand(hand)

    def _holds_world(self, hand: Hand) -> bool:
        assignment = self.choices.assignment
        return (
            self._camera and assignment.camera_hands == 'both' and hand is assignment.camera_hand
        )

    def _obstacle(self, hand: Hand, sample: ConsoleSample, now: float) -> Hindrance:
        """Return the first thing that keeps a hand from driving, before the hand itself."""
        pair = self.choices.pair_of(hand, camera=sample.camera)
        if not self.choices.enabled:
            return Hindrance.DISABLED
        if pair is not None and not self.choices.settings(pair).enabled:
            return Hindrance.PAIR_DISABLED
        if self.far_side.silent(self._parameters.far_side_silence_limit_s, now):
            return Hindrance.FAR_SIDE_SILENT
        if not sample.operator_present or sample.stop:
            return Hindrance.ABSENT
        if sample.camera and hand is not self.choices.assignment.camera_hand:
            return Hindrance.CAMERA
        if self._arm(hand) == NO_ARM:
            return Hindrance.NO_ARM
        return Hindrance.CLUTCH if sample.clutch else Hindrance.NONE

    def _arm(self, hand: Hand) -> str:
        return self.choices.assignment.arm_of(hand, camera=self._camera)

    def _let_delay_act(self, stamp_ns: int) -> None:
        before, self._stamp_ns = self._stamp_ns, stamp_ns
        self.delay.step(0.0 if before is None else (stamp_ns - before) * 1e-9)

    def _command(
        self, stamp_ns: int, hands: dict[Hand, HandCommand], *, present: bool, stop: bool
    ) -> TeleopCommand:
        command = TeleopCommand(
            stamp_ns=stamp_ns,
            sequence=self._sequence,
            left=hands[Hand.LEFT],
            right=hands[Hand.RIGHT],
            present=present,
            stop=stop,
        )
        self._sequence += 1
        return command
