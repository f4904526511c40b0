"""The frame: what one gateway says to the other, and its form inside a datagram.

All numbers are big-endian. A frame is a header and the body that ``kind`` names:

    session u64 | number u64 | sent time i64 | kind u8 | body

``datagrams.py`` says how a frame travels, ``sealing.py`` how it is sealed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from telesurgery_link.datagrams import FRAME_LIMIT
from telesurgery_link.errors import Refusal, RefusedFrameError

MAX_FRAGMENTS = 4096
"""Most fragments of a message: about 4.6 MB, more than a raw camera image needs."""

MAX_TIME_NS = (2**31 - 1) * 10**9
"""Times from 0 to here fit into a ROS time stamp."""

_HEADER = struct.Struct('!QQqB')
_MESSAGE = struct.Struct('!IQQqHH')
_ACKNOWLEDGEMENT = struct.Struct('!QIQ')
_PING = struct.Struct('!')
_ECHO = struct.Struct('!Qqq')

PAYLOAD_LIMIT = FRAME_LIMIT - _HEADER.size - _MESSAGE.size
"""Most bytes of a message in one frame."""


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
    """What one datagram carries."""

    session: int
    """Drawn at random when the sender's process started; never 0."""
    number: int
    """Counts the frames of the session from 1; 0: an echo, which belongs to its path alone."""
    sent_ns: int
    """The sender's clock when the frame was put on its way."""
    body: Body


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame."""
    kind, body = _encode_body(frame.body)
    return _HEADER.pack(frame.session, frame.number, frame.sent_ns, kind) + body


def parse(data: bytes) -> Frame:
    """Return the frame of some bytes; RefusedFrameError for anything that is not one."""
    if len(data) < _HEADER.size:
        raise RefusedFrameError(Refusal.TOO_SHORT)
    session, number, sent_ns, kind = _HEADER.unpack_from(data)
    try:
        body = _PARSERS[kind](data)
    except (struct.error, KeyError):
        raise RefusedFrameError(Refusal.MALFORMED) from None
    possible = (
        session != 0
        and (number == 0) == (kind == _ECHO_KIND)
        and 0 <= sent_ns <= MAX_TIME_NS
        and len(data) <= FRAME_LIMIT
    )
    if body is None or not possible:
        raise RefusedFrameError(Refusal.MALFORMED)
    return Frame(session, number, sent_ns, body)


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


def _parse_message(data: bytes) -> Message | None:
    channel, sequence, oldest, taken_ns, index, count = _MESSAGE.unpack_from(data, _HEADER.size)
    possible = (
        sequence >= 1
        and oldest <= sequence
        and 0 <= taken_ns <= MAX_TIME_NS
        and index < count <= MAX_FRAGMENTS
    )
    if not possible:
        return None
    payload = data[_HEADER.size + _MESSAGE.size :]
    return Message(channel, sequence, oldest, taken_ns, index, count, payload)


def _parse_acknowledgement(data: bytes) -> Acknowledgement:
    return Acknowledgement(*_ACKNOWLEDGEMENT.unpack(data[_HEADER.size :]))


def _parse_ping(data: bytes) -> Ping:
    _PING.unpack(data[_HEADER.size :])
    return Ping()


def _parse_echo(data: bytes) -> Echo | None:
    session, origin_ns, received_ns = _ECHO.unpack(data[_HEADER.size :])
    possible = 0 <= origin_ns <= MAX_TIME_NS and 0 <= received_ns <= MAX_TIME_NS
    return Echo(session, origin_ns, received_ns) if possible else None


_PARSERS = {
    _MESSAGE_KIND: _parse_message,
    _ACKNOWLEDGEMENT_KIND: _parse_acknowledgement,
    _PING_KIND: _parse_ping,
    _ECHO_KIND: _parse_echo,
}
