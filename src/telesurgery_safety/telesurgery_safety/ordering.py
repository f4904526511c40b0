"""Which of the arriving commands is the newest; late, doubled and reordered ones are not."""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum

RESTART_NS = 500_000_000
"""No console is started again in less time than this [ns]."""
NUMBERS_PER_NS = 2000e-9
SLACK = 100
"""No console counts faster than this; stamps are those of samples and may be a little apart."""
KEPT = 256
"""So many of the newest numbers are remembered with their stamps."""


class Arrival(Enum):
    """What an arriving command is, compared with the newest one seen."""

    NEWER = 'newer'
    STALE = 'stale'
    """Overtaken or doubled: there is nothing in it that a newer command did not put right."""
    RESTARTED = 'restarted'
    """The first command of a console that counts from the beginning again."""
    FOREIGN = 'foreign'
    """Numbered as no console does that sent the ones before: two speak by one name."""


class Ordering:
    """Compares sequence numbers, and stamps where the numbers went back.

    A command that was overtaken or doubled has a number and a stamp that are not newer than the
    newest ones. No higher number with a much newer stamp, or one that is far higher, comes from a
    console that was started again (it begins at zero, or where its clock says). Numbers that
    run away from the stamps, or a number that comes with two stamps, come from somebody else.
    """

    def __init__(self) -> None:
        self._sequence = -1
        self._stamp_ns = 0
        self._stamps: OrderedDict[int, int] = OrderedDict()

    def classify(self, sequence: int, stamp_ns: int) -> Arrival:
        """Return what the command is; if newer or restarted, it is the newest from now on."""
        since_ns = stamp_ns - self._stamp_ns
        runs_away = self._runs_away(sequence, since_ns)
        if since_ns >= RESTART_NS and (runs_away or sequence <= self._sequence):
            arrival = Arrival.RESTARTED
            self._stamps.clear()
        elif self._stamps.get(sequence, stamp_ns) != stamp_ns:
            return Arrival.FOREIGN
        elif runs_away:
            # What is much older was under way when the console was started again.
            return Arrival.STALE if since_ns <= -RESTART_NS else Arrival.FOREIGN
        elif sequence > self._sequence:
            arrival = Arrival.NEWER
        else:
            return Arrival.STALE
        self._sequence, self._stamp_ns = sequence, stamp_ns
        self._stamps[sequence] = stamp_ns
        if len(self._stamps) > KEPT:
            self._stamps.popitem(last=False)
        return arrival

    def _runs_away(self, sequence: int, since_ns: int) -> bool:
        most = SLACK + NUMBERS_PER_NS * abs(since_ns)
        return bool(self._stamps) and abs(sequence - self._sequence) > most
