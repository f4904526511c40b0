"""Call a function at a steady rate from a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from telesurgery_ros.run import stopping


class Periodic:
    """A loop on absolute deadlines of the monotonic clock: lateness does not accumulate.

    A cycle that overruns whole periods skips them (a control loop has no use for missed ticks) and
    counts them in ``overruns``.

    Attributes:
        overruns: number of periods that were skipped.
        thread: the loop's thread.
    """

    def __init__(self, rate_hz: float, step: Callable[[float], None], name: str) -> None:
        """Prepare to call ``step(now)`` ``rate_hz`` times a second.

        ``now`` [s] is on the monotonic clock. An exception from ``step`` ends the process the way
        it would from a callback (see ``telesurgery_ros.run``).
        """
        self.overruns = 0
        self._period = 1.0 / rate_hz
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
        deadline = time.monotonic()
        try:
            while not self._stopping.is_set():
                now = time.monotonic()
                if now < deadline:
                    time.sleep(deadline - now)
                    now = time.monotonic()
                self._step(now)
                deadline += self._period
                missed = int((time.monotonic() - deadline) / self._period)
                if missed > 0:
                    self.overruns += missed
                    deadline += missed * self._period
        except BaseException as error:
            stopping.request(error)
