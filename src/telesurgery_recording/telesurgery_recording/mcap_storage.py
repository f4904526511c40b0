"""Read an MCAP file: whole ones by their index, cut and damaged ones as far as they go."""

from __future__ import annotations

import heapq
import os
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import zstandard

from telesurgery_recording import mcap_records as records
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.faults import FaultKind, Report
from telesurgery_recording.mcap_chunks import (
    records_of,
    unpacked,
    unpacked_partly,
    whole_records,
)
from telesurgery_recording.mcap_file import Channel
from telesurgery_recording.storage import Stored

RUN_BYTES = 1 << 20
"""Messages outside of chunks are read in runs of about this size."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A chunk, or a run of messages outside of chunks."""

    first_ns: int
    last_ns: int
    at: int
    length: int
    is_chunk: bool
    cut: bool = False
    """A chunk that the file ends in."""


class McapStorage:
    """An MCAP file; ``report`` is told what is wrong with it.

    Raises RecordingError where nothing of it can be read.
    """

    name = 'MCAP'

    def __init__(self, path: Path, report: Report) -> None:
        self._path = path
        self._report = report
        self._file = path.open('rb')
        self._size = os.fstat(self._file.fileno()).st_size
        self._schemas: dict[int, tuple[str, str, str]] = {}
        self.channels: dict[int, Channel] = {}
        self.counts: dict[int, int] = {}
        self.metadata: list[tuple[str, dict[str, str]]] = []
        self._parts: list[_Part] = []
        try:
            if not self._read_summary():
                self._scan()
        except BaseException:
            self._file.close()
            raise

    @property
    def span_ns(self) -> tuple[int, int] | None:
        """First and last log time [ns]; None without messages."""
        if not self._parts:
            return None
        return min(p.first_ns for p in self._parts), max(p.last_ns for p in self._parts)

    def messages(self, channels: Collection[int]) -> Iterator[Stored]:
        """Yield the messages of some channels in the order of their log times."""
        waiting: list[tuple[int, int, Stored]] = []
        parts = sorted(self._parts, key=lambda part: part.first_ns)
        order = begun = 0
        while begun < len(parts) or waiting:
            while begun < len(parts) and (not waiting or parts[begun].first_ns <= waiting[0][0]):
                for message in self._messages_of(parts[begun], channels):
                    heapq.heappush(waiting, (message.log_ns, order, message))
                    order += 1
                begun += 1
            if waiting:
                yield heapq.heappop(waiting)[2]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self, at: int, length: int) -> bytes:
        self._file.seek(at)
        data = self._file.read(length)
        if len(data) < length:
            raise ValueError(f'ends {length - len(data)} bytes too early')
        return data

    def _read_summary(self) -> bool:
        """Take the index; return False if the file has none that tells all."""
        if self._size < len(records.MAGIC) + records.FOOTER_LENGTH:
            return False
        end = self._read(self._size - records.FOOTER_LENGTH, records.FOOTER_LENGTH)
        if not end.endswith(records.MAGIC) or end[0] != records.FOOTER:
            return False
        start, _, _ = records.FOOTER_BODY.unpack_from(end, records.HEAD.size)
        stop = self._size - records.FOOTER_LENGTH
        if not 0 < start <= stop:
            return False
        try:
            return self._take_summary(self._read(start, stop - start))
        except (ValueError, struct.error, UnicodeDecodeError):
            self._report(FaultKind.DAMAGED, f'{self._path.name}: its index is damaged')
            self._schemas, self.channels, self.metadata = {}, {}, []
            return False

    def _ends_well(self) -> bool:
        size = len(records.MAGIC)
        return self._size > 2 * size and self._read(self._size - size, size) == records.MAGIC

    def _take_summary(self, data: bytes) -> bool:
        parts: list[_Part] = []
        statistics: tuple[int, ...] = ()
        counts: dict[int, int] = {}
        for opcode, body in records_of(data):
            if opcode in (records.SCHEMA, records.CHANNEL):
                self._define(opcode, body)
            elif opcode == records.STATISTICS:
                statistics, counts = body.unpack(records.STATISTICS_HEAD), body.counts()
            elif opcode == records.CHUNK_INDEX:
                first_ns, last_ns, at, length = body.unpack(records.CHUNK_INDEX_HEAD)
                parts.append(_Part(first_ns, last_ns, at, length, is_chunk=True))
            elif opcode == records.METADATA_INDEX:
                at, length = body.unpack(struct.Struct('<QQ'))
                self._take_metadata(records.Body(self._read(at, length)[records.HEAD.size :]))
        tells_all = bool(statistics) and (not statistics[0] or bool(parts and self.channels))
        if tells_all:
            self._parts = parts
            self.counts = {number: counts.get(number, 0) for number in self.channels}
        return tells_all

    def _scan(self) -> None:
        """Make the index by reading everything, as far as it goes."""
        self._schemas, self.channels, self.counts, self.metadata = {}, {}, {}, []
        at, whole = len(records.MAGIC), self._ends_well()
        run: list[int] = []  # where it begins, where it ends, first and last time
        while at + records.HEAD.size <= self._size:
            opcode, length = records.HEAD.unpack(self._read(at, records.HEAD.size))
            end = at + records.HEAD.size + length
            if opcode in (records.DATA_END, records.FOOTER):
                break
            if end > self._size:
                self._end_run(run)
                self._report(
                    FaultKind.CUT,
                    f'{self._path.name}: it ends in the middle of a record: of {self._size - at} '
                    f'bytes at its end {self._take_cut(opcode, at)} could be read',
                )
                break
            self._scan_record(opcode, at, length, run)
            at = end
        self._end_run(run)
        if not whole:
            self._report(FaultKind.UNFINISHED, f'{self._path.name}: it was not closed')
        if not self._parts and not whole and not self.channels:
            raise RecordingError(
                f'recording {str(self._path)!r} cannot be read (it ends before its first message, '
                f'after {self._size} bytes; it may be truncated); allowed: one with messages; '
                'record or copy it again'
            )

    def _take_cut(self, opcode: int, at: int) -> str:
        """Take what can be read of the record that the file ends in; return what that is."""
        if opcode != records.CHUNK:
            return 'nothing'
        part = _Part(0, 0, at, self._size - at, is_chunk=True, cut=True)
        times = self._count(self._content(part))
        if times:
            self._parts.append(replace(part, first_ns=min(times), last_ns=max(times)))
        return f'{len(times)} messages'

    def _scan_record(self, opcode: int, at: int, length: int, run: list[int]) -> None:
        body_at = at + records.HEAD.size
        if opcode == records.CHUNK:
            self._end_run(run)
            part = _Part(0, 0, at, records.HEAD.size + length, is_chunk=True)
            times = self._count(self._content(part))
            if times:
                self._parts.append(_Part(min(times), max(times), at, part.length, is_chunk=True))
        elif opcode == records.MESSAGE:
            number, _, log_ns, _ = records.MESSAGE_HEAD.unpack(
                self._read(body_at, records.MESSAGE_HEAD.size)
            )
            self.counts[number] = self.counts.get(number, 0) + 1
            end = body_at + length
            if run and (run[1] != at or end - run[0] > RUN_BYTES):
                self._end_run(run)
            run[:] = (
                [run[0], end, min(run[2], log_ns), max(run[3], log_ns)]
                if run
                else [at, end, log_ns, log_ns]
            )
        elif opcode in (records.SCHEMA, records.CHANNEL, records.METADATA):
            body = records.Body(self._read(body_at, length))
            try:
                if opcode == records.METADATA:
                    self._take_metadata(body)
                else:
                    self._define(opcode, body)
            except (ValueError, struct.error):
                self._report(FaultKind.DAMAGED, f'{self._path.name}: a record is no {opcode}')

    def _end_run(self, run: list[int]) -> None:
        if run:
            self._parts.append(_Part(run[2], run[3], run[0], run[1] - run[0], is_chunk=False))
            run.clear()

    def _count(self, content: bytes) -> list[int]:
        """Take what a chunk defines and how much it holds; return its messages' times."""
        times: list[int] = []
        try:
            for opcode, body in records_of(content):
                if opcode == records.MESSAGE:
                    number, _, log_ns, _ = body.unpack(records.MESSAGE_HEAD)
                    self.counts[number] = self.counts.get(number, 0) + 1
                    times.append(log_ns)
                elif opcode in (records.SCHEMA, records.CHANNEL):
                    self._define(opcode, body)
        except (ValueError, struct.error) as error:
            self._report(FaultKind.DAMAGED, f'{self._path.name}: a chunk is damaged ({error})')
        return times

    def _define(self, opcode: int, body: records.Body) -> None:
        number = body.number('H')
        if opcode == records.SCHEMA:
            self._schemas[number] = (body.text(), body.text(), body.text())
            return
        type_name, encoding, definition = self._schemas.get(body.number('H'), ('', '', ''))
        self.channels[number] = Channel(
            topic=body.text(),
            type=type_name,
            definition=definition,
            definition_encoding=encoding,
            message_encoding=body.text(),
            metadata=tuple(body.texts().items()),
        )
        self.counts.setdefault(number, 0)

    def _take_metadata(self, body: records.Body) -> None:
        name = body.text()
        self.metadata.append((name, body.texts()))

    def _content(self, part: _Part) -> bytes:
        """Return the records of a part; nothing, and a report, of a damaged chunk."""
        try:
            data = self._read(part.at, part.length)
            if part.cut:
                return whole_records(unpacked_partly(data))
            return unpacked(data) if part.is_chunk else data
        except (ValueError, struct.error, zstandard.ZstdError, RuntimeError, MemoryError) as error:
            self._report(
                FaultKind.DAMAGED,
                f'{self._path.name}: {part.length} bytes from byte {part.at} on are damaged '
                f'({" ".join(str(error).split())}): left out',
            )
            return b''

    def _messages_of(self, part: _Part, channels: Collection[int]) -> Iterator[Stored]:
        try:
            for opcode, body in records_of(self._content(part)):
                if opcode != records.MESSAGE:
                    continue
                number, sequence, log_ns, publish_ns = body.unpack(records.MESSAGE_HEAD)
                if number in channels:
                    yield Stored(number, log_ns, publish_ns, sequence, body.rest)
        except (ValueError, struct.error) as error:
            self._report(FaultKind.DAMAGED, f'{self._path.name}: a chunk is damaged ({error})')
