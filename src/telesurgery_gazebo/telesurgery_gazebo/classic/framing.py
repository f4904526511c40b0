"""How Gazebo 11 cuts its TCP streams into messages: eight hexadecimal digits of length, then one.

To and from the master, and at the start of a connection between two nodes, a message is a
``Packet`` (stamp, type, content); after a subscription it is the published message itself.
"""

from __future__ import annotations

from typing import Any

from telesurgery_gazebo.classic.messages import Packet, Time
from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.protobuf import parse

HEADER_BYTES = 8
LONGEST_BYTES = 64 * 1024 * 1024
"""Nothing that Gazebo sends is longer; a larger figure is a stream out of step."""


def framed(message: bytes) -> bytes:
    """Return ``message`` with its length before it."""
    return b'%08x' % len(message) + message


def packet(kind: str, content: Any) -> bytes:
    """Return the frame of a packet with a protobuf message in it."""
    stamp = Time(sec=0, nsec=0)  # required on the wire, looked at by nobody
    data = content.SerializeToString()
    return framed(Packet(stamp=stamp, type=kind, serialized_data=data).SerializeToString())


def opened(message: bytes) -> tuple[str, bytes]:
    """Return type and content of a packet; WireError when the message is none."""
    content = parse(Packet, message)
    if not content.type:
        raise WireError(
            'a packet of Gazebo has no type; allowed: a Gazebo 11 master; check the port'
        )
    return content.type, content.serialized_data


class FrameReader:
    """Puts the pieces of a TCP stream together to messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes of the stream and return the messages that they complete.

        Raises WireError when the stream is no sequence of frames; it cannot be read on then.
        """
        self._buffer += data
        messages: list[bytes] = []
        start = 0
        while len(self._buffer) - start >= HEADER_BYTES:
            end = start + HEADER_BYTES + _length(self._buffer[start : start + HEADER_BYTES])
            if end > len(self._buffer):
                break
            messages.append(bytes(self._buffer[start + HEADER_BYTES : end]))
            start = end
        del self._buffer[:start]
        return messages


def _length(header: bytearray) -> int:
    text = header.decode('latin-1')
    digits = all(digit in '0123456789abcdefABCDEF' for digit in text)
    if not digits or int(text, 16) > LONGEST_BYTES:
        raise WireError(
            f'a frame of Gazebo starts with {bytes(header)!r}; allowed: eight hexadecimal digits '
            f'up to {LONGEST_BYTES:08x}; check that a Gazebo 11 answers at this port'
        )
    return int(text, 16)
