"""The records of an MCAP file as bytes (https://mcap.dev/spec)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

MAGIC = b'\x89MCAP0\r\n'
HEADER, FOOTER, SCHEMA, CHANNEL, MESSAGE, CHUNK = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
MESSAGE_INDEX, CHUNK_INDEX, STATISTICS, METADATA = 0x07, 0x08, 0x0B, 0x0C
METADATA_INDEX, SUMMARY_OFFSET, DATA_END = 0x0D, 0x0E, 0x0F

HEAD = struct.Struct('<BQ')
"""Opcode and length of what follows."""
MESSAGE_HEAD = struct.Struct('<HIQQ')
"""Channel, sequence, log time, publish time [ns]; the data follows."""
CHUNK_HEAD = struct.Struct('<QQQI')
"""First and last log time [ns], uncompressed size, its CRC; compression and data follow."""
CHUNK_INDEX_HEAD = struct.Struct('<QQQQ')
"""First and last log time [ns], offset of the chunk in the file, its length."""
STATISTICS_HEAD = struct.Struct('<QHIIIIQQ')
"""Messages, schemas, channels, attachments, metadata, chunks, first and last log time [ns]."""
FOOTER_BODY = struct.Struct('<QQI')
"""Offset of the summary, of its offsets, and its CRC."""
FOOTER_LENGTH = HEAD.size + FOOTER_BODY.size + len(MAGIC)


def record(opcode: int, *parts: bytes) -> bytes:
    """Return a record of the parts of its body."""
    body = b''.join(parts)
    return HEAD.pack(opcode, len(body)) + body


def text(content: str) -> bytes:
    """Return a text with its length before it."""
    data = content.encode()
    return struct.pack('<I', len(data)) + data


def texts(content: Mapping[str, str]) -> bytes:
    """Return texts by name, with their length before them."""
    data = b''.join(text(key) + text(value) for key, value in content.items())
    return struct.pack('<I', len(data)) + data


def counts(content: Mapping[int, int]) -> bytes:
    """Return numbers by channel, with their length before them."""
    data = b''.join(struct.pack('<HQ', key, value) for key, value in content.items())
    return struct.pack('<I', len(data)) + data


def message_index(channel: int, entries: Sequence[int]) -> bytes:
    """Return where a channel's messages are in a chunk: log time [ns], offset, log time, ..."""
    data = struct.pack(f'<{len(entries)}Q', *entries)
    return record(MESSAGE_INDEX, struct.pack('<HI', channel, len(data)), data)


class Body:
    """Reads the fields of a record's body one after the other.

    Its methods raise ValueError where the body is too short or holds no such field.
    """

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)
        self._at = 0

    @property
    def rest(self) -> bytes:
        """What has not been read yet."""
        return bytes(self._data[self._at :])

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        """Return numbers."""
        return layout.unpack(self.take(layout.size))

    def number(self, layout: str) -> int:
        """Return one number of a ``struct`` format."""
        return int(self.unpack(struct.Struct(f'<{layout}'))[0])

    def text(self) -> str:
        """Return a text."""
        return self.sized().decode()

    def texts(self) -> dict[str, str]:
        """Return texts by name."""
        inner = Body(self.sized())
        found: dict[str, str] = {}
        while inner._at < len(inner._data):
            key = inner.text()
            found[key] = inner.text()
        return found

    def counts(self) -> dict[int, int]:
        """Return numbers by channel."""
        return dict(struct.iter_unpack('<HQ', self.sized()))

    def sized(self) -> bytes:
        """Return bytes that have their length before them."""
        return bytes(self.take(self.number('I')))

    def take(self, size: int) -> memoryview:
        """Return the next ``size`` bytes."""
        part = self._data[self._at : self._at + size]
        if len(part) < size:
            raise ValueError(f'a record ends {size - len(part)} bytes too early')
        self._at += size
        return part
