"""Fragments of large messages that leave in portions, so that others get their turn between."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from telesurgery_link.channels import Policy
from telesurgery_link.frames import Message
from telesurgery_link.sending import SendingChannel


class Portions:
    """What waits to leave; of ``latest`` and ``media`` only the newest message does.

    A picture is a hundred datagrams: put on their way at once they would hold up every other
    message for milliseconds.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[SendingChannel, Message]] = deque()

    def put(self, sending: SendingChannel, fragments: list[Message]) -> None:
        """Take the fragments of a channel's newest message."""
        if sending.channel.policy is not Policy.ORDERED:
            kept = (entry for entry in self._waiting if entry[0] is not sending)
            self._waiting = deque(kept)
        self._waiting.extend((sending, fragment) for fragment in fragments)

    def take(self, most: int) -> Iterator[tuple[SendingChannel, Message]]:
        """Yield at most so many fragments, in the order in which they were put."""
        for _ in range(min(most, len(self._waiting))):
            yield self._waiting.popleft()

    def __len__(self) -> int:
        return len(self._waiting)
