"""The receiving half of a channel: fragments to messages, messages by the channel's policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telesurgery_link.channels import Channel, Policy
from telesurgery_link.delivery import WINDOW, DeliveryRule, InOrder, NewestOnly
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.fragments import Reassembler
from telesurgery_link.frames import Message

NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that has come across the link."""

    channel: Channel
    payload: bytes
    taken_ns: int
    """The sender's clock when its gateway took the message."""
    injected_ns: int
    """Delay injected into the datagram that completed the message."""
    arrival_ns: int
    """This side's clock when that datagram arrived."""


class ReceivingChannel:
    """One incoming channel.

    Attributes:
        received_bytes: bytes of all fragments that came, those of incomplete messages included.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.received_bytes = 0
        self._in_order: InOrder[Delivery] | None = None
        self._rule: DeliveryRule[Delivery]
        if channel.policy is Policy.ORDERED:
            self._rule = self._in_order = InOrder()
            # Fragments wait for those that are sent again, however often that takes.
            self._reassembler = Reassembler(None, capacity=WINDOW)
        else:
            self._rule = NewestOnly()
            self._reassembler = Reassembler(round(channel.reassembly_ms * NS_PER_MS))

    def receive(self, message: Message, injected_ns: int, now_ns: int) -> list[Delivery]:
        """Take a fragment; return what is to be delivered now."""
        self.received_bytes += len(message.payload)
        if not self._rule.wants(message.sequence):
            return []
        payload = self._reassembler.add(
            message.sequence, message.index, message.count, message.payload, now_ns
        )
        if payload is None:
            return []
        delivery = Delivery(self.channel, payload, message.taken_ns, injected_ns, now_ns)
        deliveries = self._rule.accept(message.sequence, message.oldest, delivery)
        self._reassembler.forget_before(self.expected or message.sequence)
        return deliveries

    @property
    def expected(self) -> int | None:
        """The number to acknowledge: all before it have arrived. None: no acknowledgement."""
        return None if self._in_order is None else self._in_order.expected

    @property
    def unfinished(self) -> int:
        """Number of messages that wait for fragments."""
        return self._reassembler.unfinished

    @property
    def given_up(self) -> int:
        """Number of messages of which a part never came in time."""
        return self._reassembler.given_up


class ReceivingChannels:
    """The incoming channels of a session, as far as its peer's present session goes."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = channels
        self._given_up_before = 0
        self._by_id: dict[int, ReceivingChannel] = {}
        self.restart()

    def restart(self) -> None:
        """Begin anew with a peer that has just started; what was given up stays counted."""
        self._given_up_before = self.given_up
        self._by_id = {channel.id: ReceivingChannel(channel) for channel in self._channels}

    def find(self, channel: int) -> ReceivingChannel:
        """Return the channel of that identifier; RefusedFrameError when there is none."""
        receiving = self._by_id.get(channel)
        if receiving is None:
            raise RefusedFrameError(Refusal.UNKNOWN_CHANNEL)
        return receiving

    @property
    def given_up(self) -> int:
        """Number of messages of which a part never came in time."""
        return self._given_up_before + sum(r.given_up for r in self._by_id.values())
