"""Joint velocities out of joint positions."""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array


class MeanVelocity:
    """The mean velocity since the position before: what a counter of an encoder gives, too.

    It is as old as half the time between two positions.
    """

    def __init__(self) -> None:
        self._before: tuple[float, Array] | None = None

    def update(self, position: Array, sim_time_s: float) -> Array:
        """Take positions ``(n,)``, return velocities ``(n,)``; zero at first and after a reset."""
        before, self._before = self._before, (sim_time_s, position)
        if before is None or sim_time_s <= before[0]:
            return np.zeros_like(position)
        velocity: Array = (position - before[1]) / (sim_time_s - before[0])
        return velocity
