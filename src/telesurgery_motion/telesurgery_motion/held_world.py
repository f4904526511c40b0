"""Both hands hold the world: their middle carries it, the line between them turns it.

The two hands together are one hand that the rest of the chain can treat like any other: at their
middle, turned about the view's Z axis as the line from the right one to the left one. The camera
moves the other way, so that the world seems to follow the hands.
"""

from __future__ import annotations

import math

from telesurgery_core.transforms import Array, pose, rotation_about
from telesurgery_core.types import IDENTITY, HandSample
from telesurgery_motion.presence import roll

_SHORTEST_M = 0.02
"""Hands that seem closer to each other than this say nothing about the turn."""


class HeldWorld:
    """The hand that stands for two."""

    def __init__(self) -> None:
        self._angle = 0.0

    def sample(self, left: HandSample | None, right: HandSample | None) -> HandSample | None:
        """Return the two hands as one, or None while one of them is missing."""
        if left is None or right is None:
            return None
        p_left, p_right = left.T_view_hand[:3, 3], right.T_view_hand[:3, 3]
        x, y, _ = (p_left - p_right).tolist()
        if math.hypot(x, y) >= _SHORTEST_M:
            self._angle = math.atan2(y, x)
        middle = pose(rotation_about('z', self._angle), 0.5 * (p_left + p_right))
        return HandSample(T_view_hand=middle, gripper=right.gripper)


def camera_displacement(T: Array, *, held: bool) -> Array:
    """Return how the endoscope is to move ``(4, 4)`` for a displacement of its hand ``(4, 4)``.

    One hand carries the endoscope itself; hands that hold the world move it the other way. Of the
    rotation only the roll about the viewing direction is left: four joints can do no more.
    """
    angle = roll(T[:3, :3])
    if held:
        return pose(rotation_about('z', -angle), -T[:3, 3])
    R = IDENTITY[:3, :3] if angle == 0.0 else rotation_about('z', angle)
    return pose(R, T[:3, 3])
