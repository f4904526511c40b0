"""How far apart the goals of a stream usually are."""

from __future__ import annotations

_FIRST_S = 0.005
_PAUSE_S = 0.1
"""A longer gap is a pause of the stream, not its interval."""
_WEIGHT = 0.1
"""Of the newest interval in the running mean: some ten goals are remembered."""


class ArrivalInterval:
    """Running mean of the time between arrivals."""

    def __init__(self) -> None:
        self._mean = _FIRST_S
        self._last: float | None = None

    def arrived(self, now: float) -> float:
        """Note an arrival at ``now`` [s] and return the mean interval [s]."""
        if self._last is not None and 0.0 <= now - self._last < _PAUSE_S:
            self._mean += _WEIGHT * (now - self._last - self._mean)
        self._last = now
        return self._mean
