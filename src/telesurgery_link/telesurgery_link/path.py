"""Frames on their way: what the impairment has taken and not yet delivered."""

from __future__ import annotations

import heapq

from telesurgery_link.impairment import Impairment


class Path:
    """Holds datagrams until the impairment delivers them. The impairment may be exchanged."""

    def __init__(self, impairment: Impairment) -> None:
        self.impairment = impairment
        """Decides about what is submitted from now on; frames in flight keep their fate."""
        self._in_flight: list[tuple[int, int, int, bytes]] = []
        self._submitted = 0

    def submit(self, datagram: bytes, now_ns: int) -> None:
        """Put a datagram on its way."""
        self._submitted += 1
        for due_ns in self.impairment.submit(now_ns, len(datagram)):
            # The count keeps datagrams that are due at the same time in the order of submission.
            entry = (due_ns, self._submitted, due_ns - now_ns, datagram)
            heapq.heappush(self._in_flight, entry)

    def released(self, now_ns: int) -> list[tuple[bytes, int]]:
        """Return the datagrams that are due, in order, each with the delay injected [ns]."""
        released = []
        while self._in_flight and self._in_flight[0][0] <= now_ns:
            _, _, injected_ns, datagram = heapq.heappop(self._in_flight)
            released.append((datagram, injected_ns))
        return released

    def next_release_ns(self) -> int | None:
        """Return when the next datagram is due [ns], or None while nothing is in flight."""
        return self._in_flight[0][0] if self._in_flight else None

    @property
    def in_flight(self) -> int:
        """Number of datagrams on their way."""
        return len(self._in_flight)
