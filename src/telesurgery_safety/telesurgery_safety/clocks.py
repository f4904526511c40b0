"""Clocks that were set while the session ran: told apart from a path that became longer.

A command cannot be older than the newest one before it by more than the time that has passed
between their arrivals on a clock that nobody sets: what is newer was made later. If its stamp says
otherwise, one of the two clocks was set. This side's own is watched by itself, so that the other
side's is not blamed.
"""

from __future__ import annotations

import math


class OwnClock:
    """Watches this side's wall clock against its steady clock."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._ahead: float | None = None

    def check(self, now: float, wall_s: float) -> str | None:
        """Take both clocks [s]; return the reason when the wall clock was set."""
        ahead = wall_s - now
        before, self._ahead = self._ahead, ahead
        if before is None or abs(ahead - before) <= self._limit_s:
            return None
        return (
            f"this side's clock was set by {ahead - before:+.1f} s "
            f'(limit {self._limit_s:g} s): ages of commands cannot be judged'
        )


class FarClock:
    """Watches the clock of a console by the ages of its commands."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._at = math.nan
        self._age_s = math.nan

    def check(self, now: float, age_s: float) -> str | None:
        """Take the age of the newest command [s]; return the reason when a clock was set."""
        grown, passed = age_s - self._age_s, now - self._at
        self._at, self._age_s = now, age_s
        if grown > max(passed, 0.0) + self._limit_s:
            return self._words(-grown + max(passed, 0.0))
        if grown < -self._limit_s and age_s < -self._limit_s:
            return self._words(-grown)
        return None

    def _words(self, by_s: float) -> str:
        return (
            f"the console's clock was set by about {by_s:+.1f} s (limit {self._limit_s:g} s): "
            'ages of its commands cannot be judged'
        )

    def forget(self) -> None:
        """Begin anew: this side's own clock was set."""
        self._at = self._age_s = math.nan
