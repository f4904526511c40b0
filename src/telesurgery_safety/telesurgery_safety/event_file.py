"""The event log's file: whole lines, on the disk before the next ones are taken."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from telesurgery_core.errors import ParameterError
from telesurgery_safety.event_log import EventRecord


class EventFile:
    """A new file that records are appended to; it is never rewritten.

    Attributes:
        path: where it is.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Make ``folder/name.jsonl``, or with a number behind where there is one already.

        ParameterError where none can be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path, self._descriptor = _new_file(folder, name)
        except OSError as error:
            raise ParameterError(
                f'event_log_folder is {str(folder)!r} ({error.strerror}); allowed: a folder that '
                'can be written; name another one'
            ) from error
        self._at_line_start = True
        self._waiting: list[bytes] = []

    def __enter__(self) -> EventFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what the disk has not taken is lost."""
        os.close(self._descriptor)

    def append(self, records: Sequence[EventRecord]) -> None:
        """Write records and wait until the disk has them.

        OSError when the disk does not take them: they are kept, and go before the next ones.
        """
        self._waiting += [f'{record.to_line()}\n'.encode() for record in records]
        if not self._at_line_start:
            self._write(b'\n')  # ends the line that a full disk has cut off
        while self._waiting:
            self._write(self._waiting[0])
            del self._waiting[0]
        os.fsync(self._descriptor)

    def _write(self, data: bytes) -> None:
        written = os.write(self._descriptor, data)
        self._at_line_start = data[:written].endswith(b'\n') or (
            self._at_line_start and not written
        )
        if written < len(data):
            raise OSError(f'only {written} of {len(data)} bytes were written')


def _new_file(folder: Path, name: str) -> tuple[Path, int]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
    number = 1
    while True:
        path = folder / (f'{name}.jsonl' if number == 1 else f'{name}-{number}.jsonl')
        try:
            return path, os.open(path, flags, 0o644)
        except FileExistsError:
            number += 1
