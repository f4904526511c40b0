"""What is known of one direction while a run goes on."""

from __future__ import annotations

from telesurgery_qualify.errors import MalformedError
from telesurgery_qualify.evidence import DirectionEvidence, Reading, Sent
from telesurgery_qualify.load import Kind
from telesurgery_qualify.samples import Samples

LONGEST_NS = 24 * 3600 * 1_000_000_000
"""No run lasts so long."""


class Logbook:
    """Grows while frames come, or while the other end tells of those that came there.

    Attributes:
        readings: what the receiving session counted, once a second.
        sent: the sender's own word at the end.
        is_complete: whether everything that came has been noted.
        broke_ns: the receiver's clock when the run broke off, or None.
    """

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.sent: Sent | None = None
        self.is_complete = False
        self.broke_ns: int | None = None
        self._told_from_ns: int | None = None
        self._new: dict[Kind, list[tuple[int, ...]]] = {Kind.CONTROL: [], Kind.VIDEO: []}
        self._parts: dict[Kind, list[Samples]] = {Kind.CONTROL: [], Kind.VIDEO: []}

    def note(self, kind: Kind, row: tuple[int, ...]) -> None:
        """Take a frame that came; see ``samples.COLUMNS``."""
        self._new[kind].append(row)

    def add(self, kind: Kind, samples: Samples) -> None:
        """Take frames that the other end tells of; MalformedError for those of another time."""
        if len(samples) == 0:
            return
        if self._told_from_ns is None:
            self._told_from_ns = int(samples.arrival_ns[0])
        if abs(samples.arrival_ns - self._told_from_ns).max() > LONGEST_NS:
            raise MalformedError('a batch of frames that came days apart')
        self._parts[kind].append(samples)

    def untold(self, kind: Kind, most: int) -> list[Samples]:
        """Return the frames noted since the last call, in parts of at most ``most``."""
        rows, self._new[kind] = self._new[kind], []
        parts = [Samples.of(rows[at : at + most]) for at in range(0, len(rows), most)]
        self._parts[kind] += parts
        return parts

    def count(self, kind: Kind) -> int:
        """Return the number of frames known of."""
        return len(self._new[kind]) + sum(len(part) for part in self._parts[kind])

    def latest(self) -> tuple[int, ...] | None:
        """Return the newest control frame not yet told, or None."""
        return self._new[Kind.CONTROL][-1] if self._new[Kind.CONTROL] else None

    def evidence(self, period_ns: int, sent: Sent | None = None) -> DirectionEvidence:
        """Return all of it; ``sent`` where the sender is this end itself.

        Control frames are due every ``period_ns``: those missing at the end of a complete record
        make it end so much later.
        """
        for kind in self._new:
            self.untold(kind, max(1, len(self._new[kind])))
        control = Samples.joined(self._parts[Kind.CONTROL]).in_order()
        told = self.sent if sent is None else sent
        return DirectionEvidence(
            control,
            Samples.joined(self._parts[Kind.VIDEO]).in_order(),
            tuple(self.readings),
            told,
            self._ended_ns(control, told, period_ns),
        )

    def _ended_ns(self, control: Samples, told: Sent | None, period_ns: int) -> int:
        if self.broke_ns is not None:
            return self.broke_ns
        if len(control) == 0:
            return 0
        missing = 0
        if told is not None and self.is_complete:
            missing = max(0, told.frames[Kind.CONTROL] - 1 - int(control.number[-1]))
        return int(control.arrival_ns[-1]) + missing * period_ns
