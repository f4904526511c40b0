"""How far apart the goals of a stream usually are, and over what time one is spread."""

from __future__ import annotations

_FIRST_S = 0.005
_PAUSE_S = 0.1
"""A longer gap is a pause of the stream, not its interval."""
_TOGETHER_S = 0.001
"""Goals that arrive closer together than this were delivered at once: the newest counts."""
_WEIGHT = 0.1
"""Of the newest interval in the running mean: some ten goals are remembered."""
_LATE_FACTOR, _LATE_WEIGHT = 3.0, 0.5
"""A goal that comes after so many times the mean is late, and counts for more: what has gathered
meanwhile is made up for without a rush, over half of the time that was missed."""


class ArrivalInterval:
    """Running mean of the time between arrivals, up to a limit."""

    def __init__(self, limit_s: float) -> None:
        """Spread no goal over more than ``limit_s`` [s]."""
        self._limit = limit_s
        self._mean = _FIRST_S
        self._last: float | None = None

    def arrived(self, now: float) -> float:
        """Note an arrival at ``now`` [s]; return the time to spread its goal over [s]."""
        gap = _PAUSE_S if self._last is None else now - self._last
        if not 0.0 <= gap < _TOGETHER_S:
            if 0.0 <= gap < _PAUSE_S:
                weight = _LATE_WEIGHT if gap > _LATE_FACTOR * self._mean else _WEIGHT
                self._mean += weight * (gap - self._mean)
            self._last = now
        return min(self._mean, self._limit)
