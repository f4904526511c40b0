"""Runs one of the programs on which set-up relies and reports its failure in one line."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import lock

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    on_line: Callable[[str], None] | None = None,
    log: Path | None = None,
) -> None:
    """Run a command to its end; each line of its output goes to ``on_line`` and into ``log``.

    The command ends with this process, however that ends. Raises SetupError, with the last lines
    of the output, when it fails.
    """
    last: deque[str] = deque(maxlen=12)
    with subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors='replace',
        env=None if env is None else dict(env),
        cwd=cwd,
        pass_fds=lock.held(),
        preexec_fn=_die_with_parent,  # noqa: PLW1509 (one system call, no lock taken)
    ) as process:
        assert process.stdout is not None
        with Path(os.devnull if log is None else log).open('a', encoding='utf-8') as record:
            print('$', *command, file=record)
            for line in process.stdout:
                record.write(line)
                if line.strip():
                    last.append(line.rstrip())
                if on_line is not None:
                    on_line(line.rstrip('\n'))
    if process.returncode != 0:
        told = f'; all of it is in {log}' if log is not None else ''
        detail = ''.join(f'\n    {line}' for line in last)
        raise SetupError(f'{what} failed (exit code {process.returncode}){told}{detail}')


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
