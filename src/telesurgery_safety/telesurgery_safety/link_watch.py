"""Whether a site can be reached, by what its gateway says of the link, and by its silence."""

from __future__ import annotations

import math


class LinkWatch:
    """Watches the reports of one gateway.

    A link that was never alive cannot die: what holds arms by configuration keeps them until its
    link has come up once.
    """

    def __init__(self, silence_limit_s: float) -> None:
        """Rely on no gateway that says nothing for ``silence_limit_s`` [s]."""
        self._silence_limit_s = silence_limit_s
        self._heard_at = -math.inf
        self._alive = False
        self._was_alive = False

    def heard(self, now: float, *, alive: bool) -> None:
        """Take a report at ``now`` [s]: whether the site answers, there and back."""
        self._heard_at = now
        self._alive = alive
        self._was_alive = self._was_alive or alive

    def is_dead(self, now: float) -> bool:
        """Return whether the link was alive once and is not now."""
        silent = now - self._heard_at > self._silence_limit_s
        return self._was_alive and (silent or not self._alive)
