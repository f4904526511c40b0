"""What must be right before a hand may engage: it is turned like the tip, and fingers hold it."""

from __future__ import annotations

import math

from telesurgery_core.transforms import Array, rotation_angle
from telesurgery_core.types import HandSample
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.presence import PresenceGesture


class Gate:
    """The gate before the engagements of one hand.

    Attributes:
        gesture: the sign of presence.
        after_clutch: only the clutch has interrupted the last engagement; the gate is narrower.
        misalignment: angle between hand and tip at the last look [rad]; NaN: not known.
        R_hand_tip: the tip's orientation in the hand's at the last look ``(3, 3)``, or None.
    """

    def __init__(self, parameters: MotionParameters) -> None:
        self.gesture = PresenceGesture(parameters)
        self.after_clutch = False
        self.misalignment = math.nan
        self.R_hand_tip: Array | None = None
        self._parameters = parameters

    @property
    def limit_deg(self) -> float:
        """Largest misalignment at the next engagement [deg]."""
        p = self._parameters
        return p.realign_within_deg if self.after_clutch else p.align_within_deg

    def look(self, sample: HandSample, T_view_tip: Array | None, *, align: bool) -> Hindrance:
        """Return what must be put right before the hand may engage; NONE: the gate is open.

        ``T_view_tip`` ``(4, 4)`` is where the tip is, as far as it is known; it matters only where
        the hand is to be aligned with it.
        """
        self._compare(sample, T_view_tip)
        if align and T_view_tip is None:
            return Hindrance.TIP_UNKNOWN
        if align and not self.misalignment <= math.radians(self.limit_deg):
            return Hindrance.MISALIGNED
        return Hindrance.NONE if self.gesture.made else Hindrance.NO_GESTURE

    def _compare(self, sample: HandSample, T_view_tip: Array | None) -> None:
        self.misalignment, self.R_hand_tip = math.nan, None
        if T_view_tip is not None:
            self.R_hand_tip = sample.T_view_hand[:3, :3].T @ T_view_tip[:3, :3]
            self.misalignment = rotation_angle(self.R_hand_tip)
