"""News that must arrive: said at once, and then again and again for a while.

A state that is said ten times a second is late by a tenth of a second whenever the message with
the news is lost, and networks lose several in a row.
"""

from __future__ import annotations

import math

LASTING_S = 0.3
"""So long news is repeated: longer than an operator may remain in the dark."""
EVERY_S = 0.02
"""As often as anything else is streamed: whatever comes through, the news does, too."""
_HAIR_S = 1e-6
"""Ticks are not exact."""


class Insistence:
    """Says when news of a moment ago is to be said again."""

    def __init__(self) -> None:
        """Begin without news."""
        self._until = self._next = -math.inf

    def news(self, now: float) -> None:
        """Take note that something was said for the first time at ``now`` [s]."""
        self._until, self._next = now + LASTING_S, now + EVERY_S

    def is_due(self, now: float) -> bool:
        """Return whether it is to be said again at ``now`` [s]; then it counts as said."""
        if not self._next - _HAIR_S <= now <= self._until + _HAIR_S:
            return False
        self._next = now + EVERY_S
        return True
