"""The sign that somebody holds the master: the gripper opened, or the wrist rolled, a little.

A master has no sensor for fingers. Who only stands near it does not make this sign, whoever wants
to drive makes it without thinking. Made once, it counts until the operator leaves the console.
"""

from __future__ import annotations

import math

from telesurgery_core.transforms import Array
from telesurgery_core.types import HandSample
from telesurgery_motion.parameters import MotionParameters


class PresenceGesture:
    """Watches one hand for the sign.

    Attributes:
        made: whether it was made since the operator came.
    """

    def __init__(self, parameters: MotionParameters) -> None:
        self.made = not parameters.presence_gesture
        self._parameters = parameters
        self._narrowest = math.inf
        self._R_first: Array | None = None

    def forget(self) -> None:
        """Begin anew: the operator has left, or the master fell silent."""
        self.made = not self._parameters.presence_gesture
        self._narrowest = math.inf
        self._R_first = None

    def observe(self, sample: HandSample) -> None:
        """Look at a sample of the hand while the operator is present."""
        if self.made:
            return
        R = sample.T_view_hand[:3, :3]
        if self._R_first is None:
            self._R_first = R
        self._narrowest = min(self._narrowest, sample.gripper)
        opened = sample.gripper - self._narrowest
        self.made = opened >= math.radians(self._parameters.presence_gripper_deg) or abs(
            roll(self._R_first.T @ R)
        ) >= math.radians(self._parameters.presence_roll_deg)


def roll(R: Array) -> float:
    """Return the part of a rotation ``(3, 3)`` that is about its own z axis, in -pi..pi [rad].

    The twist of the swing-twist decomposition: ``2 atan2(z, w)`` of the quaternion.
    """
    # z and w of the quaternion up to one common positive factor.
    return 2.0 * math.atan2(R[1, 0] - R[0, 1], 1.0 + R[0, 0] + R[1, 1] + R[2, 2])
