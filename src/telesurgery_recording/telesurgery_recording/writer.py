"""Write rosbag2 recordings (MCAP) of serialised messages without a ROS installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from telesurgery_recording import metadata
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.mcap_file import Channel, McapFile


@dataclass(frozen=True, slots=True)
class Split:
    """When a recording goes on in a new file; 0: never for this reason."""

    size_bytes: int = 0
    time_ns: int = 0


class RecordingWriter:
    """A new recording in a folder of its own; use it in a ``with`` block.

    What has been flushed can be read, whatever happens next. RecordingError for a folder that
    exists already: nothing is ever overwritten.

    Attributes:
        dropped: messages that the disk refused.
        written_bytes: size of all files.
    """

    def __init__(
        self,
        folder: Path,
        definitions: Definitions,
        *,
        compressed: bool = False,
        split: Split | None = None,
    ) -> None:
        """Create the folder; ``compressed``: with zstd, chunk by chunk.

        With ``split`` the files are numbered, ``<folder>_0.mcap`` and on; without there is one,
        ``<folder>.mcap``.
        """
        self.folder = folder
        self.dropped = 0
        self.written_bytes = 0
        self._definitions = definitions
        self._compressed = compressed
        self._split = split
        self._channels: list[Channel] = []
        self._numbers: dict[str, int] = {}
        self._metadata: list[tuple[str, dict[str, str]]] = []
        self._about: dict[str, str] = {}
        self._closed_files: list[metadata.FileFacts] = []
        self._closed_counts: dict[int, int] = {}
        self._file_began_ns: int | None = None
        if folder.exists():
            raise RecordingError(
                f'folder {str(folder)!r} exists already; allowed: a new one, because no recording '
                'is overwritten; name another or move this one away'
            )
        try:
            folder.mkdir(parents=True)
            self._file = self._new_file()
        except OSError as error:
            raise RecordingError(
                f'folder {str(folder)!r} cannot be created ({error.strerror}); '
                'allowed: a path that can be written; choose another'
            ) from error

    def __enter__(self) -> RecordingWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pending_count(self) -> int:
        """Messages that wait to be flushed."""
        return self._file.pending_count

    def add_topic(self, topic: str, type_name: str, *, latched: bool = False) -> None:
        """Announce a topic; ``latched``: it was published transient local.

        RecordingError for a type whose definition is not known.
        """
        self._definitions.require(type_name)
        quality = ((metadata.QUALITY, metadata.LATCHED),) if latched else ()
        store = self._definitions.store
        definition, _ = store.generate_msgdef(type_name, ros_version=2)
        self._numbers[topic] = self.add_channel(
            Channel(
                topic=topic,
                type=type_name,
                definition=definition,
                metadata=((metadata.TYPE_HASH, store.hash_rihs01(type_name)), *quality),
            )
        )

    def add_channel(self, channel: Channel) -> int:
        """Announce a topic with its definition as it came; return its number."""
        self._channels.append(channel)
        return self._file.add_channel(channel)

    def write(
        self, topic: str, received_ns: int, data: bytes, sent_ns: int = 0, sequence: int = 0
    ) -> None:
        """Add a message (CDR) of an announced topic; RecordingError when the disk refuses it."""
        self.write_to(self._numbers[topic], received_ns, data, sent_ns, sequence)

    def write_to(
        self, number: int, received_ns: int, data: bytes, sent_ns: int = 0, sequence: int = 0
    ) -> None:
        """Do the same for the topic with the number that ``add_channel`` returned."""
        waiting = self._file.pending_count
        try:
            if self._is_full(received_ns):
                self._file.flush()
                self._finish_file()
            if self._file.closed:
                self._go_on_in_new_file()
            self._file.write(number, received_ns, data, sent_ns, sequence)
        except OSError as error:
            raise self._refused(error, waiting + 1) from error
        if self._file_began_ns is None:
            self._file_began_ns = received_ns

    def flush(self) -> None:
        """Write what waits; RecordingError when the disk refuses it: it is then dropped."""
        waiting = self._file.pending_count
        try:
            self._file.flush()
        except OSError as error:
            raise self._refused(error, waiting) from error

    def discard(self) -> None:
        """Drop what waits."""
        self.dropped += self._file.discard()

    def add_metadata(self, name: str, content: Mapping[str, str]) -> None:
        """Say something of the recording as a whole; it is in every file that begins later, too.

        RecordingError when the disk refuses it.
        """
        self._metadata.append((name, dict(content)))
        waiting = self._file.pending_count
        try:
            self._file.add_metadata(name, content)
        except OSError as error:
            raise self._refused(error, waiting) from error

    def tell(self, about: Mapping[str, str]) -> None:
        """Add to what ``metadata.yaml`` says in its ``custom_data``."""
        self._about.update(about)

    def close(self) -> None:
        """Write the index and ``metadata.yaml``; the recording is then complete."""
        waiting = self._file.pending_count
        try:
            if not self._file.closed:
                self._finish_file()
            topics = [
                (channel, self._closed_counts.get(number, 0))
                for number, channel in enumerate(self._channels, 1)
            ]
            metadata.write(self.folder, metadata.render(self._closed_files, topics, self._about))
        except OSError as error:
            raise self._refused(error, waiting) from error

    def _is_full(self, received_ns: int) -> bool:
        split, began_ns = self._split, self._file_began_ns
        if split is None or began_ns is None or self._file.closed:
            return False
        too_large = 0 < split.size_bytes <= self._file.size + self._file.pending
        return too_large or 0 < split.time_ns <= received_ns - began_ns

    def _go_on_in_new_file(self) -> None:
        self._file = self._new_file()
        self._file_began_ns = None
        for channel in self._channels:
            self._file.add_channel(channel)
        for name, content in self._metadata:
            self._file.add_metadata(name, content)

    def _new_file(self) -> McapFile:
        number = '' if self._split is None else f'_{len(self._closed_files)}'
        self._name = f'{self.folder.name}{number}.mcap'
        return McapFile(self.folder / self._name, compressed=self._compressed)

    def _finish_file(self) -> None:
        file = self._file
        try:
            file.finish()
        finally:
            self.written_bytes += file.size
            self._closed_files.append(
                metadata.FileFacts(self._name, file.count, file.first_ns, file.last_ns)
            )
            for number, count in file.channel_counts.items():
                self._closed_counts[number] = self._closed_counts.get(number, 0) + count

    def _refused(self, error: OSError, waiting: int) -> RecordingError:
        self.dropped += waiting - self._file.pending_count
        return RecordingError(
            f'recording {str(self.folder)!r} cannot be written on ({error.strerror}); allowed: a '
            'disk with room; what was written before can be read, see ./telesurgery bag repair'
        )
