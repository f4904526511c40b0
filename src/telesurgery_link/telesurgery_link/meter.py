"""How much passes a point: datagrams and bits a second over a window."""

from __future__ import annotations

import math

from telesurgery_link.history import PERIOD_NS, History


class Meter:
    """Counts what passes.

    Attributes:
        count: number of things that have passed.
    """

    def __init__(self, window_ns: int) -> None:
        self.count = 0
        self._bytes = 0
        self._history = History(window_ns)

    def note(self, size_bytes: int, now_ns: int) -> None:
        """Take one that passes."""
        if self._history.is_due(now_ns):
            self._history.remember((self.count, self._bytes), now_ns)
        self.count += 1
        self._bytes += size_bytes

    def rates(self, now_ns: int) -> tuple[float, float]:
        """Return number [1/s] and volume [Mbit/s]; NaN before they are known."""
        growth = self._history.growth((self.count, self._bytes), now_ns)
        if growth is None or growth[0] < PERIOD_NS:
            return math.nan, math.nan
        span_ns, (count, size_bytes) = growth
        return count / span_ns * 1e9, size_bytes * 8e3 / span_ns

    def count_within(self, now_ns: int) -> int:
        """Return how many have passed within the window."""
        growth = self._history.growth((self.count, self._bytes), now_ns)
        return 0 if growth is None else growth[1][0]
