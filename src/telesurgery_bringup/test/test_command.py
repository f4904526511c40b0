"""Programs that set-up starts: failures in words, an end with it, one set-up at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning.command import run
from telesurgery_bringup.provisioning.lock import exclusive

DEADLINE_S = 60.0
HOLDER = """
import sys, pathlib
from telesurgery_bringup.provisioning.lock import exclusive
from telesurgery_bringup.provisioning.command import run
with exclusive(pathlib.Path(sys.argv[1]), 'sets up'):
    run(['sh', '-c', 'echo $$; exec sleep 1000'], what='sleeping',
        on_line=lambda line: print(line, flush=True))
"""


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, 'it did not happen'
        time.sleep(0.01)


def test_lines_are_handed_over_and_kept(tmp_path: Path) -> None:
    lines: list[str] = []
    log = tmp_path / 'log'
    run(['sh', '-c', 'echo a; echo b >&2'], what='x', on_line=lines.append, log=log)
    assert sorted(lines) == ['a', 'b']
    assert log.read_text().startswith('$ sh -c')


def test_a_failure_says_what_failed_and_why(tmp_path: Path) -> None:
    log = tmp_path / 'log'
    with pytest.raises(SetupError) as caught:
        run(['sh', '-c', 'echo the reason; exit 3'], what='fetching it', log=log)
    assert str(caught.value) == (
        f'fetching it failed (exit code 3); all of it is in {log}\n    the reason'
    )


def test_a_killed_set_up_leaves_no_program_and_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / 'lock'
    env = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    command = [sys.executable, '-c', HOLDER, str(lock)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        program = int(holder.stdout.readline())
        holder.send_signal(signal.SIGKILL)
        holder.wait(DEADLINE_S)
    wait_until(lambda: not Path(f'/proc/{program}/cmdline').exists() or _is_zombie(program))
    with exclusive(lock, 'sets up'):  # comes back at once
        pass


def _is_zombie(pid: int) -> bool:
    return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] == 'Z'


def test_a_second_set_up_waits_and_says_so(tmp_path: Path) -> None:
    lock = tmp_path / 'lock'
    env = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    command = [
        sys.executable,
        '-c',
        HOLDER.replace('exec sleep 1000', 'true'),
        str(lock),
    ]
    with exclusive(lock, 'sets up'):
        second = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stderr is not None
        told = second.stderr.readline()
        assert told == 'another process sets up in this checkout; waiting for it\n'
        assert second.poll() is None
    second.communicate(timeout=DEADLINE_S)
    assert second.returncode == 0
