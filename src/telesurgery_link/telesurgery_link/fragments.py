"""Messages larger than a datagram: cut into fragments, put together again."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_UNFINISHED = 32
"""Most messages of one channel that wait for fragments, unless told otherwise."""


def split(payload: bytes, limit: int) -> list[bytes]:
    """Return the fragments of a message, each of at most ``limit`` bytes; at least one."""
    return [payload[at : at + limit] for at in range(0, len(payload), limit)] or [b'']


@dataclass(slots=True)
class _Unfinished:
    begun_ns: int
    count: int
    pieces: dict[int, bytes] = field(default_factory=dict)


class Reassembler:
    """Puts the messages of one channel together, whatever order their fragments come in.

    Attributes:
        given_up: number of messages that were begun and never completed.
    """

    def __init__(self, deadline_ns: int | None, capacity: int = MAX_UNFINISHED) -> None:
        """Give a message up ``deadline_ns`` after its first fragment; None: never.

        Of more than ``capacity`` unfinished messages the oldest is given up.
        """
        self.given_up = 0
        self._deadline_ns = deadline_ns
        self._capacity = capacity
        self._unfinished: dict[int, _Unfinished] = {}

    def add(
        self, sequence: int, index: int, count: int, payload: bytes, now_ns: int
    ) -> bytes | None:
        """Take fragment ``index`` of ``count``; return the message if it is complete now."""
        self._expire(now_ns)
        if count == 1:
            return payload
        message = self._unfinished.get(sequence)
        if message is None:
            message = self._begin(sequence, count, now_ns)
        if message.count != count:  # not a fragment of the message that its number names
            return None
        message.pieces[index] = payload
        if len(message.pieces) < count:
            return None
        del self._unfinished[sequence]
        return b''.join(message.pieces[at] for at in range(count))

    def forget_before(self, sequence: int) -> None:
        """Give up the messages older than ``sequence``."""
        for old in [number for number in self._unfinished if number < sequence]:
            self._give_up(old)

    @property
    def unfinished(self) -> int:
        """Number of messages that wait for fragments."""
        return len(self._unfinished)

    def _begin(self, sequence: int, count: int, now_ns: int) -> _Unfinished:
        if len(self._unfinished) == self._capacity:
            self._give_up(min(self._unfinished))
        message = _Unfinished(now_ns, count)
        self._unfinished[sequence] = message
        return message

    def _expire(self, now_ns: int) -> None:
        if self._deadline_ns is None:
            return
        begun_before = now_ns - self._deadline_ns
        for sequence in [
            sequence
            for sequence, message in self._unfinished.items()
            if message.begun_ns < begun_before
        ]:
            self._give_up(sequence)

    def _give_up(self, sequence: int) -> None:
        del self._unfinished[sequence]
        self.given_up += 1
