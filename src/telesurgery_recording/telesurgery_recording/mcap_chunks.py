"""What is in a chunk of an MCAP file, and in one whose end is missing."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import lz4.frame
import zstandard

from telesurgery_recording import mcap_records as records

LARGEST_CHUNK = 1 << 32
"""A chunk that says it is larger is taken for damaged."""
PIECE_BYTES = 1 << 16
"""So much is unpacked at a time of a chunk that may say anything."""


def records_of(data: bytes) -> Iterator[tuple[int, records.Body]]:
    """Yield opcode and body of every record in ``data``; ValueError where it ends in one."""
    at, view = 0, memoryview(data)
    while at < len(data):
        opcode, length = records.HEAD.unpack_from(data, at)
        at += records.HEAD.size
        if at + length > len(data):
            raise ValueError('a record in it is longer than itself')
        yield opcode, records.Body(view[at : at + length])
        at += length


def unpacked(data: bytes) -> bytes:
    """Return the content of a chunk record; ValueError when it is not what it says."""
    body = records.Body(memoryview(data)[records.HEAD.size :])
    _, _, size, crc = body.unpack(records.CHUNK_HEAD)
    compression, stored = body.text(), bytes(body.take(body.number('Q')))
    if size > LARGEST_CHUNK:
        raise ValueError(f'it says that it has {size} bytes')
    if compression == 'zstd':
        content = zstandard.ZstdDecompressor().decompress(stored, max_output_size=size)
    elif compression == 'lz4':
        content = bytes(lz4.frame.decompress(stored))
    elif compression:
        raise ValueError(f'compression is {compression!r}; allowed: none, zstd, lz4')
    else:
        content = stored
    if len(content) != size or (crc and zlib.crc32(content) != crc):
        raise ValueError('its checksum does not fit')
    return content


def unpacked_partly(data: bytes) -> bytes:
    """Return as much as there is of the content of a chunk record whose end is missing."""
    body = records.Body(memoryview(data)[records.HEAD.size :])
    _, _, size, _ = body.unpack(records.CHUNK_HEAD)
    compression = body.text()
    body.number('Q')
    stored = bytes(body.rest)
    if size > LARGEST_CHUNK:
        raise ValueError(f'it says that it has {size} bytes')
    if compression == 'zstd':
        return _unpacked_piecewise(stored, size)
    if compression == 'lz4':
        return bytes(lz4.frame.LZ4FrameDecompressor().decompress(stored, max_length=size))
    return b'' if compression else stored


def _unpacked_piecewise(stored: bytes, size: int) -> bytes:
    """Return at most ``size`` bytes of what was packed by zstd, block by block."""
    unpack = zstandard.ZstdDecompressor().decompressobj()
    content = bytearray()
    for at in range(0, len(stored), PIECE_BYTES):
        content += unpack.decompress(stored[at : at + PIECE_BYTES])
        if len(content) > size:
            raise ValueError(f'it has more than the {size} bytes that it says')
    return bytes(content)


def whole_records(data: bytes) -> bytes:
    """Return the records at the beginning that are whole."""
    at = 0
    while at + records.HEAD.size <= len(data):
        _, length = records.HEAD.unpack_from(data, at)
        if at + records.HEAD.size + length > len(data):
            break
        at += records.HEAD.size + length
    return data[:at]
