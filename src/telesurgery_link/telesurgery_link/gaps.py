"""Runs of numbers that have not come: the bursts of a loss."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

MOST_GAPS = 4096
"""Most runs remembered; then the oldest go."""


@dataclass(frozen=True, slots=True)
class Bursts:
    """The runs of lost frames within a window."""

    count: int
    mean: float
    """Mean length [frames]; NaN without a run."""
    longest: int


@dataclass(slots=True)
class _Gap:
    noticed_ns: int
    first: int
    last: int


class Gaps:
    """Remembers which numbers are missing, as runs, in ascending order."""

    def __init__(self, window_ns: int) -> None:
        self._window_ns = window_ns
        self._gaps: deque[_Gap] = deque()

    def open(self, first: int, last: int, now_ns: int) -> None:
        """Take that the numbers ``first`` to ``last`` were passed over."""
        self._gaps.append(_Gap(now_ns, first, last))
        self._keep_most()

    def fill(self, number: int) -> None:
        """Take that a number came after all: its run ends before it, or falls into two."""
        for at in range(len(self._gaps) - 1, -1, -1):
            gap = self._gaps[at]
            if gap.first <= number <= gap.last:
                self._split(at, gap, number)
                return
            if gap.last < number:
                return

    def bursts(self, now_ns: int) -> Bursts:
        """Return the runs noticed within the window."""
        while self._gaps and self._gaps[0].noticed_ns < now_ns - self._window_ns:
            self._gaps.popleft()
        lengths = [gap.last - gap.first + 1 for gap in self._gaps]
        if not lengths:
            return Bursts(0, math.nan, 0)
        return Bursts(len(lengths), sum(lengths) / len(lengths), max(lengths))

    def _split(self, at: int, gap: _Gap, number: int) -> None:
        del self._gaps[at]
        left = _Gap(gap.noticed_ns, gap.first, number - 1)
        right = _Gap(gap.noticed_ns, number + 1, gap.last)
        for part in (right, left):
            if part.first <= part.last:
                self._gaps.insert(at, part)
        self._keep_most()

    def _keep_most(self) -> None:
        if len(self._gaps) > MOST_GAPS:
            self._gaps.popleft()
