"""The datagram: the outermost form of everything that leaves a gateway.

All numbers are big-endian. Every datagram begins the same way, whatever the version:

    magic 4s | version u8 | kind u8 | injected delay u64 | its check u32

The injected delay is written by the emulated WAN when it releases a datagram, as a measuring
point on the path would; it is no part of what the sender says, and neither seal nor checksum cover
it. It has a check of its own, and only measurements believe it. What follows depends on the kind:

    OPEN           path u8 | side u32 | number u64 | frame | CRC-32 u32
    SEALED         path u8 | key u32 | number u64 | frame, encrypted | tag 16s
    KNOCK, HELLO, REPLY    how two gateways agree on a key: ``handshake.py``
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import Enum

from telesurgery_link.errors import Refusal, RefusedFrameError

MAGIC = b'TSLK'
VERSION = 2

DATAGRAM_LIMIT = 1232
"""Largest datagram [bytes]: the least MTU of IPv6, 1280, less the headers of IPv6 and UDP."""

MAX_INJECTED_NS = 3600 * 10**9
"""No emulated path takes longer than an hour."""

TAIL_BYTES = 16
"""Room for what shows that a frame is whole: a tag, or a checksum."""


class Kind(Enum):
    """What a datagram is."""

    OPEN = 1
    SEALED = 2
    KNOCK = 3
    HELLO = 4
    REPLY = 5


_KINDS = {kind.value: kind for kind in Kind}
_START = struct.Struct('!4sBBQI')
_MARK = struct.Struct('!QI')
_MARK_AT = 6
_DELAY = struct.Struct('!Q')
_UNMARKED = (0, zlib.crc32(bytes(8)))
_LABEL = struct.Struct('!BBBIQ')
_LABEL_FROM = _START.size
_LABEL_SIZE = _LABEL.size - 2
_CHECKSUM = struct.Struct('!I')

FRAME_LIMIT = DATAGRAM_LIMIT - _START.size - _LABEL_SIZE - TAIL_BYTES
"""Largest frame [bytes]."""

LONGEST_NUMBER = 2**64 - 1
MOST_PATHS = 256


@dataclass(frozen=True, slots=True)
class Datagram:
    """A datagram of this version; nothing of it is proved yet."""

    kind: Kind
    injected_ns: int
    """What an emulated WAN says to have added."""
    body: bytes
    """What follows the common start."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a frame: which of which key's datagrams on which path it is."""

    path: int
    key: int
    """Names the key; unsealed: 1 from the surgeon's side, 2 from the patient's, 0 not said."""
    number: int
    """Counts the datagrams of the path and key from 1."""


def parse(data: bytes) -> Datagram:
    """Return a datagram's parts; RefusedFrameError for anything that is not one."""
    if len(data) < _START.size:
        raise RefusedFrameError(Refusal.TOO_SHORT)
    magic, version, number, injected_ns, check = _START.unpack_from(data)
    if magic != MAGIC:
        raise RefusedFrameError(Refusal.FOREIGN)
    if version != VERSION:
        raise RefusedFrameError(Refusal.VERSION)
    kind = _KINDS.get(number)
    if kind is None or len(data) > DATAGRAM_LIMIT:
        raise RefusedFrameError(Refusal.MALFORMED)
    if check != zlib.crc32(data[_MARK_AT : _MARK_AT + 8]) or injected_ns > MAX_INJECTED_NS:
        raise RefusedFrameError(Refusal.DAMAGED)
    return Datagram(kind, injected_ns, data[_START.size :])


def compose(kind: Kind, body: bytes) -> bytes:
    """Return the datagram of a kind and what follows the common start."""
    return _START.pack(MAGIC, VERSION, kind.value, *_UNMARKED) + body


def annotate(data: bytes, injected_ns: int) -> bytes:
    """Return the datagram with the delay that the emulated WAN has added to it."""
    if injected_ns == 0:
        return data
    delay = _DELAY.pack(injected_ns)
    return data[:_MARK_AT] + _MARK.pack(injected_ns, zlib.crc32(delay)) + data[_START.size :]


def associated(kind: Kind, label: Label) -> bytes:
    """Return what a seal or checksum covers besides the frame: version, kind and label."""
    return _LABEL.pack(VERSION, kind.value, label.path, label.key, label.number)


def labelled(kind: Kind, covered: bytes, content: bytes) -> bytes:
    """Return the datagram of what ``associated`` gave and the content behind it."""
    return compose(kind, covered[2:] + content)


def split(datagram: Datagram) -> tuple[Label, bytes, bytes]:
    """Return label, what ``associated`` gives for it, and the content; RefusedFrameError."""
    if len(datagram.body) < _LABEL_SIZE:
        raise RefusedFrameError(Refusal.TOO_SHORT)
    covered = bytes((VERSION, datagram.kind.value)) + datagram.body[:_LABEL_SIZE]
    _, _, path, key, number = _LABEL.unpack(covered)
    if number == 0:
        raise RefusedFrameError(Refusal.MALFORMED)
    return Label(path, key, number), covered, datagram.body[_LABEL_SIZE:]


def checksum(covered: bytes, frame: bytes) -> bytes:
    """Return the CRC-32 of an unsealed frame and what stands before it."""
    return _CHECKSUM.pack(zlib.crc32(frame, zlib.crc32(covered)))


def without_checksum(covered: bytes, content: bytes) -> bytes:
    """Return the frame of an unsealed datagram; RefusedFrameError when a bit is wrong."""
    frame = content[: -_CHECKSUM.size]
    if checksum(covered, frame) != content[-_CHECKSUM.size :]:
        raise RefusedFrameError(Refusal.DAMAGED)
    return frame
