"""Parsers of what comes from the network, alone and with the state machines behind them."""

from __future__ import annotations

import contextlib
import random
import struct
from collections.abc import Iterator

from telesurgery_link import datagrams, frames
from telesurgery_link.channels import Channel, ChannelTable, Direction, Policy, Quality, Side
from telesurgery_link.datagrams import Kind
from telesurgery_link.errors import RefusedFrameError
from telesurgery_link.fragments import MAX_UNFINISHED, Reassembler
from telesurgery_link.impairment import StagedImpairment, Streams, Treatment
from telesurgery_link.keys import PreSharedKey
from telesurgery_link.path import Path
from telesurgery_link.protection import Protection, Unprotected
from telesurgery_link.sealed import Sealed
from telesurgery_link.session import Session
from telesurgery_qualify import minutes as qualify_minutes
from telesurgery_qualify import probe as qualify_probe
from telesurgery_qualify.errors import MalformedError

START_NS = 1_700_000_000_000_000_000
STEP_NS = 5_000_000
KEY = PreSharedKey(bytes(range(32)))


def _channel(policy: Policy, direction: Direction, quality: Quality) -> Channel:
    name = f'/{policy.value}/{direction.value}'
    return Channel(name, 'std_msgs/msg/Int64', direction, policy, quality)


TABLE = ChannelTable(
    tuple(
        _channel(policy, direction, quality)
        for policy, quality in (
            (Policy.LATEST, Quality.STREAM),
            (Policy.ORDERED, Quality.LATCHED),
            (Policy.MEDIA, Quality.STREAM),
        )
        for direction in Direction
    )
)
INCOMING = TABLE.towards(Direction.SURGEON_TO_PATIENT)


def datagram(data: bytes) -> None:
    """Parse a datagram; what is one comes back the same when it is composed."""
    with contextlib.suppress(RefusedFrameError):
        found = datagrams.parse(data)
        composed = datagrams.annotate(datagrams.compose(found.kind, found.body), found.injected_ns)
        if composed != data:
            raise AssertionError('a datagram that is not what it was parsed to')
        _, covered, content = datagrams.split(found)
        datagrams.without_checksum(covered, content)


def frame(data: bytes) -> None:
    """Parse a frame; what is one comes back the same when it is encoded."""
    with contextlib.suppress(RefusedFrameError):
        if frames.encode(frames.parse(data)) != data:
            raise AssertionError('a frame that is not what it was parsed to')


def fragments(data: bytes) -> None:
    """Put fragments of chosen numbers together; memory stays bounded."""
    reassembler = Reassembler(deadline_ns=50_000_000)
    for at, (sequence, index, count, step) in enumerate(struct.iter_unpack('<HBBB', _whole(data))):
        count = max(1, count)
        reassembler.add(sequence, index % count, count, bytes(index), at * step * 1_000_000)
        if step == 0:
            reassembler.forget_before(sequence)
        if reassembler.unfinished > MAX_UNFINISHED:
            raise AssertionError(f'{reassembler.unfinished} messages wait for fragments')


def session(data: bytes) -> None:
    """Hand a session frames whose checksums are right, whatever they say."""
    protection = Unprotected()
    end = _session(Side.PATIENT, Unprotected(), 1)
    for number, piece in enumerate(_pieces(data)):
        if piece[:1] == b'm':  # most bytes would be no message of any channel
            piece = _message(piece[1:], number)
        end.receive_datagram(protection.protect(0, piece, 0), START_NS + number * STEP_NS)
        end.datagrams_to_send(START_NS + number * STEP_NS)
        end.deliveries()
    end.report(START_NS + STEP_NS)


def sealed(data: bytes) -> None:
    """Let two sealed ends talk while a third one repeats, changes and invents datagrams.

    Nothing that was not sent by the other end may be delivered.
    """
    ends = {side: _session(side, _sealed(side), side.sends.index + 1) for side in Side}
    sent: set[bytes] = set()
    seen: list[bytes] = []
    now_ns = START_NS
    for number, piece in enumerate(_pieces(data)):
        now_ns += STEP_NS
        payload = b'genuine %d' % number
        sent.add(payload)
        ends[Side.SURGEON].send(INCOMING[number % len(INCOMING)].id, payload, now_ns)
        for side, end in ends.items():
            for _, genuine in end.datagrams_to_send(now_ns):
                seen.append(genuine)
                ends[side.other].receive_datagram(genuine, now_ns)
        for side, end in ends.items():
            end.receive_datagram(_tampered(piece, seen), now_ns)
            for delivery in end.deliveries():
                if delivery.payload not in sent or side is not Side.PATIENT:
                    raise AssertionError('something was delivered that nobody sent')
        del seen[:-64]


def minutes(data: bytes) -> None:
    """Parse what two ends of a qualification tell one another."""
    with contextlib.suppress(MalformedError):
        qualify_minutes.encode(qualify_minutes.parse(data))


def probe(data: bytes) -> None:
    """Parse a frame of the qualification's load."""
    with contextlib.suppress(MalformedError):
        found = qualify_probe.parse(data)
        if qualify_probe.encode(found, len(data))[:24] != data[:24]:
            raise AssertionError('a frame of the load that is not what it was parsed to')


def _session(side: Side, protection: Protection, number: int) -> Session:
    free = StagedImpairment(Treatment(), Streams.seeded(1, side.sends.index), 0)
    return Session(
        session=number,
        side=side,
        table=TABLE,
        paths={'main': Path(free)},
        protection=protection,
        now_ns=START_NS,
    )


def _sealed(side: Side) -> Sealed:
    return Sealed(
        side=side,
        session=side.sends.index + 1,
        keys=KEY,
        randomness=random.Random(side.value).randbytes,
        now_ns=START_NS,
    )


def _message(data: bytes, number: int) -> bytes:
    """Return a frame with a message of a channel that exists; ``data`` says the rest."""
    head = data[:6].ljust(6, b'\0')
    channel, sequence, oldest, index, count, sent_ms = head
    body = frames.Message(
        INCOMING[channel % len(INCOMING)].id,
        sequence + 1,
        min(oldest, sequence),
        START_NS,
        index % max(count, 1),
        max(count, 1),
        data[6:600],
    )
    return frames.encode(frames.Frame(7, number + 1, START_NS + sent_ms * 1_000_000, body))


def _tampered(piece: bytes, seen: list[bytes]) -> bytes:
    """Return a datagram that was seen with some bytes changed, or one made of the bytes."""
    if len(piece) < 2 or not seen:
        return datagrams.compose(Kind.SEALED, piece)
    which, how, *changes = piece
    if how % 4 == 0:
        return datagrams.compose(list(Kind)[which % len(Kind)], bytes(changes))
    changed = bytearray(seen[which % len(seen)])
    for at, change in zip(changes[::2], changes[1::2], strict=False):
        changed[at % len(changed)] ^= change
    return bytes(changed[: len(changed) - (how % 4 == 1)])


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield pieces of the bytes, each behind a byte that says how long it is."""
    at = 0
    while at < len(data):
        length = data[at]
        yield data[at + 1 : at + 1 + length]
        at += 1 + length


def _whole(data: bytes) -> bytes:
    return data[: len(data) // 5 * 5]
