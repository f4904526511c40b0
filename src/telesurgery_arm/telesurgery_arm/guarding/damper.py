"""How fast a part may approach what it must not touch: a velocity damper with a brake behind it.

Within the band the speed towards the boundary is at most ``gain`` times the distance that is left,
so that the boundary is approached as an exponential and never reached. Beyond the band it is the
speed from which ``deceleration`` brakes down to the band's own speed at its edge. The two meet
without a step, and nowhere is a stronger deceleration asked for than the stated one.

(The band's law is the velocity damper of Faverjon and Tournassoud, ICRA 1987.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from telesurgery_core.transforms import Array


@dataclass(frozen=True, slots=True)
class Damper:
    """The speed allowed at a distance, and the distance that a speed needs."""

    gain: float
    """Speed towards the boundary over the distance left [1/s]."""
    deceleration: float
    """Strongest deceleration that is asked for [m/s^2]; at least ``gain**2 * band``."""
    band: float
    """Width of the band [m]."""

    def speed(self, slack: float) -> float:
        """Return the speed [m/s] allowed towards a boundary ``slack`` [m] away; inside: none."""
        if slack <= 0.0:
            return 0.0
        if slack <= self.band:
            return self.gain * slack
        edge = self.gain * self.band
        return math.sqrt(edge * edge + 2.0 * self.deceleration * (slack - self.band))

    def speeds(self, slack: Array) -> Array:
        """Return ``speed`` for many distances ``(n,)`` [m]."""
        edge = self.gain * self.band
        beyond = np.maximum(slack - self.band, 0.0)
        braked = np.sqrt(edge * edge + 2.0 * self.deceleration * beyond)
        return np.where(slack <= self.band, self.gain * np.maximum(slack, 0.0), braked)

    def safe_distance(self, speed: float) -> float:
        """Return a distance [m] at which this speed [m/s], and any share of it, is allowed.

        It is convex in the speed: what moves at a share of it needs at most that share.
        """
        edge = self.gain * self.band
        if speed <= edge:
            return speed / self.gain
        braking = self.band + (speed * speed - edge * edge) / (2.0 * self.deceleration)
        return max(speed / self.gain, braking)
