"""Whether a site can be reached, by what its gateway says of the link."""

from __future__ import annotations

import math


class LinkWatch:
    """Watches the reports of one gateway.

    A link is dead when no report has said for a while that it is alive, be it that reports say
    otherwise, be it that none come: one bad report on a busy machine is none. A link that was
    never alive cannot die: what holds arms by configuration keeps them until its link has come up
    once.
    """

    def __init__(self, silence_limit_s: float) -> None:
        """Do without good news for at most ``silence_limit_s`` [s]."""
        self._silence_limit_s = silence_limit_s
        self._alive_at = math.nan

    def heard(self, now: float, *, alive: bool) -> None:
        """Take a report at ``now`` [s]: whether the site answers, there and back."""
        if alive:
            self._alive_at = now

    def is_dead(self, now: float) -> bool:
        """Return whether the link was alive once and has not been for too long."""
        return now - self._alive_at > self._silence_limit_s
