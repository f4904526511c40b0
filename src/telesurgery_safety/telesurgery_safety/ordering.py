"""Which of the arriving commands is the newest; late, doubled and reordered ones are not."""

from __future__ import annotations

from enum import Enum

RESTART_NS = 500_000_000
"""No console is started again in less time than this [ns]."""


class Arrival(Enum):
    """What an arriving command is, compared with the newest one seen."""

    NEWER = 'newer'
    STALE = 'stale'
    """Overtaken or doubled: there is nothing in it that a newer command did not put right."""
    RESTARTED = 'restarted'
    """The first command of a console that counts from the beginning again."""


class Ordering:
    """Compares sequence numbers, and stamps where the numbers went back.

    A command that was overtaken or doubled has a number and a stamp that are not newer than the
    newest ones. No higher number with a much newer stamp comes from a console that was started
    again.
    """

    def __init__(self) -> None:
        self._sequence = -1
        self._stamp_ns = 0

    def classify(self, sequence: int, stamp_ns: int) -> Arrival:
        """Return what the command is; unless it is stale, it is the newest from now on."""
        if sequence > self._sequence:
            arrival = Arrival.NEWER
        elif stamp_ns - self._stamp_ns >= RESTART_NS:
            arrival = Arrival.RESTARTED
        else:
            return Arrival.STALE
        self._sequence, self._stamp_ns = sequence, stamp_ns
        return arrival
