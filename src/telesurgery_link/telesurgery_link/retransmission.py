"""Sending until it is acknowledged: the sending half of the policy ``ordered``."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from telesurgery_link.delivery import WINDOW

LONGEST_WAIT_NS = 1_000_000_000
"""A message is sent again at least this often, however long nothing is heard."""


@dataclass(frozen=True, slots=True)
class Transmission:
    """A message that is to be sent now."""

    sequence: int
    oldest: int
    taken_ns: int
    payload: bytes


@dataclass(slots=True)
class _Held:
    taken_ns: int
    payload: bytes
    due_ns: int
    wait_ns: int = 0


class UnacknowledgedMessages:
    """The messages of one ordered channel that the peer has not acknowledged yet.

    Attributes:
        given_up: number of messages dropped because they grew too old or too many.
    """

    def __init__(self, lifetime_ns: int | None) -> None:
        """Give a message up after ``lifetime_ns``; None: never."""
        self.given_up = 0
        self._lifetime_ns = lifetime_ns
        self._held: OrderedDict[int, _Held] = OrderedDict()
        self._next_sequence = 1

    def put(self, payload: bytes, now_ns: int) -> None:
        """Take a message; it is due at once."""
        if len(self._held) == WINDOW:
            self._give_up_oldest()
        self._held[self._next_sequence] = _Held(now_ns, payload, due_ns=now_ns)
        self._next_sequence += 1

    def acknowledge(self, expected: int) -> None:
        """Drop every message before ``expected``."""
        while self._held and self.oldest < expected:
            self._held.popitem(last=False)

    def due(self, now_ns: int, timeout_ns: int) -> list[Transmission]:
        """Return what is to be sent now.

        A message is sent again after ``timeout_ns``, then after twice as long each time.
        """
        self._expire(now_ns)
        transmissions = []
        for sequence, held in self._held.items():
            if held.due_ns > now_ns:
                continue
            transmissions.append(Transmission(sequence, self.oldest, held.taken_ns, held.payload))
            held.wait_ns = min(max(timeout_ns, 2 * held.wait_ns), LONGEST_WAIT_NS)
            held.due_ns = now_ns + held.wait_ns
        return transmissions

    def send_all_again(self, now_ns: int) -> None:
        """Let every message be due at once: the peer is new, or back."""
        for held in self._held.values():
            held.due_ns = now_ns
            held.wait_ns = 0

    def next_due_ns(self) -> int | None:
        """Return when ``due`` has something next [ns], or None."""
        if not self._held:
            return None
        return min(held.due_ns for held in self._held.values())

    @property
    def oldest(self) -> int:
        """Number of the oldest message held; if there is none, of the next one to come."""
        return next(iter(self._held), self._next_sequence)

    def __len__(self) -> int:
        return len(self._held)

    def _expire(self, now_ns: int) -> None:
        if self._lifetime_ns is None:
            return
        while self._held and self._held[self.oldest].taken_ns + self._lifetime_ns < now_ns:
            self._give_up_oldest()

    def _give_up_oldest(self) -> None:
        self._held.popitem(last=False)
        self.given_up += 1
