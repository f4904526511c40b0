"""What a recorded operator does when his hands have been stopped: he uses the clutch again.

A recording cannot see that the arms hold. An operator would: after a while he presses the clutch
and releases it, and goes on from where the arm stands. This is that act, for a recording that is
played to be looked at; nothing engages without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

STOPPED = frozenset({'must_release', 'not_following'})
"""What hinders a hand, as ``MotionState`` says it, until it engages again."""
PRESSED_S = 0.3
"""How long the clutch is pressed."""


class Reengagement:
    """Presses the clutch ``after_s`` [s] after a hand has been stopped; 0: never."""

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._stopped_at = math.inf
        self._released_at = -math.inf

    def hear(self, hindrances: Iterable[str], now: float) -> None:
        """Take what hinders each hand at ``now`` [s], as ``MotionState`` says it."""
        if STOPPED.isdisjoint(hindrances):
            self._stopped_at = math.inf
        elif self._stopped_at == math.inf:
            self._stopped_at = now

    def pressed(self, now: float) -> bool:
        """Return whether the clutch is pressed at ``now`` [s]."""
        if self._after_s and now - self._stopped_at >= self._after_s:
            self._stopped_at, self._released_at = math.inf, now + PRESSED_S
        return now < self._released_at
