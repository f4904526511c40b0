"""Whether the machine itself stood: a process that does nothing but sleep, and how long it did."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from faults_real import sleeper
from telesurgery_gazebo.hosting import tether


class Bystander:
    """A process of ordinary priority that shares the machine with a session, and has no work.

    What keeps it from running keeps everybody from running, and is no fault of the session's.
    """

    def __init__(self) -> None:
        self._stood: list[tuple[float, float]] = []
        tethered = (sys.executable, tether.__file__, str(os.getpid()))
        self._process = subprocess.Popen(
            [*tethered, sys.executable, '-I', sleeper.__file__],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._thread = threading.Thread(target=self._read, name='bystander', daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._thread.join()
        self._process.communicate()  # closes the pipe, and waits

    def longest_s(self, begin: float, end: float) -> float:
        """Return the longest time that it was kept from running between two moments [s]."""
        return max((stood for at, stood in self._stood if begin <= at <= end + stood), default=0.0)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            at, stood = map(float, line.split())
            self._stood.append((at, stood))
