"""Run a program that cannot outlive its parent: ``tether.py PARENT_PID PROGRAM ARGS``.

The kernel kills the program when its parent ends, however that happens (PR_SET_PDEATHSIG, which
execve keeps). Strictly it goes by the parent's thread: start it from one that lives on.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Become the program, or return 1 when the parent is gone already."""
    parent, program = int(arguments[0]), arguments[1:]
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it was watched
        return 1
    return os.execvp(program[0], program)  # which never returns


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
