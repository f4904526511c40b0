"""The frame: what one datagram says, and its form on the wire.

All numbers are big-endian. A datagram is a header and the body that ``kind`` names:

    magic 4s | version u8 | kind u8 | injected delay u64 | checksum u32
    session u64 | number u64 | sent time i64 | body

The injected delay is written by the emulated WAN when it releases a datagram, as a measuring point
on the path would; it is no part of what the sender says, and the checksum (CRC-32 of version, kind
and everything after the checksum) leaves it out.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from telesurgery_link.errors import Refusal, RefusedFrameError

MAGIC = b'TSLK'
VERSION = 1

DATAGRAM_LIMIT = 1232
"""Largest datagram [bytes]: the least MTU of IPv6, 1280, less the headers of IPv6 and UDP."""

MAX_FRAGMENTS = 4096
"""Most fragments of a message: about 4.7 MB, more than a raw camera image needs."""

MAX_TIME_NS = (2**31 - 1) * 10**9
"""Times from 0 to here fit into a ROS time stamp."""

MAX_INJECTED_NS = 3600 * 10**9
"""No emulated path takes longer than an hour."""

_HEADER = struct.Struct('!4sBBQIQQq')
_INJECTED = struct.Struct('!Q')
_INJECTED_AT = 6
_CHECKED_HEAD = slice(4, _INJECTED_AT)
_CHECKSUM = struct.Struct('!I')
_CHECKSUM_AT = _INJECTED_AT + _INJECTED.size
_CHECKED_FROM = _CHECKSUM_AT + _CHECKSUM.size

_MESSAGE = struct.Struct('!IQQqHH')
_ACKNOWLEDGEMENT = struct.Struct('!QIQ')
_PING = struct.Struct('!')
_ECHO = struct.Struct('!Qqq')

PAYLOAD_LIMIT = DATAGRAM_LIMIT - _HEADER.size - _MESSAGE.size
"""Most bytes of a message in one datagram."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a channel, or one fragment of it."""

    channel: int
    sequence: int
    """Counts the messages of the channel from 1."""
    oldest: int
    """ordered: the oldest message that the sender still holds; else 0."""
    taken_ns: int
    """The sender's clock when it took the message."""
    index: int
    count: int
    """This is fragment ``index`` of ``count``."""
    payload: bytes


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """All messages of an ordered channel before ``expected`` have arrived."""

    session: int
    """The session that is answered."""
    channel: int
    expected: int


@dataclass(frozen=True, slots=True)
class Ping:
    """A question for the round trip; its time is the frame's sent time."""


@dataclass(frozen=True, slots=True)
class Echo:
    """The answer to a ping; the frame's sent time is when it was given."""

    session: int
    """The session that is answered."""
    origin_ns: int
    """Sent time of the ping, by the clock of who asked."""
    received_ns: int
    """When the ping arrived, by the clock of who answers."""


Body = Message | Acknowledgement | Ping | Echo

_MESSAGE_KIND, _ACKNOWLEDGEMENT_KIND, _PING_KIND, _ECHO_KIND = range(1, 5)


@dataclass(frozen=True, slots=True)
class Frame:
    """One datagram."""

    session: int
    """Drawn at random when the sender's process started; never 0."""
    number: int
    """Counts the datagrams of the session from 1."""
    sent_ns: int
    """The sender's clock when the datagram was put on its way."""
    body: Body
    injected_ns: int = 0
    """What an emulated WAN says to have added."""


def encode(frame: Frame) -> bytes:
    """Return the datagram of a frame."""
    kind, body = _encode_body(frame.body)
    head = _HEADER.pack(
        MAGIC, VERSION, kind, frame.injected_ns, 0, frame.session, frame.number, frame.sent_ns
    )
    datagram = bytearray(head + body)
    _CHECKSUM.pack_into(datagram, _CHECKSUM_AT, _checksum(datagram))
    return bytes(datagram)


def annotate(datagram: bytes, injected_ns: int) -> bytes:
    """Return the datagram with the delay that the emulated WAN has added to it."""
    annotated = bytearray(datagram)
    _INJECTED.pack_into(annotated, _INJECTED_AT, injected_ns)
    return bytes(annotated)


def parse(datagram: bytes) -> Frame:
    """Return the frame of a datagram; RefusedFrameError for anything that is not one."""
    if len(datagram) < _HEADER.size:
        raise RefusedFrameError(Refusal.TOO_SHORT)
    magic, version, kind, injected_ns, checksum, session, number, sent_ns = _HEADER.unpack_from(
        datagram
    )
    if magic != MAGIC:
        raise RefusedFrameError(Refusal.FOREIGN)
    if version != VERSION:
        raise RefusedFrameError(Refusal.VERSION)
    if checksum != _checksum(datagram):
        raise RefusedFrameError(Refusal.DAMAGED)
    try:
        body = _PARSERS[kind](datagram)
    except (struct.error, KeyError):
        raise RefusedFrameError(Refusal.MALFORMED) from None
    possible = (
        session != 0
        and number != 0
        and 0 <= sent_ns <= MAX_TIME_NS
        and injected_ns <= MAX_INJECTED_NS
    )
    if body is None or not possible:
        raise RefusedFrameError(Refusal.MALFORMED)
    return Frame(session, number, sent_ns, body, injected_ns)


def _checksum(datagram: bytes | bytearray) -> int:
    view = memoryview(datagram)
    return zlib.crc32(view[_CHECKED_FROM:], zlib.crc32(view[_CHECKED_HEAD]))


def _encode_body(body: Body) -> tuple[int, bytes]:
    match body:
        case Message(channel, sequence, oldest, taken_ns, index, count, payload):
            fields = _MESSAGE.pack(channel, sequence, oldest, taken_ns, index, count)
            return _MESSAGE_KIND, fields + payload
        case Acknowledgement(session, channel, expected):
            return _ACKNOWLEDGEMENT_KIND, _ACKNOWLEDGEMENT.pack(session, channel, expected)
        case Echo(session, origin_ns, received_ns):
            return _ECHO_KIND, _ECHO.pack(session, origin_ns, received_ns)
        case Ping():
            return _PING_KIND, b''


def _parse_message(datagram: bytes) -> Message | None:
    channel, sequence, oldest, taken_ns, index, count = _MESSAGE.unpack_from(
        datagram, _HEADER.size
    )
    possible = (
        sequence >= 1
        and oldest <= sequence
        and 0 <= taken_ns <= MAX_TIME_NS
        and index < count <= MAX_FRAGMENTS
    )
    if not possible:
        return None
    payload = datagram[_HEADER.size + _MESSAGE.size :]
    return Message(channel, sequence, oldest, taken_ns, index, count, payload)


def _parse_acknowledgement(datagram: bytes) -> Acknowledgement:
    return Acknowledgement(*_ACKNOWLEDGEMENT.unpack(datagram[_HEADER.size :]))


def _parse_ping(datagram: bytes) -> Ping:
    _PING.unpack(datagram[_HEADER.size :])
    return Ping()


def _parse_echo(datagram: bytes) -> Echo | None:
    session, origin_ns, received_ns = _ECHO.unpack(datagram[_HEADER.size :])
    possible = 0 <= origin_ns <= MAX_TIME_NS and 0 <= received_ns <= MAX_TIME_NS
    return Echo(session, origin_ns, received_ns) if possible else None


_PARSERS = {
    _MESSAGE_KIND: _parse_message,
    _ACKNOWLEDGEMENT_KIND: _parse_acknowledgement,
    _PING_KIND: _parse_ping,
    _ECHO_KIND: _parse_echo,
}
