"""Read an SQLite3 file of any version of rosbag2, opened as one that never changes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from telesurgery_recording import metadata
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.faults import FaultKind, Report
from telesurgery_recording.mcap_file import Channel
from telesurgery_recording.storage import Stored

OWN_TABLES = {'topics', 'messages'}


class SqliteStorage:
    """An SQLite3 file; ``report`` is told what is wrong with it.

    Raises RecordingError for a database that is no recording, or cannot be read at all.
    """

    name = 'SQLite3'

    def __init__(self, path: Path, report: Report) -> None:
        self._path = path
        self._report = report
        self.channels: dict[int, Channel] = {}
        self.counts: dict[int, int] = {}
        self.metadata: list[tuple[str, dict[str, str]]] = []
        self.span_ns: tuple[int, int] | None = None
        self._from, self._readable = 'messages', ''
        # immutable: no lock, no journal, nothing beside it is created or rolled back.
        address = f'{path.resolve().as_uri()}?mode=ro&immutable=1'
        self._base = sqlite3.connect(address, uri=True)
        # Else a file that is shorter than it says is not opened at all; nothing can be written.
        self._base.execute('PRAGMA writable_schema = ON')
        try:
            self._open()
        except sqlite3.Error as error:
            self._base.close()
            raise RecordingError(
                f'recording {str(path)!r} cannot be read ({error}); allowed: a complete rosbag2 '
                'recording (MCAP or SQLite3); it may be truncated: copy or record it again'
            ) from error
        except BaseException:
            self._base.close()
            raise

    def messages(self, channels: Collection[int]) -> Iterator[Stored]:
        """Yield the messages of some channels in the order of their log times."""
        wanted = ','.join(str(int(number)) for number in channels)
        query = (
            f'SELECT topic_id, timestamp, data FROM {self._from} WHERE topic_id IN ({wanted})'
            f'{self._readable} ORDER BY timestamp, id'
        )
        try:
            for number, time_ns, data in self._base.execute(query):
                yield Stored(number, time_ns, time_ns, 0, bytes(data))
        except sqlite3.Error as error:
            self._report(FaultKind.CUT, f'{self._path.name}: it cannot be read on ({error})')

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def _open(self) -> None:
        tables = {name for (name,) in self._base.execute('SELECT name FROM sqlite_master')}
        if not tables >= OWN_TABLES:
            raise RecordingError(
                f'recording {str(self._path)!r} cannot be read (it is a database without the '
                f'tables {", ".join(sorted(OWN_TABLES))}); allowed: a rosbag2 recording; choose '
                'another file'
            )
        definitions: dict[str, tuple[str, str]] = {}
        if 'message_definitions' in tables:
            query = 'SELECT topic_type, encoding, encoded_message_definition'
            definitions = {
                name: (encoding, text)
                for name, encoding, text in self._base.execute(f'{query} FROM message_definitions')
            }
        columns = {row[1] for row in self._base.execute('PRAGMA table_info(topics)')}
        optional = [
            column if column in columns else "''"
            for column in ('offered_qos_profiles', 'type_description_hash')
        ]
        query = f'SELECT id, name, type, serialization_format, {", ".join(optional)} FROM topics'
        for number, topic, type_name, encoding, quality, digest in self._base.execute(query):
            definition_encoding, definition = definitions.get(type_name, ('', ''))
            self.channels[number] = Channel(
                topic=topic,
                type=type_name,
                definition=definition,
                definition_encoding=definition_encoding,
                message_encoding=encoding,
                metadata=((metadata.QUALITY, quality), (metadata.TYPE_HASH, digest)),
            )
        try:
            self._count()
        except sqlite3.Error as error:
            self._count_what_is_left(error)
        log = self._path.with_name(f'{self._path.name}-wal')
        if log.exists() and log.stat().st_size:
            self._report(
                FaultKind.UNFINISHED,
                f'{self._path.name}: it was not closed, what is in {log.name} is left out; '
                'sqlite3 merges it into a copy of both files',
            )

    def _count(self) -> None:
        counted = self._base.execute('SELECT topic_id, COUNT(*) FROM messages GROUP BY topic_id')
        self.counts = {**dict.fromkeys(self.channels, 0), **dict(counted)}
        (span,) = self._base.execute('SELECT MIN(timestamp), MAX(timestamp) FROM messages')
        if span[0] is not None:
            self.span_ns = (span[0], span[1])

    def _count_what_is_left(self, error: sqlite3.Error) -> None:
        """Count up to where the file ends, in the order of writing: its index is no use."""
        self.counts = dict.fromkeys(self.channels, 0)
        self._from = 'messages NOT INDEXED'
        last, times = 0, []
        query = f'SELECT id, topic_id, timestamp, data FROM {self._from} ORDER BY id'
        with contextlib.suppress(sqlite3.Error):
            for row, number, time_ns, data in self._base.execute(query):
                if not (isinstance(time_ns, int) and isinstance(data, bytes)):
                    break  # of half a page the other half is read as zeros
                self.counts[number] = self.counts.get(number, 0) + 1
                times.append(time_ns)
                last = row
        if not times:
            raise error
        self._readable = f' AND id <= {last}'
        self.span_ns = min(times), max(times)
        self._report(
            FaultKind.CUT,
            f'{self._path.name}: it ends too early ({error}); the first {len(times)} messages '
            'that were written could be read',
        )
