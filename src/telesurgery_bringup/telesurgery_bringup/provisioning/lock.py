"""One set-up or build at a time in a checkout."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: set[int] = set()


@contextmanager
def exclusive(path: Path, doing: str) -> Iterator[None]:
    """Hold the lock at ``path``; wait, and say so, while another process does ``doing``.

    The kernel frees the lock when its holder and the processes it started are gone, so that a
    killed set-up cannot leave it behind, nor a program that still writes into the folder.
    """
    with path.open('a', encoding='utf-8') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f'another process {doing} in this checkout; waiting for it', file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        _held.add(file.fileno())
        try:
            yield
        finally:
            _held.discard(file.fileno())


def held() -> tuple[int, ...]:
    """Return the descriptors that started processes must inherit to keep the lock."""
    return tuple(_held)
