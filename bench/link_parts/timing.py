"""Acting at a rate, and the processor time that it takes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path


def at_rate(rate_hz: float, count: int, act: Callable[[], None]) -> None:
    """Call ``act`` so many times, at absolute times."""
    begun = time.monotonic()
    for number in range(count):
        left_s = begun + number / rate_hz - time.monotonic()
        if left_s > 0:
            time.sleep(left_s)
        act()


def processor_s(pids: Iterable[int | None]) -> float:
    """Return the processor time that the processes have used [s] (Linux)."""
    ticks = 0
    for pid in pids:
        fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf('SC_CLK_TCK')
