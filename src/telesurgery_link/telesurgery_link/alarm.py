"""Waiting for sockets in one thread, so that another can end the wait."""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Sequence
from typing import Protocol


class HasDescriptor(Protocol):
    """Something that the system can wait for."""

    def fileno(self) -> int:
        """Return what the system knows it by."""
        ...


class Alarm:
    """Waits for sockets, and can be woken by another thread."""

    def __init__(self, sockets: Sequence[HasDescriptor]) -> None:
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._sources: list[HasDescriptor | int] = [*sockets, self._wake_read]

    def wait(self, timeout_s: float) -> None:
        """Return when a datagram is there, after ``timeout_s``, or at ``wake``."""
        readable, _, _ = select.select(self._sources, [], [], timeout_s)
        if self._wake_read in readable:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake_read, 4096)

    def wake(self) -> None:
        """End a ``wait`` of another thread."""
        with contextlib.suppress(BlockingIOError):  # a full pipe wakes as well
            os.write(self._wake_write, b'.')

    def close(self) -> None:
        """Free the pipe."""
        os.close(self._wake_read)
        os.close(self._wake_write)
