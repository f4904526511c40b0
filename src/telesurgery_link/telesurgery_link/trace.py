"""The record of what happened to each message of a traced channel, handed out in batches."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from telesurgery_link.receiving import Delivery

CAPACITY = 100_000
"""Most entries kept while nobody asks; then the oldest go."""


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One message on its way across the link; times are nanoseconds."""

    number: int
    """DDS publication sequence number that it was published under."""
    taken_ns: int
    injected_ns: int
    arrival_ns: int


class Trace:
    """The entries of one channel. One thread may note while another takes."""

    def __init__(self) -> None:
        self._entries: deque[TraceEntry] = deque(maxlen=CAPACITY)

    def note(self, number: int, delivery: Delivery) -> None:
        """Take a message that was published as ``number``."""
        self._entries.append(
            TraceEntry(number, delivery.taken_ns, delivery.injected_ns, delivery.arrival_ns)
        )

    def take(self) -> list[TraceEntry]:
        """Return the entries since the last call, oldest first."""
        entries = []
        while self._entries:
            entries.append(self._entries.popleft())
        return entries
