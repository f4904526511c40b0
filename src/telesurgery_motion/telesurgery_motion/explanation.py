"""The state of one hand in words: why its arm does not follow, and what to do about it."""

from __future__ import annotations

import math

from telesurgery_core.types import Hand
from telesurgery_motion.choices import Choices
from telesurgery_motion.far_side import UNKNOWN, ArmReport, FarSide
from telesurgery_motion.hand_drive import HandDrive
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.state import HandState

DRIVEN = ('following', 'local', 'aligning')
"""What the supervisor calls an arm that follows a hand, or comes to a stand to do so."""


class Explanation:
    """Knows everything that a hand may wait for."""

    def __init__(self, parameters: MotionParameters, choices: Choices, far_side: FarSide) -> None:
        self._parameters = parameters
        self._choices = choices
        self._far_side = far_side

    def state(
        self, hand: Hand, drive: HandDrive, arm: str, now: float, *, camera: bool, factor: float
    ) -> HandState:
        """Return the state of ``hand``, whose command speaks of ``arm``, at ``now`` [s]."""
        pair = self._choices.pair_of(hand, camera=camera)
        settings = None if pair is None else self._choices.settings(pair)
        report = self._far_side.arm(arm, now)
        hindrance = drive.hindrance
        if drive.clutch.engaged and report.holder not in (None, self._parameters.site):
            hindrance = Hindrance.NO_AUTHORITY
        elif drive.clutch.engaged and report.state not in (UNKNOWN, *DRIVEN):
            hindrance = Hindrance.NOT_FOLLOWING
        return HandState(
            hand=hand,
            arm=arm,
            pair=pair,
            settings=settings,
            clutch=drive.clutch.state,
            epoch=drive.clutch.epoch,
            following=drive.clutch.engaged and hindrance is Hindrance.NONE,
            hindrance=hindrance,
            reason=self._in_words(hindrance, hand, drive, arm, report),
            scale=0.0 if settings is None else settings.gains(factor).translation,
            misalignment_deg=math.degrees(drive.gate.misalignment),
            misalignment_limit_deg=drive.gate.limit_deg,
            R_hand_tip=drive.gate.R_hand_tip,
        )

    def _in_words(
        self, hindrance: Hindrance, hand: Hand, drive: HandDrive, arm: str, report: ArmReport
    ) -> str:
        return hindrance.value.format(
            hand=hand.value,
            arm=arm or 'an arm',
            cause=drive.cause,
            angle=math.degrees(drive.gate.misalignment),
            limit=drive.gate.limit_deg,
            gripper=self._parameters.presence_gripper_deg,
            roll=self._parameters.presence_roll_deg,
            silence=1e3 * self._parameters.far_side_silence_limit_s,
            state=report.state,
            holder=report.holder or 'nobody',
            why=f' ({report.reason})' if report.reason else '',
        )
