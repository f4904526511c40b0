"""In which order messages are delivered: the receiving half of a channel's policy."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

T = TypeVar('T')

WINDOW = 256
"""Most messages of an ordered channel under way at once; a bound on memory at both ends."""


class DeliveryRule(Protocol[T]):
    """Decides which complete messages go out, and when."""

    def wants(self, sequence: int) -> bool:
        """Return whether the message of this number could still be delivered."""
        ...

    def accept(self, sequence: int, oldest: int, message: T) -> list[T]:
        """Take a complete message; return what is to be delivered now, in order."""
        ...


class NewestOnly(Generic[T]):
    """Delivers a message if it is newer than all before it: ``latest`` and ``media``."""

    def __init__(self) -> None:
        self._newest = 0

    def wants(self, sequence: int) -> bool:
        """Return whether the number is newer than all delivered."""
        return sequence > self._newest

    def accept(self, sequence: int, oldest: int, message: T) -> list[T]:
        """Return the message if it is newer than all delivered."""
        if not self.wants(sequence):
            return []
        self._newest = sequence
        return [message]


class InOrder(Generic[T]):
    """Delivers every message once and in order: ``ordered``.

    The sender says with every message which is the oldest that it still holds. A receiver that
    comes to a running session starts there; and a message that the sender has given up is not
    waited for.

    Attributes:
        expected: the number that is delivered next; 0 until the first message.
    """

    def __init__(self) -> None:
        self.expected = 0
        self._waiting: dict[int, T] = {}

    @property
    def held(self) -> int:
        """Number of messages that wait for an earlier one."""
        return len(self._waiting)

    def wants(self, sequence: int) -> bool:
        """Return whether the number is neither delivered nor held, nor too far ahead."""
        if self.expected == 0:
            return True
        return self.expected <= sequence < self.expected + WINDOW and sequence not in self._waiting

    def accept(self, sequence: int, oldest: int, message: T) -> list[T]:
        """Return the messages that are in order now."""
        self._skip_to(oldest)
        if self.wants(sequence):
            self._waiting[sequence] = message
        ready = []
        while self.expected in self._waiting:
            ready.append(self._waiting.pop(self.expected))
            self.expected += 1
        return ready

    def _skip_to(self, oldest: int) -> None:
        # Numbers begin at 1: a first message that says 0 must not leave `expected` unset.
        oldest = max(oldest, 1)
        if oldest <= self.expected:
            return
        self.expected = oldest
        for given_up in [number for number in self._waiting if number < oldest]:
            del self._waiting[given_up]
