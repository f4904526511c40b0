"""A managed process is watched, ends when it should, and cannot outlive its parent."""

import os
import queue
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting import folder
from telesurgery_gazebo.hosting.process import ManagedProcess
from telesurgery_gazebo.hosting.program import Program

DEADLINE_S = 20.0
SHELL = Program(('/bin/sh', '-c'))


def started(script: str, tmp_path: Path) -> ManagedProcess:
    return ManagedProcess(
        'program', SHELL, (script,), environment=os.environ, log=tmp_path / 'log'
    )


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody has waited for counts as ended."""
    try:
        return Path('/proc', str(pid), 'stat').read_text().rsplit(')', 1)[1].split()[0] == 'Z'
    except FileNotFoundError:
        return True


def wait_until(condition) -> None:
    give_up = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_a_death_is_reported_with_exit_code_and_last_error(tmp_path):
    process = started('echo fine; echo "\033[1;31m[Err] no model\033[0m"; exit 7', tmp_path)
    reasons: queue.Queue[str] = queue.Queue()
    process.watch(reasons.put)
    assert reasons.get(timeout=DEADLINE_S) == 'program ended with exit code 7: [Err] no model'


def test_a_death_by_a_signal_is_reported_by_its_name(tmp_path):
    process = started('exec sleep 60', tmp_path)
    reasons: queue.Queue[str] = queue.Queue()
    process.watch(reasons.put)
    os.kill(process.pid, signal.SIGKILL)
    assert reasons.get(timeout=DEADLINE_S) == 'program ended by SIGKILL'


def test_an_abort_is_reported_with_what_the_program_said_of_it(tmp_path):
    said = "mutex.hpp:26: Assertion \\`!pthread_mutex_lock(m)' failed."
    process = started(f'echo "{said}"; echo "more words"; kill -ABRT $$', tmp_path)
    reasons: queue.Queue[str] = queue.Queue()
    process.watch(reasons.put)
    reason = reasons.get(timeout=DEADLINE_S)
    assert reason.startswith('program ended by SIGABRT: mutex.hpp:26: Assertion')


def test_an_end_that_was_wanted_is_no_death(tmp_path):
    process = started('exec sleep 60', tmp_path)
    reasons: queue.Queue[str] = queue.Queue()
    process.watch(reasons.put)
    process.end()
    assert not process.running
    with pytest.raises(queue.Empty):
        reasons.get(timeout=0.2)


def test_its_descendants_end_with_it(tmp_path):
    process = started('sleep 60 & echo $!; wait', tmp_path)
    wait_until(lambda: (tmp_path / 'log').read_text().strip())
    descendant = int((tmp_path / 'log').read_text())
    process.end()
    wait_until(lambda: gone(descendant))


def test_one_that_does_not_listen_is_killed(tmp_path):
    process = started('trap "" TERM; echo ready; while true; do sleep 0.1; done', tmp_path)
    wait_until(lambda: (tmp_path / 'log').read_text().strip())
    process.end(patience_s=0.2)
    assert gone(process.pid)


def test_one_that_is_stopped_ends_all_the_same(tmp_path):
    process = started('exec sleep 60', tmp_path)
    os.kill(process.pid, signal.SIGSTOP)
    process.end(patience_s=2.0)
    assert gone(process.pid)


def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path):
    script = (
        'import os, time\n'
        'from pathlib import Path\n'
        'from telesurgery_gazebo.hosting.program import Program\n'
        'from telesurgery_gazebo.hosting.process import ManagedProcess\n'
        f'process = ManagedProcess("p", Program(("/bin/sleep",)), ("60",),\n'
        f'    environment=os.environ, log=Path({str(tmp_path / "log")!r}))\n'
        'print(process.pid, flush=True)\n'
        'time.sleep(60)\n'
    )
    with subprocess.Popen(
        [sys.executable, '-c', script],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)},
    ) as parent:
        child = int(parent.stdout.readline())
        wait_until(lambda: Path('/proc', str(child), 'comm').read_text() == 'sleep\n')
        parent.kill()
        wait_until(lambda: gone(child))


def test_the_folder_of_a_killed_process_is_removed_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(folder.tempfile, 'tempdir', str(tmp_path))
    with subprocess.Popen(['/bin/true']) as ended:
        ended.wait()
    left = tmp_path / f'telesurgery_gazebo_{ended.pid}_abc'
    ours = tmp_path / f'telesurgery_gazebo_{os.getpid()}_abc'
    strange = tmp_path / 'telesurgery_gazebo_notes'
    for path in (left, ours, strange):
        path.mkdir()
    folder.remove_leftovers()
    assert not left.exists()
    assert ours.exists()
    assert strange.exists()


def test_a_program_that_is_not_there_is_reported(tmp_path):
    process = ManagedProcess(
        'ghost', Program(('/no/such/program',)), (), environment=os.environ, log=tmp_path / 'log'
    )
    assert process.ends_within(DEADLINE_S)
    assert 'No such file' in process.obituary()


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(SimulatorError, match='cannot be started'):
        ManagedProcess(
            'program',
            Program(('/bin/true',), tmp_path / 'missing'),
            (),
            environment=os.environ,
            log=tmp_path / 'log',
        )


def test_a_preferred_process_runs_before_others_where_that_is_permitted(tmp_path):
    process = started('sleep 60', tmp_path)
    before = os.getpriority(os.PRIO_PROCESS, process.pid)
    preferred = process.prefer()
    assert (os.getpriority(os.PRIO_PROCESS, process.pid) < before) == preferred
    process.end()
