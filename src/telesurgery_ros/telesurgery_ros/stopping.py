"""The request to end the process: from a signal, or from a thread that failed or has finished.

There is one per process, as there is one set of signal handlers.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable


class Stopping:
    """Collects the first reason to end and announces it to whoever waits.

    While an executor waits in C no Python signal handler runs, so the signals' file descriptor is
    watched by a thread.
    """

    def __init__(self) -> None:
        self.reason: BaseException | None = None
        self._requested = False
        self._announce: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def watch_signals(self) -> None:
        """Turn SIGINT and SIGTERM into requests; call once, from the main thread."""
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave_it_to_the_watcher)
        threading.Thread(target=self._watch, name='signals', daemon=True).start()

    def announce_to(self, announce: Callable[[], None]) -> None:
        """Call ``announce`` once at the first request; at once, if there has been one."""
        with self._lock:
            self._announce = announce
            if self._requested:
                announce()

    def request(self, reason: BaseException | None = None) -> None:
        """End the process: ``run`` raises the first ``reason`` in the main thread."""
        with self._lock:
            if self._requested:
                return
            self.reason = reason
            self._requested = True
            self._announce()

    def _watch(self) -> None:
        while True:
            if os.read(self._read, 1)[0] in (signal.SIGINT, signal.SIGTERM):
                self.request()


def _leave_it_to_the_watcher(_number: int, _frame: object) -> None:
    """Do nothing here: the watcher has seen the signal."""
