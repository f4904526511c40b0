"""Two master hands that a rate device moves: wishes of motion integrated to poses."""

from __future__ import annotations

import numpy as np

from telesurgery_console.mapping import MOTIONS, Motion, Rates
from telesurgery_core.transforms import Array, orthonormalised, pose, rotation_from_vector
from telesurgery_core.types import ConsoleSample, Hand, HandSample

LONGEST_STEP_S = 0.05
"""A device that was not asked for a while has not moved a hand for a while."""
_START = {Hand.LEFT: (0.08, 0.0, 0.4), Hand.RIGHT: (-0.08, 0.0, 0.4)}
"""Where the hands begin in the display frame [m]; only displacement matters."""


class RateMaster:
    """Moves one hand at a time; the other rests where it is."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._poses: dict[Hand, Array] = {
            hand: pose(np.eye(3), start) for hand, start in _START.items()
        }
        self._grippers = dict.fromkeys(Hand, rates.gripper_open_rad / 2.0)
        self.active = Hand.RIGHT

    def switch_hand(self) -> None:
        """Move the other hand from now on."""
        self.active = Hand.LEFT if self.active is Hand.RIGHT else Hand.RIGHT

    def move(self, demand: dict[Motion, float], dt: float) -> None:
        """Move the active hand for ``dt`` [s] as the demands, each -1..1, ask.

        Translation is limited as a whole, and so is rotation: two sticks at once are not faster
        than one. Rotation is about the axes of the display.
        """
        dt = min(max(dt, 0.0), LONGEST_STEP_S)
        wish = np.array([demand.get(motion, 0.0) for motion in MOTIONS])
        velocity = _limited(wish[:3]) * self._rates.translation_m_s
        turning = _limited(wish[3:6]) * self._rates.rotation_rad_s
        T = self._poses[self.active].copy()
        T[:3, 3] += velocity * dt
        if turning.any():
            T[:3, :3] = orthonormalised(rotation_from_vector(turning * dt) @ T[:3, :3])
        self._poses[self.active] = T
        gripper = self._grippers[self.active] + wish[6] * self._rates.gripper_rad_s * dt
        self._grippers[self.active] = min(max(gripper, 0.0), self._rates.gripper_open_rad)

    def sample(self, stamp_ns: int, *, present: bool, clutch: bool, camera: bool) -> ConsoleSample:
        """Return both hands as they are."""
        return ConsoleSample(
            stamp_ns=stamp_ns,
            left=self._hand(Hand.LEFT),
            right=self._hand(Hand.RIGHT),
            operator_present=present,
            clutch=clutch,
            camera=camera,
        )

    def _hand(self, hand: Hand) -> HandSample:
        return HandSample(T_view_hand=self._poses[hand], gripper=self._grippers[hand])


def _limited(wish: Array) -> Array:
    """Return a wish ``(3,)`` no longer than one."""
    length = float(np.linalg.norm(wish))
    return wish / length if length > 1.0 else wish
