"""The whole way from a console sample to a command: clutch, tremor filter, scaling, jaw."""

from __future__ import annotations

import math

from telesurgery_core.types import ConsoleSample, Hand, HandCommand, TeleopCommand
from telesurgery_motion.hand_drive import HandDrive
from telesurgery_motion.parameters import MotionParameters


class Pipeline:
    """Turns console samples into commands, and silence into commands that engage nothing.

    ``first_epoch`` and ``first_sequence`` let a restarted process go on above the numbers of the
    one before, so that the far side takes neither its engagements nor its commands for old ones.
    """

    def __init__(
        self, parameters: MotionParameters, *, first_epoch: int = 0, first_sequence: int = 0
    ) -> None:
        self._parameters = parameters
        self._assignment = parameters.assignment
        self._hands = {hand: HandDrive(parameters, first_epoch) for hand in Hand}
        self._sequence = first_sequence
        self._heard_at = -math.inf
        self._kept_alive_at = -math.inf
        self._camera = False

    def step(self, sample: ConsoleSample, now: float) -> TeleopCommand:
        """Return the command for a sample that arrived at ``now`` [s]."""
        self._heard_at = now
        self._camera = sample.camera
        return self._command(sample.stamp_ns, {hand: self._drive(hand, sample) for hand in Hand})

    def silent(self, now: float) -> bool:
        """Return whether the masters have said nothing for longer than the limit."""
        return now - self._heard_at > self._parameters.silence_limit_s

    def keep_alive(self, stamp_ns: int, now: float) -> TeleopCommand | None:
        """Return a command that engages nothing when silence makes one due, else None.

        It tells the far side that the link lives and the operator's device does not. Hands that
        were engaged are lost: they engage again only after the operator has let go.
        """
        due = now - self._kept_alive_at >= 1.0 / self._parameters.keep_alive_hz
        if not (due and self.silent(now)):
            return None
        self._kept_alive_at = now
        return self._command(
            stamp_ns, {hand: drive.vanish(self._arm(hand)) for hand, drive in self._hands.items()}
        )

    def reconfigure(self, parameters: MotionParameters) -> None:
        """Take new parameters; a displacement that would mean something else begins anew."""
        self._parameters = parameters
        self._assignment = parameters.assignment
        for drive in self._hands.values():
            drive.reconfigure(parameters)

    def engaged(self, hand: Hand) -> bool:
        """Return whether the hand drives an arm."""
        return self._hands[hand].clutch.engaged

    def _drive(self, hand: Hand, sample: ConsoleSample) -> HandCommand:
        wanted = (
            sample.operator_present
            and not sample.clutch
            and self._assignment.may_engage(hand, camera=sample.camera)
        )
        return self._hands[hand].step(
            sample.hand(hand), self._arm(hand), sample.stamp_ns, wanted=wanted
        )

    def _arm(self, hand: Hand) -> str:
        return self._assignment.arm_of(hand, camera=self._camera)

    def _command(self, stamp_ns: int, hands: dict[Hand, HandCommand]) -> TeleopCommand:
        command = TeleopCommand(
            stamp_ns=stamp_ns,
            sequence=self._sequence,
            left=hands[Hand.LEFT],
            right=hands[Hand.RIGHT],
        )
        self._sequence += 1
        return command
