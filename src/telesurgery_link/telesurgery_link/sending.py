"""The sending half of a channel: numbers its messages and cuts them into fragments."""

from __future__ import annotations

from telesurgery_link.channels import Channel, Policy, Quality
from telesurgery_link.fragments import split
from telesurgery_link.frames import MAX_FRAGMENTS, PAYLOAD_LIMIT, Message
from telesurgery_link.retransmission import Transmission, UnacknowledgedMessages

LARGEST_MESSAGE = MAX_FRAGMENTS * PAYLOAD_LIMIT
"""Most bytes that one message may have."""

NS_PER_MS = 1_000_000


class SendingChannel:
    """One outgoing channel.

    Attributes:
        oversized: number of messages refused because they were larger than LARGEST_MESSAGE.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.oversized = 0
        self._sequence = 0
        self._due: list[Transmission] = []
        self._newest: bytes | None = None
        self._unacknowledged: UnacknowledgedMessages | None = None
        if channel.policy is Policy.ORDERED:
            lifetime_ms = channel.lifetime_ms
            self._unacknowledged = UnacknowledgedMessages(
                None if lifetime_ms is None else round(lifetime_ms * NS_PER_MS)
            )

    def put(self, payload: bytes, now_ns: int) -> None:
        """Take a message; it is due at once."""
        if len(payload) > LARGEST_MESSAGE:
            self.oversized += 1
            return
        if self.channel.quality is Quality.LATCHED:
            self._newest = payload
        if self._unacknowledged is not None:
            self._unacknowledged.put(payload, now_ns)
            return
        self._sequence += 1
        self._due.append(Transmission(self._sequence, 0, now_ns, payload))

    def due(self, now_ns: int, timeout_ns: int) -> list[Message]:
        """Return the fragments that are to be sent now.

        ``timeout_ns`` is how long an answer may take before an ordered message is sent again.
        """
        if self._unacknowledged is not None:
            transmissions = self._unacknowledged.due(now_ns, timeout_ns)
        else:
            transmissions, self._due = self._due, []
        return [fragment for transmission in transmissions for fragment in self._cut(transmission)]

    def next_due_ns(self) -> int | None:
        """Return when ``due`` must be asked again [ns], or None."""
        return None if self._unacknowledged is None else self._unacknowledged.next_due_ns()

    def acknowledge(self, expected: int) -> None:
        """Take the peer's word that every message before ``expected`` has arrived."""
        if self._unacknowledged is not None:
            self._unacknowledged.acknowledge(expected)

    def greet(self, now_ns: int) -> None:
        """Tell a peer that has just come what it must know: the latched and the unacknowledged."""
        if self._unacknowledged:
            self._unacknowledged.send_all_again(now_ns)
        elif self._newest is not None:
            self.put(self._newest, now_ns)

    @property
    def given_up(self) -> int:
        """Number of ordered messages that were dropped unacknowledged."""
        return 0 if self._unacknowledged is None else self._unacknowledged.given_up

    def _cut(self, transmission: Transmission) -> list[Message]:
        pieces = split(transmission.payload, PAYLOAD_LIMIT)
        return [
            Message(
                self.channel.id,
                transmission.sequence,
                transmission.oldest,
                transmission.taken_ns,
                index,
                len(pieces),
                piece,
            )
            for index, piece in enumerate(pieces)
        ]
