"""Read rosbag2 recordings (MCAP or SQLite3) without a ROS installation. Nothing is ever written.

The message definitions come from the recording itself, so that any type can be decoded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from rosbags.highlevel import AnyReader
from rosbags.typesys import Stores, get_typestore

from telesurgery_recording.errors import RecordingError

STORAGES = ('.mcap', '.db3')
METADATA = 'metadata.yaml'


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a recording."""

    type: str
    """For example ``geometry_msgs/msg/PoseStamped``."""
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


class Recording:
    """A recording opened for reading; use it in a ``with`` block.

    Every method raises RecordingError where the recording cannot be read.
    """

    def __init__(self, path: Path) -> None:
        """Open the recording at ``path``: its folder, or one of its files."""
        self.path = path
        with _one_line_for_every_fault(path):
            self._reader = AnyReader(
                [storage_of(path)], default_typestore=get_typestore(Stores.LATEST)
            )
            self._reader.open()

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
        self._reader.close()

    @property
    def topics(self) -> dict[str, Topic]:
        """The topics by name."""
        return {
            name: Topic(type=str(info.msgtype), count=info.msgcount)
            for name, info in self._reader.topics.items()
        }

    @property
    def count(self) -> int:
        """Number of messages."""
        return int(self._reader.message_count)

    def messages(self, topics: Collection[str] | None = None) -> Iterator[Message]:
        """Yield the messages of ``topics`` (None: of all) in the order of recording."""
        wanted = [
            connection
            for connection in self._reader.connections
            if topics is None or connection.topic in topics
        ]
        if not wanted:
            return
        with _one_line_for_every_fault(self.path):
            for connection, received_ns, data in self._reader.messages(wanted):
                yield Message(connection.topic, connection.msgtype, received_ns, bytes(data))

    def decode(self, message: Message) -> Any:
        """Return the message's content: an object with the fields of its ROS type."""
        with _one_line_for_every_fault(self.path):
            return self._reader.deserialize(message.data, message.type)


def storage_of(path: Path) -> Path:
    """Return what to open for ``path``: the folder, or the only file of one without metadata."""
    if not path.is_dir() or (path / METADATA).exists():
        return path
    files = sorted(file for file in path.iterdir() if file.suffix in STORAGES)
    if len(files) == 1:
        return files[0]
    found = ', '.join(file.name for file in files) or 'none of these'
    raise RecordingError(
        f'folder {str(path)!r} has no {METADATA}; allowed: a rosbag2 folder, or one with a single '
        f'{" or ".join(STORAGES)} file (found: {found}); name the file itself'
    )


@contextmanager
def _one_line_for_every_fault(path: Path) -> Iterator[None]:
    """Turn whatever damaged bytes make the libraries raise into one RecordingError."""
    try:
        yield
    except RecordingError:
        raise
    except FileNotFoundError as error:
        raise RecordingError(
            f'recording {str(path)!r} does not exist; allowed: a rosbag2 folder or file; '
            'check the path'
        ) from error
    except Exception as error:  # rosbags, zstd, lz4, sqlite3 and struct each raise their own
        problem = ' '.join(str(error).split()) or type(error).__name__
        raise RecordingError(
            f'recording {str(path)!r} cannot be read ({problem.rstrip(".")}); allowed: a complete '
            'rosbag2 recording (MCAP or SQLite3); it may be truncated: copy or record it again'
        ) from error
