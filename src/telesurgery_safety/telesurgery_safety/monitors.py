"""Monitors: each watches one quantity and says in words when its limit is passed.

A monitor returns None while all is well, else the reason for the operator. Times are seconds of
the caller's clock.
"""

from __future__ import annotations

import math


class Silence:
    """Watches the time between arrivals of something that should keep coming."""

    def __init__(self, what: str, limit_s: float) -> None:
        """Watch for ``what`` (named in the reason); nothing trips before the first arrival."""
        self._what = what
        self._limit_s = limit_s
        self._heard_at = -math.inf

    @property
    def heard(self) -> bool:
        """Whether anything ever arrived."""
        return self._heard_at > -math.inf

    def arrived(self, now: float) -> None:
        """Note an arrival."""
        self._heard_at = now

    def gap(self, now: float) -> float:
        """Return the time since the newest arrival [s]; infinite before the first."""
        return now - self._heard_at

    def check(self, now: float) -> str | None:
        """Return the reason when the gap is longer than the limit."""
        return self.longer_than(self._limit_s, now)

    def longer_than(self, limit_s: float, now: float) -> str | None:
        """Return the reason when the gap is longer than a limit of the caller's [s]."""
        gap = now - self._heard_at
        if gap <= limit_s or not self.heard:
            return None
        return f'no {self._what} for {gap * 1e3:.0f} ms (limit {limit_s * 1e3:.0f} ms)'


class CommandAge:
    """Watches how old commands are when they arrive: arrival stamp less source stamp.

    It does not work against a fixed path: the limit is the greatest total delay with which an
    operator may still drive, whatever the path.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self.newest_s = math.nan
        """Age of the newest command [s]; NaN before the first."""

    def check(self, age_s: float) -> str | None:
        """Note an age and return the reason when it is beyond the limit."""
        self.newest_s = age_s
        limit = f'(limit {self._limit_s * 1e3:.0f} ms)'
        if age_s > self._limit_s:
            return f'command was {age_s * 1e3:.0f} ms old when it arrived {limit}'
        if age_s < -self._limit_s:
            return f'command is stamped {-age_s * 1e3:.0f} ms in the future {limit}: check clocks'
        return None
