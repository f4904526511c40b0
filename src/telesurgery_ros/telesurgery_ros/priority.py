"""Let a thread run before others when the machine is busy."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path


def make_realtime(thread: threading.Thread, priority: int) -> bool:
    """Give a running thread real-time priority 1..99; return whether the system permits it.

    On a machine whose cores are all taken an ordinary thread that wakes is let in late, by some 4
    ms in one case of a hundred; one with real-time priority by 0.2 ms (measured with twice as many
    busy processes as cores). Only for threads that spend most of their time waiting. Root may, and
    who has an `rtprio` limit (``ulimit -r``).
    """
    if thread.native_id is None:  # 0 would mean the caller
        return False
    return _schedule(thread.native_id, priority)


def make_process_realtime(priority: int) -> bool:
    """Do the same for every thread that this process has now, those of DDS included.

    For a process that passes things on: a message waits for the thread that takes it off the
    network, for the one that holds the interpreter, and for the one that acts on it.
    """
    try:
        tasks = [int(task.name) for task in Path('/proc/self/task').iterdir()]
    except OSError:  # a system without it
        return False
    granted = [_schedule(task, priority) for task in tasks]
    return all(granted)


def make_ordinary(thread: threading.Thread) -> None:
    """Take a running thread's real-time priority away: it no longer spends its time waiting."""
    if thread.native_id is None:
        return
    with contextlib.suppress(OSError, AttributeError):  # it has none; or a system without it
        os.sched_setscheduler(thread.native_id, os.SCHED_OTHER, os.sched_param(0))


def _schedule(task: int, priority: int) -> bool:
    try:
        os.sched_setscheduler(task, os.SCHED_RR, os.sched_param(priority))
    except ProcessLookupError:  # it has ended meanwhile
        return True
    except (OSError, AttributeError):  # not permitted; or a system without it
        return False
    return True
