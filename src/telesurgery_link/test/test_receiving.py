"""One incoming channel: fragments that come again, late, or for nothing."""

from __future__ import annotations

from link_world import MEDIA, MS, ORDERED

from telesurgery_link.frames import Message
from telesurgery_link.receiving import Delivery, ReceivingChannel


def receive(
    receiving: ReceivingChannel,
    sequence: int,
    index: int,
    *,
    count: int = 2,
    now_ns: int = 0,
    oldest: int = 1,
) -> list[Delivery]:
    piece = f'{sequence}.{index} '.encode()
    message = Message(receiving.channel.id, sequence, oldest, 0, index, count, piece)
    return receiving.receive(message, index, now_ns)


def payloads(deliveries: list[Delivery]) -> list[bytes]:
    return [delivery.payload for delivery in deliveries]


def test_a_message_carries_the_delay_of_the_datagram_that_completed_it() -> None:
    media = ReceivingChannel(MEDIA)
    assert receive(media, 1, 1) == []
    (delivery,) = receive(media, 1, 0, now_ns=7)
    assert delivery.payload == b'1.0 1.1 '
    assert (delivery.injected_ns, delivery.arrival_ns) == (0, 7)


def test_what_is_sent_again_after_delivery_begins_nothing() -> None:
    ordered = ReceivingChannel(ORDERED)
    receive(ordered, 1, 0)
    assert payloads(receive(ordered, 1, 1)) == [b'1.0 1.1 ']
    assert receive(ordered, 1, 0) == []
    assert ordered.unfinished == 0


def test_media_gives_up_older_messages_when_a_newer_one_is_whole() -> None:
    media = ReceivingChannel(MEDIA)
    receive(media, 1, 0)
    receive(media, 2, 0)
    assert payloads(receive(media, 2, 1)) == [b'2.0 2.1 ']
    assert media.unfinished == 0
    assert media.given_up == 1
    assert receive(media, 1, 1) == []
    assert media.unfinished == 0


def test_media_is_not_whole_after_its_deadline() -> None:
    media = ReceivingChannel(MEDIA)
    receive(media, 1, 0)
    assert receive(media, 1, 1, now_ns=251 * MS) == []
    assert media.given_up == 1


def test_ordered_keeps_the_fragments_of_later_messages_while_it_waits() -> None:
    ordered = ReceivingChannel(ORDERED)
    receive(ordered, 2, 0)
    receive(ordered, 3, 0)
    assert receive(ordered, 3, 1, now_ns=10_000 * MS) == []
    assert receive(ordered, 1, 0, count=1) != []
    assert payloads(receive(ordered, 2, 1, now_ns=20_000 * MS)) == [b'2.0 2.1 ', b'3.0 3.1 ']
    assert ordered.unfinished == 0


def test_ordered_forgets_the_fragments_of_what_the_sender_gave_up() -> None:
    ordered = ReceivingChannel(ORDERED)
    receive(ordered, 1, 0)
    assert payloads(receive(ordered, 2, 0, count=1, oldest=2)) == [b'2.0 ']
    assert ordered.unfinished == 0
