"""How fast the joint targets move: the feed-forward that lets joints follow without lag."""

from __future__ import annotations

from collections import deque

import numpy as np

from telesurgery_core.transforms import Array

WINDOW_S = 0.012
"""Slope over this time: six targets at 500 Hz, so that a late one falsifies it little."""

SILENCE_S = 0.025
"""After this time without a target the targets stand still."""


class TargetVelocity:
    """The slope of a stream of targets ``(n,)``."""

    def __init__(self, limit: Array) -> None:
        """Never report more than ``limit`` ``(n,)`` [rad/s or m/s]: a step is no fast motion."""
        self._limit = limit
        self._targets: deque[tuple[float, Array]] = deque()

    def update(self, target: Array, now: float) -> Array:
        """Take a target ``(n,)`` and return the velocity ``(n,)`` of the stream [rad/s or m/s]."""
        if self.is_silent(now):
            self._targets.clear()
        self._targets.append((now, target))
        while len(self._targets) > 2 and now - self._targets[1][0] >= WINDOW_S:
            self._targets.popleft()
        since, first = self._targets[0]
        if now <= since:
            return np.zeros_like(self._limit)
        return np.clip((target - first) / (now - since), -self._limit, self._limit)

    def is_silent(self, now: float) -> bool:
        """Return whether no target has come for so long that they stand still."""
        return not self._targets or now - self._targets[-1][0] > SILENCE_S
