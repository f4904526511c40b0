"""Large messages leave in portions and hold nobody up."""

from __future__ import annotations

from link_world import LATEST, MEDIA, MS, ORDERED, World

from telesurgery_link.channels import Channel
from telesurgery_link.frames import Message
from telesurgery_link.portions import Portions
from telesurgery_link.sending import SendingChannel

PICTURE = bytes(100_000)


def fragments(count: int, sequence: int = 1) -> list[Message]:
    return [Message(1, sequence, 0, 0, index, count, b'') for index in range(count)]


def taken(portions: Portions, most: int) -> list[tuple[Channel, int, int]]:
    return [(s.channel, f.sequence, f.index) for s, f in portions.take(most)]


def test_a_portion_is_no_larger_than_asked_and_keeps_the_order() -> None:
    portions, media = Portions(), SendingChannel(MEDIA)
    portions.put(media, fragments(5))
    assert taken(portions, 2) == [(MEDIA, 1, 0), (MEDIA, 1, 1)]
    assert len(portions) == 3
    assert len(taken(portions, 100)) == 3
    assert taken(portions, 100) == []


def test_a_newer_picture_takes_the_place_of_an_older_one() -> None:
    portions, media, latest = Portions(), SendingChannel(MEDIA), SendingChannel(LATEST)
    portions.put(media, fragments(5, 1))
    portions.put(latest, fragments(2, 9))
    portions.put(media, fragments(3, 2))
    assert [entry[:2] for entry in taken(portions, 100)] == [(LATEST, 9)] * 2 + [(MEDIA, 2)] * 3


def test_nothing_of_an_ordered_channel_is_replaced() -> None:
    portions, ordered = Portions(), SendingChannel(ORDERED)
    portions.put(ordered, fragments(2, 1))
    portions.put(ordered, fragments(2, 2))
    assert len(taken(portions, 100)) == 4


def test_a_queued_picture_comes_whole_when_all_portions_have_left() -> None:
    world = World()
    world.run(500 * MS)
    session = world.surgeon
    session.queue(MEDIA.id, PICTURE, world.now_ns)
    portions = 0
    while len(session.queued):
        session.send_queued(world.now_ns, 16)
        world.run(1 * MS)
        portions += 1
    world.run(10 * MS)
    assert portions == 6
    assert world.came(MEDIA) == [PICTURE]


def test_a_command_need_not_wait_for_a_picture() -> None:
    world = World()
    world.run(500 * MS)
    world.surgeon.queue(MEDIA.id, PICTURE, world.now_ns)
    world.surgeon.send_queued(world.now_ns, 16)
    world.send(LATEST, b'command')
    world.run(1 * MS)
    assert world.came(LATEST) == [b'command']
    assert world.came(MEDIA) == []


def test_a_queued_message_of_an_ordered_channel_is_not_sent_again_before_its_time() -> None:
    world = World(base_delay_ms=300.0)
    world.run(3000 * MS)
    world.surgeon.queue(ORDERED.id, PICTURE[:20_000], world.now_ns)
    world.surgeon.send_queued(world.now_ns, 100)
    sent = world.surgeon.frames_sent
    world.run(590 * MS)  # the answer takes 600 ms
    messages = world.surgeon.frames_sent - sent
    assert messages <= 590 // 50 + 1  # pings alone
    world.run(100 * MS)
    assert world.came(ORDERED) == [PICTURE[:20_000]]
