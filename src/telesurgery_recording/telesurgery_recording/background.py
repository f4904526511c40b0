"""Write a recording from a thread of its own: a slow disk holds up nobody else."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from telesurgery_recording.errors import RecordingError
from telesurgery_recording.writer import RecordingWriter

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How a recording is going."""

    count: int = 0
    """Messages taken."""
    size_bytes: int = 0
    """Of them."""
    dropped: int = 0
    """Messages for which there was no room, in memory or on the disk."""
    dropped_by_topic: Mapping[str, int] = field(default_factory=dict)
    """Those for which there was none in memory."""
    free_bytes: int = 0
    """On the disk."""
    trouble: str = ''
    """Why nothing is written just now; empty: it is."""


@dataclass(slots=True)
class _Batch:
    messages: list[tuple[str, int, bytes, int, int]] = field(default_factory=list)
    metadata: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    size: int = 0


class BackgroundWriter:
    """Takes messages and writes them every ``flush_s``; what the disk refuses is counted.

    It goes on when the disk is full: the session is worth more than its recording, and room may
    come back. ``reserve_bytes`` of the disk are left to others, and to the recording's own index.
    """

    def __init__(
        self, writer: RecordingWriter, *, flush_s: float, buffer_bytes: int, reserve_bytes: int
    ) -> None:
        self._writer = writer
        self._flush_s = flush_s
        self._buffer_bytes = buffer_bytes
        self._reserve_bytes = reserve_bytes
        self._lock = threading.Lock()
        self._batch = _Batch()
        self._stopping = threading.Event()
        self._count = self._size = 0
        self._overflown: dict[str, int] = {}
        self._free_bytes = reserve_bytes
        self._trouble = ''
        self._thread = threading.Thread(target=self._run, name='disk', daemon=True)
        self._thread.start()

    def put(
        self, topic: str, received_ns: int, data: bytes, sent_ns: int = 0, sequence: int = 0
    ) -> None:
        """Take a message of an announced topic; never waits."""
        with self._lock:
            if self._batch.size + len(data) > self._buffer_bytes:
                self._overflown[topic] = self._overflown.get(topic, 0) + 1
                return
            self._batch.messages.append((topic, received_ns, data, sent_ns, sequence))
            self._batch.size += len(data)
        self._count += 1
        self._size += len(data)

    def say(self, name: str, content: Mapping[str, str]) -> None:
        """Take a metadata record."""
        with self._lock:
            self._batch.metadata.append((name, content))

    def progress(self) -> Progress:
        """Return how it is going."""
        with self._lock:
            overflown = dict(self._overflown)
        return Progress(
            count=self._count,
            size_bytes=self._size,
            dropped=self._writer.dropped + sum(overflown.values()),
            dropped_by_topic=overflown,
            free_bytes=self._free_bytes,
            trouble=self._trouble,
        )

    def close(self) -> None:
        """Write what was taken and complete the recording; RecordingError if the disk refuses."""
        self._stopping.set()
        self._thread.join()
        self._write()
        self._writer.close()

    def _run(self) -> None:
        while not self._stopping.wait(self._flush_s):
            self._write()

    def _write(self) -> None:
        with self._lock:
            batch, self._batch = self._batch, _Batch()
        trouble = ''
        for message in batch.messages:
            try:
                self._writer.write(*message)
            except RecordingError as error:  # the writer has counted what that cost
                trouble = str(error)
        try:
            self._free_bytes = shutil.disk_usage(self._writer.folder).free
            if self._free_bytes < self._reserve_bytes:
                self._writer.discard()
                trouble = (
                    f'{self._free_bytes / MEGABYTE:.0f} MB are left on the disk, less than the '
                    f'reserve of {self._reserve_bytes / MEGABYTE:.0f} MB'
                )
            else:
                for name, content in batch.metadata:
                    self._writer.add_metadata(name, content)
                self._writer.flush()
        except (RecordingError, OSError) as error:
            trouble = str(error)
        self._trouble = trouble
