"""The bounds of the tip in the patient: a ball around the point where the four tools meet."""

from __future__ import annotations

import math

import numpy as np

from telesurgery_arm.limits import ROUNDING, Clamp, Limit
from telesurgery_core.transforms import Array, frozen


class Workspace:
    """A ball that Cartesian goals of one arm must stay in."""

    def __init__(self, p_rcm_centre: Array, radius: float) -> None:
        """Take the centre in the arm's rcm frame ``(3,)`` [m] and the radius [m]."""
        self._centre = frozen(p_rcm_centre)
        self._radius = radius

    def contains(self, T: Array) -> bool:
        """Return whether the position of ``T`` ``(4, 4)`` is in the ball."""
        x, y, z = (T[:3, 3] - self._centre).tolist()
        return bool(x * x + y * y + z * z <= self._radius * self._radius)

    def clamp(self, T: Array, p_now: Array) -> tuple[Array, tuple[Clamp, ...]]:
        """Return ``T_rcm_tip`` with its position moved radially into the ball, if it is outside.

        A tip that is outside already (after a joint command, or before homing) is not pulled in:
        it may stay at the distance where it stands, ``p_now`` ``(3,)``, or come nearer.
        """
        offset = T[:3, 3] - self._centre
        distance = math.sqrt(float(offset @ offset))
        if distance <= self._radius:
            return T, ()
        now = p_now - self._centre
        allowed = max(self._radius, math.sqrt(float(now @ now)))
        if distance <= allowed + ROUNDING:
            return T, ()
        clamped = np.array(T)
        clamped[:3, 3] = self._centre + offset * (allowed / distance)
        return clamped, (Clamp(Limit.WORKSPACE, 'tip', distance, allowed, 'm'),)
