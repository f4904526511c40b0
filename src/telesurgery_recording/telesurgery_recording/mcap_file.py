"""One MCAP file, written chunk by chunk: what was flushed can be read, whatever happens next."""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import zstandard

from telesurgery_recording import mcap_records as records

PROFILE, LIBRARY = 'ros2', 'telesurgery'
CHUNK_BYTES = 1 << 20
"""A chunk that has grown so large is written without waiting for a flush."""
LATEST_NS = (1 << 63) - 1
"""Later than any time of a recording."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What a file must know of a topic to be read anywhere."""

    topic: str
    type: str
    definition: str
    """Of the type and all that it consists of; empty: not known."""
    definition_encoding: str = 'ros2msg'
    message_encoding: str = 'cdr'
    metadata: tuple[tuple[str, str], ...] = ()
    """rosbag2 puts ``offered_qos_profiles`` and ``topic_type_hash`` there."""


class McapFile:
    """A new file; every method raises OSError when the disk refuses.

    What it refused is gone, and the file is cut back to what was written before it: a later flush
    may succeed again.

    Attributes:
        size: bytes in the file.
        count: messages in the file.
        first_ns, last_ns: log times of the first and the last of them.
        channel_counts: messages by channel.
    """

    def __init__(self, path: Path, *, compressed: bool = False) -> None:
        """Create the file; ``compressed``: its chunks, with zstd."""
        self._file = path.open('xb', buffering=0)
        self._compress: Callable[[bytes], bytes] | None = (
            zstandard.ZstdCompressor().compress if compressed else None
        )
        self.size = 0
        self.count = 0
        self.first_ns, self.last_ns = LATEST_NS, 0
        self.channel_counts: dict[int, int] = {}
        self._schemas: dict[tuple[str, str, str], int] = {}
        self._definitions: list[bytes] = []
        self._channels = 0
        self._defined = 0
        self._chunk_indices: list[bytes] = []
        self._metadata_indices: list[bytes] = []
        self._chunk_first_ns, self._chunk_last_ns = LATEST_NS, 0
        self._begin_chunk()
        header = records.record(records.HEADER, records.text(PROFILE), records.text(LIBRARY))
        try:
            self._append(records.MAGIC + header)
        except OSError:
            self._file.close()
            path.unlink()
            raise

    @property
    def closed(self) -> bool:
        """Whether it has been finished, or given up."""
        return self._file.closed

    @property
    def pending(self) -> int:
        """Bytes that wait to be flushed."""
        return len(self._chunk)

    @property
    def pending_count(self) -> int:
        """Messages that wait to be flushed."""
        return self._chunk_count

    def add_channel(self, channel: Channel) -> int:
        """Announce a topic; return its number."""
        key = (channel.type, channel.definition_encoding, channel.definition)
        if channel.type and key not in self._schemas:
            self._schemas[key] = len(self._schemas) + 1
            self._define(
                records.SCHEMA,
                struct.pack('<H', self._schemas[key]),
                records.text(channel.type),
                records.text(channel.definition_encoding),
                records.text(channel.definition),
            )
        self._channels += 1
        self.channel_counts[self._channels] = 0
        self._define(
            records.CHANNEL,
            struct.pack('<HH', self._channels, self._schemas.get(key, 0)),
            records.text(channel.topic),
            records.text(channel.message_encoding),
            records.texts(dict(channel.metadata)),
        )
        return self._channels

    def write(
        self, channel: int, log_ns: int, data: bytes, publish_ns: int = 0, sequence: int = 0
    ) -> None:
        """Add a message to the chunk in progress; a full chunk is flushed."""
        chunk = self._chunk
        self._index.setdefault(channel, []).extend((log_ns, len(chunk)))
        chunk += records.HEAD.pack(records.MESSAGE, records.MESSAGE_HEAD.size + len(data))
        chunk += records.MESSAGE_HEAD.pack(channel, sequence, log_ns, publish_ns or log_ns)
        chunk += data
        self._chunk_count += 1
        if log_ns < self._chunk_first_ns:
            self._chunk_first_ns = log_ns
        if log_ns > self._chunk_last_ns:
            self._chunk_last_ns = log_ns
        if len(chunk) > CHUNK_BYTES:
            self.flush()

    def add_metadata(self, name: str, content: Mapping[str, str]) -> None:
        """Write a metadata record, at once."""
        self.flush()
        data = records.record(records.METADATA, records.text(name), records.texts(content))
        at = self.size
        self._append(data)
        self._metadata_indices.append(
            records.record(
                records.METADATA_INDEX, struct.pack('<QQ', at, len(data)), records.text(name)
            )
        )

    def flush(self) -> None:
        """Write the chunk in progress."""
        if not self._chunk_count:
            return
        content, index, count = bytes(self._chunk), self._index, self._chunk_count
        first_ns, last_ns = self._chunk_first_ns, self._chunk_last_ns
        self._begin_chunk()
        name, data = ('zstd', self._compress(content)) if self._compress else ('', content)
        chunk = records.record(
            records.CHUNK,
            records.CHUNK_HEAD.pack(first_ns, last_ns, len(content), zlib.crc32(content)),
            records.text(name),
            struct.pack('<Q', len(data)),
            data,
        )
        at, offset, offsets, indices = self.size, self.size + len(chunk), {}, []
        for channel, entries in index.items():
            indices.append(records.message_index(channel, entries))
            offsets[channel] = offset
            offset += len(indices[-1])
        self._append(b''.join((chunk, *indices)))
        self._chunk_indices.append(
            records.record(
                records.CHUNK_INDEX,
                records.CHUNK_INDEX_HEAD.pack(first_ns, last_ns, at, len(chunk)),
                records.counts(offsets),
                struct.pack('<Q', sum(map(len, indices))),
                records.text(name),
                struct.pack('<QQ', len(data), len(content)),
            )
        )
        self._defined = len(self._definitions)
        self._begin_chunk()
        self.count += count
        self.first_ns = min(self.first_ns, first_ns)
        self.last_ns = max(self.last_ns, last_ns)
        for channel, entries in index.items():
            self.channel_counts[channel] += len(entries) // 2

    def discard(self) -> int:
        """Forget what waits to be flushed; return how many messages that were."""
        count = self._chunk_count
        self._begin_chunk()
        return count

    def finish(self) -> None:
        """Write what waits, and the index, and close the file."""
        try:
            self.flush()
            self._append(records.record(records.DATA_END, struct.pack('<I', 0)) + self._summary())
        finally:
            self._file.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.close()

    def _summary(self) -> bytes:
        """Return the summary, the footer and the closing magic; DataEnd comes before it."""
        start = self.size + records.HEAD.size + 4
        groups = (
            (records.SCHEMA, [d for d in self._definitions if d[0] == records.SCHEMA]),
            (records.CHANNEL, [d for d in self._definitions if d[0] == records.CHANNEL]),
            (records.STATISTICS, [self._statistics()]),
            (records.CHUNK_INDEX, self._chunk_indices),
            (records.METADATA_INDEX, self._metadata_indices),
        )
        summary, offsets = b'', b''
        for opcode, group in groups:
            data = b''.join(group)
            if data:
                place = struct.pack('<BQQ', opcode, start + len(summary), len(data))
                offsets += records.record(records.SUMMARY_OFFSET, place)
                summary += data
        offset_start = start + len(summary)
        checked = summary + offsets + records.HEAD.pack(records.FOOTER, records.FOOTER_BODY.size)
        checked += struct.pack('<QQ', start, offset_start)
        return checked + struct.pack('<I', zlib.crc32(checked)) + records.MAGIC

    def _statistics(self) -> bytes:
        return records.record(
            records.STATISTICS,
            records.STATISTICS_HEAD.pack(
                self.count,
                len(self._schemas),
                self._channels,
                0,
                len(self._metadata_indices),
                len(self._chunk_indices),
                self.first_ns if self.count else 0,
                self.last_ns,
            ),
            records.counts(self.channel_counts),
        )

    def _define(self, opcode: int, *parts: bytes) -> None:
        self._definitions.append(records.record(opcode, *parts))
        self._chunk += self._definitions[-1]

    def _begin_chunk(self) -> None:
        # What no chunk has carried to the disk yet must be in this one, before its messages.
        self._chunk = bytearray(b''.join(self._definitions[self._defined :]))
        self._index: dict[int, list[int]] = {}
        self._chunk_count = 0
        self._chunk_first_ns, self._chunk_last_ns = LATEST_NS, 0

    def _append(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(self.size)
                self._file.seek(self.size)
            raise
        self.size += len(data)
