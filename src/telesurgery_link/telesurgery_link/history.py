"""Running totals, and what they have grown by within a window."""

from __future__ import annotations

from collections import deque

PERIOD_NS = 100_000_000
"""Totals are remembered at most so often; a window is that much longer or shorter."""

Totals = tuple[int, ...]


class History:
    """Remembers running totals over a sliding window."""

    def __init__(self, window_ns: int) -> None:
        self._window_ns = window_ns
        self._remembered: deque[tuple[int, Totals]] = deque()

    def is_due(self, now_ns: int) -> bool:
        """Return whether the totals are to be remembered now."""
        return not self._remembered or now_ns - self._remembered[-1][0] >= PERIOD_NS

    def remember(self, totals: Totals, now_ns: int) -> None:
        """Take the totals of now."""
        self._remembered.append((now_ns, totals))
        self._forget(now_ns)

    def growth(self, totals: Totals, now_ns: int) -> tuple[int, Totals] | None:
        """Return the time since the window's begin [ns] and how the totals grew; None: unknown."""
        self._forget(now_ns)
        if not self._remembered:
            return None
        begin_ns, before = self._remembered[0]
        if self._remembered[-1][0] < now_ns - self._window_ns - PERIOD_NS:
            # Whatever came after it came within a period: nothing has moved in this window.
            return self._window_ns, (0,) * len(totals)
        return now_ns - begin_ns, tuple(
            now - then for now, then in zip(totals, before, strict=True)
        )

    def _forget(self, now_ns: int) -> None:
        while len(self._remembered) > 1 and self._remembered[1][0] <= now_ns - self._window_ns:
            self._remembered.popleft()
