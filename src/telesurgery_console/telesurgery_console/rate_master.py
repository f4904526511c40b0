"""Two master hands that a rate device moves: wishes of motion integrated to poses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from telesurgery_console.drives import MOTIONS, Motion
from telesurgery_console.gripper import Gripper
from telesurgery_console.mapping import Rates
from telesurgery_core.transforms import Array, orthonormalised, pose, rotation_from_vector
from telesurgery_core.types import Hand, HandSample

LONGEST_STEP_S = 0.05
"""A device that was not asked for a while has not moved a hand for a while."""
_START = {Hand.LEFT: (0.08, 0.0, 0.4), Hand.RIGHT: (-0.08, 0.0, 0.4)}
"""Where the hands begin in the display frame [m]; only displacement matters."""


@dataclass(slots=True)
class _MovedHand:
    T_view_hand: Array
    gripper: Gripper
    velocity: Array = field(default_factory=lambda: np.zeros(3))
    """In the display frame [m/s]."""
    turning: Array = field(default_factory=lambda: np.zeros(3))
    """About the axes of the display [rad/s]."""


class RateMaster:
    """Moves hands as wishes ask, within the limits of velocity and acceleration."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._hands = {
            hand: _MovedHand(
                pose(np.eye(3), start), Gripper(rates.gripper_open_rad, rates.gripper_rad_s)
            )
            for hand, start in _START.items()
        }

    def move(self, hand: Hand, demand: Mapping[Motion, float], dt: float) -> None:
        """Move a hand for ``dt`` [s] as the demands, each -1..1, ask.

        Translation is limited as a whole, and so is rotation: two sticks at once are not faster
        than one. Rotation is about the axes of the display.
        """
        dt = min(max(dt, 0.0), LONGEST_STEP_S)
        rates, moved = self._rates, self._hands[hand]
        wish = np.array([demand.get(motion, 0.0) for motion in MOTIONS])
        moved.velocity = _towards(
            moved.velocity, _limited(wish[:3]) * rates.translation_m_s, rates.translation_m_s2 * dt
        )
        moved.turning = _towards(
            moved.turning, _limited(wish[3:6]) * rates.rotation_rad_s, rates.rotation_rad_s2 * dt
        )
        T = moved.T_view_hand.copy()
        T[:3, 3] += moved.velocity * dt
        if moved.turning.any():
            T[:3, :3] = orthonormalised(rotation_from_vector(moved.turning * dt) @ T[:3, :3])
        moved.T_view_hand = T
        moved.gripper.move(float(wish[6]), dt)

    def halt(self, hand: Hand) -> None:
        """Stop a hand where it is, at once: the operator has let go."""
        moved = self._hands[hand]
        moved.velocity, moved.turning = np.zeros(3), np.zeros(3)
        moved.gripper.halt()

    def gripper(self, hand: Hand) -> Gripper:
        """Return the gripper of a hand."""
        return self._hands[hand].gripper

    def hand(self, hand: Hand) -> HandSample:
        """Return a hand as it is."""
        moved = self._hands[hand]
        return HandSample(T_view_hand=moved.T_view_hand, gripper=moved.gripper.angle)


def _towards(value: Array, goal: Array, step: float) -> Array:
    """Return ``value`` ``(3,)`` moved to ``goal`` by ``step`` at most."""
    way = goal - value
    length = float(np.linalg.norm(way))
    return goal if length <= step else value + way * (step / length)


def _limited(wish: Array) -> Array:
    """Return a wish ``(3,)`` no longer than one."""
    length = float(np.linalg.norm(wish))
    return wish / length if length > 1.0 else wish
