"""Frames on their way: what the impairment has taken and not yet delivered."""

from __future__ import annotations

import heapq
from typing import NamedTuple

from telesurgery_link.impairment.bandwidth import Bottleneck
from telesurgery_link.impairment.fates import Impairment
from telesurgery_link.impairment.streams import LINK_CHANNEL


class Released(NamedTuple):
    """A datagram that comes out of the path."""

    datagram: bytes
    injected_ns: int
    """How long the path has kept it."""
    flipped: float | None
    """Where its bit is to be flipped (``impairment.fates.flip_bit``); None: unharmed.

    The datagram itself is unharmed, so that whoever sends it can still write into it and seal it:
    what flips a bit comes after that.
    """


class _Entry(NamedTuple):
    """A datagram inside; compares by when it is due, then by when it was submitted."""

    due_ns: int
    turn: int
    submitted_ns: int
    priority: int
    flipped: float | None
    datagram: bytes


class Path:
    """Holds datagrams for as long as the impairment says: its delay, then its bottleneck.

    The impairment may be exchanged at any time, and a schedule exchanges it by itself. What is on
    its way then keeps its fate, and nothing that is submitted later overtakes it.

    Attributes:
        dropped: number of datagrams dropped because a queue or the path was full.
    """

    def __init__(self, impairment: Impairment) -> None:
        self.dropped = 0
        self._impairment = impairment
        self._in_force: Impairment | None = None
        self._delayed: list[_Entry] = []
        self._bottleneck: Bottleneck[_Entry] = Bottleneck()
        self._submitted = 0
        self._last_in_place_ns = 0
        self._not_before_ns = 0

    @property
    def impairment(self) -> Impairment:
        """Decides about what is submitted from now on."""
        return self._impairment

    @impairment.setter
    def impairment(self, impairment: Impairment) -> None:
        self._impairment = impairment

    def submit(self, datagram: bytes, now_ns: int, channel: int = LINK_CHANNEL) -> None:
        """Put a datagram of a channel on its way."""
        impairment = self._follow(now_ns)
        priority = impairment.priority(channel)
        for delay_ns, flipped, in_place in impairment.fates(now_ns, channel):
            if impairment.limit_frames is not None and self._held >= impairment.limit_frames:
                self.dropped += 1
                continue
            due_ns = max(now_ns + delay_ns, self._not_before_ns)
            if in_place:
                due_ns = self._last_in_place_ns = max(due_ns, self._last_in_place_ns)
            # The turn keeps datagrams that are due at the same time in the order of submission.
            self._submitted += 1
            entry = _Entry(due_ns, self._submitted, now_ns, priority, flipped, datagram)
            heapq.heappush(self._delayed, entry)

    def released(self, now_ns: int) -> list[Released]:
        """Return the datagrams that are due, in order."""
        self._follow(now_ns)
        released: list[Released] = []
        while True:
            due_ns = self._delayed[0].due_ns if self._delayed else None
            left_ns = self._bottleneck.next_ns
            if left_ns is not None and left_ns <= now_ns and (due_ns is None or left_ns <= due_ns):
                released.append(_released(*self._bottleneck.leave()))
            elif due_ns is None or due_ns > now_ns:
                return released
            else:
                self._pass_on(heapq.heappop(self._delayed), released)

    def next_release_ns(self) -> int | None:
        """Return when to ask for ``released`` next [ns], or None while nothing is in flight."""
        left_ns = self._bottleneck.next_ns
        if not self._delayed:
            return left_ns
        due_ns = self._delayed[0].due_ns
        return due_ns if left_ns is None else min(due_ns, left_ns)

    @property
    def _held(self) -> int:
        return len(self._delayed) + self._bottleneck.held

    def _pass_on(self, entry: _Entry, released: list[Released]) -> None:
        bottleneck = self._bottleneck
        if bottleneck.bandwidth is None and bottleneck.is_idle:
            released.append(_released(entry.due_ns, entry))
            return
        dropped_before = bottleneck.dropped
        bottleneck.arrive(entry.due_ns, len(entry.datagram), entry.priority, entry)
        self.dropped += bottleneck.dropped - dropped_before

    def _follow(self, now_ns: int) -> Impairment:
        impairment = self._impairment.at(now_ns)
        if impairment is not self._in_force:
            self._in_force = impairment
            self._bottleneck.bandwidth = impairment.bandwidth
            if self._delayed:
                self._not_before_ns = max(entry.due_ns for entry in self._delayed)
        return impairment


def _released(left_ns: int, entry: _Entry) -> Released:
    return Released(entry.datagram, left_ns - entry.submitted_ns, entry.flipped)
