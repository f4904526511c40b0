"""Write rosbag2 recordings (MCAP) of serialised messages without a ROS installation."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Literal

from rosbags.interfaces import (
    Connection,
    Qos,
    QosDurability,
    QosHistory,
    QosLiveliness,
    QosReliability,
    QosTime,
)
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin, Writer

from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError

ROSBAG2_VERSION: Literal[9] = 9
_FOREVER = QosTime(0, 0)


class RecordingWriter:
    """A new recording in a folder of its own; use it in a ``with`` block.

    RecordingError for a folder that exists already: nothing is ever overwritten.
    """

    def __init__(
        self, folder: Path, definitions: Definitions, *, compressed: bool = False
    ) -> None:
        """Create the folder; ``compressed``: with zstd, chunk by chunk."""
        self.folder = folder
        self._definitions = definitions
        self._connections: dict[str, Connection] = {}
        if folder.exists():
            raise RecordingError(
                f'folder {str(folder)!r} exists already; allowed: a new one, because no recording '
                'is overwritten; name another or move this one away'
            )
        self._writer = Writer(folder, version=ROSBAG2_VERSION, storage_plugin=StoragePlugin.MCAP)
        if compressed:
            self._writer.set_compression(CompressionMode.STORAGE, CompressionFormat.ZSTD)
        try:
            self._writer.open()
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

    def add_topic(self, topic: str, type_name: str, *, latched: bool = False) -> None:
        """Announce a topic; ``latched``: it was published transient local.

        RecordingError for a type whose definition is not known.
        """
        self._definitions.require(type_name)
        self._connections[topic] = self._writer.add_connection(
            topic,
            type_name,
            typestore=self._definitions.store,
            offered_qos_profiles=[_latched_qos()] if latched else [],
        )

    def write(self, topic: str, received_ns: int, data: bytes) -> None:
        """Add a message (CDR) of an announced topic; RecordingError when the disk refuses it."""
        try:
            self._writer.write(self._connections[topic], received_ns, data)
        except OSError as error:
            raise self._refused(error) from error

    def close(self) -> None:
        """Write the index and ``metadata.yaml``; the recording is then complete."""
        try:
            self._writer.close()
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> RecordingError:
        return RecordingError(
            f'recording {str(self.folder)!r} cannot be written on ({error.strerror}); '
            'allowed: a disk with room; what was written before may be incomplete'
        )


def _latched_qos() -> Qos:
    return Qos(
        history=QosHistory.KEEP_LAST,
        depth=1,
        reliability=QosReliability.RELIABLE,
        durability=QosDurability.TRANSIENT_LOCAL,
        deadline=_FOREVER,
        lifespan=_FOREVER,
        liveliness=QosLiveliness.AUTOMATIC,
        liveliness_lease_duration=_FOREVER,
        avoid_ros_namespace_conventions=False,
    )
