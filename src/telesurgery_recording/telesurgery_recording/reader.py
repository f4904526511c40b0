"""Read rosbag2 recordings (MCAP or SQLite3) without a ROS installation. Nothing is ever written.

A recording that was cut, damaged or never closed is read as far as it goes, and says so: see
``Recording.faults``. The message definitions come from the recording itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import zstandard

from telesurgery_recording.decoding import Decoder
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.faults import Fault, FaultKind
from telesurgery_recording.files import ZSTD_MAGIC, files_of, open_storage
from telesurgery_recording.mcap_file import LATEST_NS, Channel
from telesurgery_recording.metadata import NAME
from telesurgery_recording.storage import Storage


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a recording."""

    type: str
    """For example ``geometry_msgs/msg/PoseStamped``; several are joined by commas."""
    count: int
    """Number of messages."""


@dataclass(frozen=True, slots=True)
class Message:
    """A recorded message as it was on the wire."""

    topic: str
    type: str
    received_ns: int
    """When it was recorded [ns]."""
    data: bytes
    """Serialised (CDR)."""
    sent_ns: int = 0
    """When it was published [ns]; that of recording where it is not known."""
    sequence: int = 0
    """Its publisher's number; 0 where it is not known."""


class Recording:
    """A recording opened for reading; use it in a ``with`` block.

    Every method raises RecordingError where nothing can be read.

    Attributes:
        path: where it is.
        custom_data: what its metadata.yaml says beside the usual.
    """

    def __init__(self, path: Path) -> None:
        """Open the recording at ``path``: its folder, or one of its files."""
        self.path = path
        self.custom_data: dict[str, str] = {}
        self._faults: dict[Fault, None] = {}
        self._opened = ExitStack()
        with _one_line_for_every_fault(path):
            found = files_of(path, self._report)
            self.custom_data = found.custom_data
            self._storages = self._open(found.files)
        if found.count not in (None, self.count):
            self._report(
                FaultKind.METADATA,
                f'{NAME} says that there are {found.count} messages; {self.count} are there',
            )
        self._decoder = Decoder([c for s in self._storages.values() for c in s.channels.values()])

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self._opened.close()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What has been found wrong so far; reading all of it may find more."""
        return tuple(self._faults)

    @property
    def files(self) -> dict[Path, Storage]:
        """The files that can be read, in their order."""
        return dict(self._storages)

    @property
    def topics(self) -> dict[str, Topic]:
        """The topics by name."""
        counts: dict[str, int] = {}
        types: dict[str, dict[str, None]] = {}
        for storage in self._storages.values():
            for number, channel in storage.channels.items():
                counts[channel.topic] = counts.get(channel.topic, 0) + storage.counts[number]
                types.setdefault(channel.topic, {})[channel.type] = None
        return {name: Topic(', '.join(types[name]), counts[name]) for name in sorted(counts)}

    @property
    def channels(self) -> list[Channel]:
        """The topics with their definitions; one that is in several files stands here once."""
        found = [c for s in self._storages.values() for c in s.channels.values()]
        return list(dict.fromkeys(found))

    @property
    def count(self) -> int:
        """Number of messages."""
        return sum(sum(storage.counts.values()) for storage in self._storages.values())

    @property
    def span_ns(self) -> tuple[int, int] | None:
        """First and last time of recording [ns]; None without messages."""
        spans = [s.span_ns for s in self._storages.values() if s.span_ns is not None]
        if not spans:
            return None
        return min(first for first, _ in spans), max(last for _, last in spans)

    @property
    def metadata(self) -> dict[str, dict[str, str]]:
        """What its files say of the recording as a whole; the last word on a name holds."""
        return {name: what for s in self._storages.values() for name, what in s.metadata}

    def messages(self, topics: Collection[str] | None = None) -> Iterator[Message]:
        """Yield the messages of ``topics`` (None: of all) in the order of recording."""
        with _one_line_for_every_fault(self.path):
            for _, message in self.with_channels(topics):
                yield message

    def with_channels(
        self, topics: Collection[str] | None = None
    ) -> Iterator[tuple[Channel, Message]]:
        """Yield the messages with what the recording knows of their topics."""
        streams = [
            self._messages_of(storage, topics)
            for storage in self._storages.values()
            if any(topics is None or c.topic in topics for c in storage.channels.values())
        ]
        yield from heapq.merge(*streams, key=lambda found: found[1].received_ns)

    def require(self, topic: str) -> None:
        """Raise RecordingError, with the reason, where no message of a topic can be decoded."""
        types = {channel.type for channel in self.channels if channel.topic == topic}
        try:
            for name in sorted(types):
                self._decoder.require(name)
        except RecordingError as error:
            raise RecordingError(f'recording {str(self.path)!r}: {error}') from error

    def decode(self, message: Message) -> Any:
        """Return the message's content: an object with the fields of its ROS type."""
        try:
            return self._decoder.decode(message.data, message.type)
        except RecordingError as error:
            raise RecordingError(f'recording {str(self.path)!r}: {error}') from error

    def _messages_of(
        self, storage: Storage, topics: Collection[str] | None
    ) -> Iterator[tuple[Channel, Message]]:
        wanted = {
            number: channel
            for number, channel in storage.channels.items()
            if topics is None or channel.topic in topics
        }
        unpack = zstandard.ZstdDecompressor()
        for stored in storage.messages(wanted):
            channel, data = wanted[stored.channel], stored.data
            if not 0 <= stored.log_ns <= LATEST_NS:
                self._report(
                    FaultKind.DAMAGED,
                    f'messages of {channel.topic} have times of recording that are none: left out',
                )
                continue
            if data.startswith(ZSTD_MAGIC):  # rosbag2 can compress each message; CDR begins with 0
                try:
                    data = unpack.decompressobj().decompress(data)
                except zstandard.ZstdError as error:
                    self._report(
                        FaultKind.DAMAGED,
                        f'messages of {channel.topic} cannot be unpacked ({error})',
                    )
                    continue
            yield (
                channel,
                Message(
                    channel.topic,
                    channel.type,
                    stored.log_ns,
                    data,
                    stored.publish_ns,
                    stored.sequence,
                ),
            )

    def _open(self, files: Collection[Path]) -> dict[Path, Storage]:
        storages: dict[Path, Storage] = {}
        refused: list[RecordingError] = []
        for file in files:
            try:
                storages[file] = open_storage(file, self._report)
            except RecordingError as error:
                if len(files) == 1:
                    raise
                refused.append(error)
                self._report(FaultKind.UNREADABLE, f'{file.name}: {error}')
            else:
                self._opened.callback(storages[file].close)
        if not storages:
            raise refused[0]
        return storages

    def _report(self, kind: FaultKind, detail: str) -> None:
        self._faults[Fault(kind, detail)] = None


@contextmanager
def _one_line_for_every_fault(path: Path) -> Iterator[None]:
    """Turn whatever damaged bytes make the libraries raise into one RecordingError."""
    try:
        yield
    except RecordingError:
        raise
    except Exception as error:  # zstd, lz4, sqlite3, struct and the system each raise their own
        problem = ' '.join(str(error).split()) or type(error).__name__
        raise RecordingError(
            f'recording {str(path)!r} cannot be read ({problem.rstrip(".")}); allowed: a complete '
            'rosbag2 recording (MCAP or SQLite3); it may be truncated: copy or record it again'
        ) from error
