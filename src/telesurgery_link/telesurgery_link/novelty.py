"""Which numbers of a sequence have come: the sliding window of RFC 6479."""

from __future__ import annotations

from enum import Enum

MEMORY = 4096
"""How many numbers back a repeated one is recognised; what is older counts as repeated."""
_MASK = (1 << MEMORY) - 1


class Novelty(Enum):
    """What a number says about what bears it."""

    NEW = 'new'
    REPEATED = 'repeated'
    TOO_OLD = 'too old to tell'


class NumberWindow:
    """Remembers which of the newest ``MEMORY`` numbers have come; numbers begin at 1.

    Attributes:
        highest: the highest number taken; 0 before the first.
    """

    def __init__(self) -> None:
        self.highest = 0
        self._seen = 0  # bit n: number (highest - n) has come

    def judge(self, number: int) -> Novelty:
        """Return what a number is, without taking it."""
        behind = self.highest - number
        if behind < 0:
            return Novelty.NEW
        if behind >= MEMORY:
            return Novelty.TOO_OLD
        return Novelty.REPEATED if self._seen >> behind & 1 else Novelty.NEW

    def take(self, number: int) -> Novelty:
        """Take a number; return what it was."""
        ahead = number - self.highest
        if ahead > 0:
            self._seen = ((self._seen << ahead) | 1) & _MASK if ahead < MEMORY else 1
            self.highest = number
            return Novelty.NEW
        if ahead <= -MEMORY:
            return Novelty.TOO_OLD
        bit = 1 << -ahead
        if self._seen & bit:
            return Novelty.REPEATED
        self._seen |= bit
        return Novelty.NEW
