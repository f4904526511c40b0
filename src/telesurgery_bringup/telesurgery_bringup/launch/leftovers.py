"""Finds and ends the processes of a launch that outlive it, whatever became of their parents.

Every process of a launch inherits a marker in its environment, and so do those that it starts, in
a session of their own or not. Run as a program, this file waits until the launch's pipe to it
closes, even because the launch was killed, and then ends whatever still carries the marker. It
imports nothing of the workspace, so that it starts at once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

MARKER = 'TELESURGERY_LAUNCH'
"""The environment variable that a launch gives to its processes."""

GRACE_S = 3.0
"""How long a leftover may take to end after SIGTERM."""


def marked(marker: str) -> list[int]:
    """Return the processes that carry a marker and have not ended."""
    entry = f'{MARKER}={marker}'.encode()
    found = []
    for folder in Path('/proc').iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            environment = (folder / 'environ').read_bytes()
        except OSError:  # ended meanwhile, or somebody else's
            continue
        if entry in environment.split(b'\0'):
            found.append(int(folder.name))
    return found


def end(marker: str, grace_s: float = GRACE_S) -> int:
    """End all processes that carry a marker; return how many there were."""
    leftovers = marked(marker)
    _signal(leftovers, signal.SIGTERM)
    deadline = time.monotonic() + grace_s
    while marked(marker):
        if time.monotonic() > deadline:
            _signal(marked(marker), signal.SIGKILL)
        time.sleep(0.02)
    return len(leftovers)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def main(argv: list[str]) -> int:
    """Wait for the end of standard input; then end the leftovers and remove a folder."""
    marker, folder = argv
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    ended = end(marker)
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(BrokenPipeError):  # the launch was killed
        print(ended, flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
