"""Call a function when it wants to be called next, from a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from telesurgery_ros.run import stopping


class Paced:
    """A loop whose step says when the next step is due, on the monotonic clock.

    Attributes:
        thread: the loop's thread.
    """

    def __init__(self, step: Callable[[float], float], name: str) -> None:
        """Prepare to call ``step(now)``, which returns the time [s] of the next call.

        A time that has passed means at once. An exception from ``step`` ends the process the way
        it would from a callback (see ``telesurgery_ros.run``).
        """
        self._step = step
        self._stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the loop."""
        self.thread.start()

    def stop(self) -> None:
        """End the loop and wait for its last step."""
        self._stopping.set()
        if self.thread.is_alive() and self.thread is not threading.current_thread():
            self.thread.join()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                due = self._step(time.monotonic())
                self._stopping.wait(max(due - time.monotonic(), 0.0))
        except BaseException as error:
            stopping.request(error)
