"""How far apart the goals of a stream usually are, and over what time one is spread."""

from __future__ import annotations

_FIRST_S = 0.005
_PAUSE_S = 0.1
"""A longer gap is a pause of the stream, not its interval."""
_TOGETHER_S = 0.001
"""Goals that arrive closer together than this were delivered at once: the newest counts."""
_WEIGHT = 0.1
"""Of the newest interval in the running mean: some ten goals are remembered."""


class ArrivalInterval:
    """Running mean of the time between arrivals, up to a limit."""

    def __init__(self, limit_s: float) -> None:
        """Spread no goal over more than ``limit_s`` [s]."""
        self._limit = limit_s
        self._mean = _FIRST_S
        self._last: float | None = None

    def arrived(self, now: float) -> float:
        """Note an arrival at ``now`` [s]; return the time to spread its goal over [s]."""
        if self._last is None or not 0.0 <= now - self._last < _TOGETHER_S:
            if self._last is not None and 0.0 <= now - self._last < _PAUSE_S:
                self._mean += _WEIGHT * (now - self._last - self._mean)
            self._last = now
        return min(self._mean, self._limit)
