"""The runner with real processes: starting, dying, ending, and nothing left behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from telesurgery_bringup.launch import leftovers
from telesurgery_bringup.launch.child import End
from telesurgery_bringup.launch.console import Console, log_folder
from telesurgery_bringup.launch.parameter_files import command_line
from telesurgery_bringup.launch.plan import Output, Parameters, Process

DEADLINE_S = 60.0
"""Longest time that anything here may take on a busy machine."""

READY = 'import sys; print("ready", flush=True);'
SLEEP = 'import time; time.sleep(1000)'
DEAF = 'import signal; [signal.signal(n, signal.SIG_IGN) for n in (2, 15)];'


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; fail when it takes longer than anything may."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, 'it did not happen'
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        state = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0]
    except OSError:
        return False
    return state != 'Z'


class Launch:
    """``python -m telesurgery_bringup.launch`` on a file with the given content."""

    def __init__(self, folder: Path, content: str) -> None:
        file = folder / 'test.launch.xml'
        file.write_text(f'<launch>{content}</launch>')
        self._output = (folder / 'output').open('w+')
        self._process = subprocess.Popen(
            [sys.executable, '-m', 'telesurgery_bringup.launch', str(file)],
            env={
                **{key: value for key, value in os.environ.items() if key != 'ROS_DOMAIN_ID'},
                'PYTHONPATH': os.pathsep.join(sys.path),
                'ROS_LOG_DIR': str(folder / 'log'),
            },
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = self._process.pid

    @property
    def text(self) -> str:
        """What it has printed so far."""
        return Path(self._output.name).read_text()

    def wait_for(self, text: str) -> None:
        """Wait until it has printed a text."""
        wait_until(lambda: text in self.text)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it alone."""
        self._process.send_signal(number)

    def result(self) -> int:
        """Wait for its end and return its exit code."""
        return self._process.wait(DEADLINE_S)

    def close(self) -> None:
        """End it by force."""
        self._process.kill()
        self._process.wait()
        self._output.close()


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[[str], Launch]]:
    """Starts launches that end with the test."""
    started: list[Launch] = []

    def start(content: str) -> Launch:
        started.append(Launch(tmp_path, content))
        return started[-1]

    yield start
    for each in started:
        each.close()


def program(source: str, attributes: str = '') -> str:
    """Return the element that runs a Python program."""
    quoted = source.replace('&', '&amp;').replace('"', '&quot;').replace('<', '&lt;')
    quoted = quoted.replace('\n', '&#10;')
    command = f"{sys.executable} -c '{quoted}'"
    return f'<executable cmd="{command}" name="job" output="screen" {attributes}/>'


def test_lines_carry_the_name_of_their_process(launch: Callable[[str], Launch]) -> None:
    source = 'import sys; print("one\\\\ntwo"); print("three", file=sys.stderr)'
    session = launch(program(source))
    assert session.result() == 0
    for line in ('[job-1] one\n', '[job-1] two\n', '[job-1] three\n'):
        assert line in session.text
    assert '[INFO] [job-1]: process has finished cleanly' in session.text


def test_lines_of_any_length_arrive_whole(launch: Callable[[str], Launch]) -> None:
    session = launch(program('print("x" * 300000); print("end", end="")'))
    assert session.result() == 0
    assert f'[job-1] {"x" * 300000}\n[job-1] end\n' in session.text


def test_output_for_the_log_is_kept_there(launch: Callable[[str], Launch], tmp_path: Path) -> None:
    content = program('import sys; print("out"); print("err", file=sys.stderr)')
    session = launch(content.replace('output="screen"', 'output="log"'))
    assert session.result() == 0
    assert '[job-1] out' not in session.text
    assert '[job-1] err' in session.text
    (log,) = (tmp_path / 'log').iterdir()
    assert {line.split(' ', 1)[1] for line in log.read_text().splitlines()} >= {
        '[job-1] out',
        '[job-1] err',
    }


def test_the_end_of_a_required_process_ends_the_others(
    launch: Callable[[str], Launch], tmp_path: Path
) -> None:
    started = f'import pathlib, time; there = pathlib.Path("{tmp_path}/there");'
    waits = f'{started}\nwhile not there.exists(): time.sleep(0.01)'
    session = launch(
        program(f'{started} there.touch(); {SLEEP}') + program(waits, 'on_exit="shutdown"')
    )
    assert session.result() == 0
    assert '[INFO] [job-2]: was required: ending the others' in session.text
    assert '[INFO] [job-1]: process has ended as asked' in session.text


def test_the_end_of_another_process_ends_nothing(launch: Callable[[str], Launch]) -> None:
    session = launch(program(READY + SLEEP) + program('pass'))
    session.wait_for('[job-1] ready')
    session.wait_for('[job-2]: process has finished cleanly')
    session.send(signal.SIGINT)
    assert session.result() == 0


def test_a_crash_is_reported_with_its_code_and_command(launch: Callable[[str], Launch]) -> None:
    session = launch(program('raise SystemExit(3)'))
    assert session.result() == 3
    assert '[ERROR] [job-1]: process has died [pid' in session.text
    assert 'exit code 3, cmd' in session.text


def test_a_killed_process_is_reported_with_its_signal(launch: Callable[[str], Launch]) -> None:
    session = launch(program('import os; os.kill(os.getpid(), 11)'))
    assert session.result() == 128 + signal.SIGSEGV
    assert 'exit code -11, SIGSEGV' in session.text


def test_a_required_process_that_fails_ends_all_with_its_code(
    launch: Callable[[str], Launch],
) -> None:
    session = launch(program(READY + SLEEP) + program('raise SystemExit(2)', 'on_exit="shutdown"'))
    assert session.result() == 2


def test_a_program_that_does_not_exist_is_named(launch: Callable[[str], Launch]) -> None:
    session = launch('<executable cmd="/no/such/program" on_exit="shutdown"/>')
    assert session.result() == 127
    assert '[ERROR] [program-1]: cannot be started' in session.text
    assert '/no/such/program' in session.text


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_in_good_order(
    launch: Callable[[str], Launch], number: signal.Signals
) -> None:
    polite = f'import signal, sys; signal.signal(2, lambda *_: sys.exit(0)); {READY} {SLEEP}'
    session = launch(program(polite) + program(READY + SLEEP))
    session.wait_for('[job-1] ready')
    session.wait_for('[job-2] ready')
    session.send(number)
    assert session.result() == 0
    assert '[INFO] [job-1]: process has finished cleanly' in session.text
    assert '[INFO] [job-2]: process has ended as asked' in session.text


def test_a_deaf_process_gets_sigterm_then_sigkill(launch: Callable[[str], Launch]) -> None:
    limits = 'sigterm_timeout="0.1" sigkill_timeout="0.1"'
    session = launch(program(DEAF + READY + SLEEP, limits))
    session.wait_for('ready')
    session.send(signal.SIGINT)
    assert session.result() == 128 + signal.SIGKILL
    assert '[job-1]: does not end; sending SIGTERM' in session.text
    assert '[job-1]: does not end; sending SIGKILL' in session.text


def test_a_repeated_ctrl_c_loses_patience(launch: Callable[[str], Launch]) -> None:
    limits = 'sigterm_timeout="1000" sigkill_timeout="1000"'
    session = launch(program(DEAF + READY + SLEEP, limits))
    session.wait_for('ready')
    for told in ('SIGINT: ending every process', 'sending SIGTERM', 'sending SIGKILL'):
        session.send(signal.SIGINT)
        session.wait_for(told)
    assert session.result() == 128 + signal.SIGKILL


def test_a_process_that_fails_while_it_ends_is_a_failure(launch: Callable[[str], Launch]) -> None:
    source = f'import signal, os; signal.signal(2, lambda *_: os._exit(9)); {READY} {SLEEP}'
    session = launch(program(source))
    session.wait_for('ready')
    session.send(signal.SIGINT)
    assert session.result() == 9


def test_a_respawned_process_starts_again(launch: Callable[[str], Launch]) -> None:
    session = launch(program('raise SystemExit(1)', 'respawn="true"'))
    wait_until(lambda: session.text.count('process started') >= 3)
    session.send(signal.SIGINT)
    assert session.result() == 0


def grandchild(session: bool) -> str:
    """Return a program that starts another one, in a session of its own or not."""
    return (
        'import subprocess, sys, time;'
        f'p = subprocess.Popen([sys.executable, "-c", "{DEAF} {SLEEP}"],'
        f' start_new_session={session});'
        'print("grandchild", p.pid, flush=True);'
    )


def pid_in(text: str) -> int:
    """Return the process id that ``grandchild`` printed."""
    return int(text.partition('grandchild ')[2].split()[0])


@pytest.mark.parametrize('own_session', [False, True])
def test_no_grandchild_is_left_behind(launch: Callable[[str], Launch], own_session: bool) -> None:
    session = launch(program(grandchild(own_session)))
    assert session.result() == 0
    assert not is_running(pid_in(session.text))
    assert '1 processes were left over; ended them' in session.text


@pytest.mark.parametrize('own_session', [False, True])
def test_nothing_outlives_a_killed_launch(
    launch: Callable[[str], Launch], own_session: bool
) -> None:
    session = launch(program(DEAF + grandchild(own_session) + SLEEP))
    session.wait_for('grandchild')
    line = next(line for line in session.text.splitlines() if 'started with pid' in line)
    pids = [int(line.rpartition('[')[2].rstrip(']')), pid_in(session.text)]
    assert all(map(is_running, pids))
    session.send(signal.SIGKILL)
    session.result()
    wait_until(lambda: not any(map(is_running, pids)))


def test_a_node_finds_its_parameters_in_a_file(tmp_path: Path) -> None:
    values = {'n': 1, 'text': 'true', 'list': [1.5, 2.0]}
    process = Process('a/b-1', ('x', '--params-file', Parameters('/**', values)), {})
    program_name, option, path = command_line(process, tmp_path)
    assert (program_name, option) == ('x', '--params-file')
    assert Path(path).read_text() == (
        "/**:\n  ros__parameters:\n    list:\n    - 1.5\n    - 2.0\n    n: 1\n    text: 'true'\n"
    )


@pytest.mark.parametrize(
    ('code', 'was_asked', 'fails', 'shell'),
    [
        (0, False, False, 0),
        (1, False, True, 1),
        (-2, False, True, 130),
        (-2, True, False, 130),
        (130, True, False, 130),
        (-15, True, False, 143),
        (-11, True, True, 139),
        (1, True, True, 1),
    ],
)
def test_an_end_is_a_failure_or_not(code: int, was_asked: bool, fails: bool, shell: int) -> None:
    end = End(code, was_asked)
    assert (end.is_failure, end.shell_code) == (fails, shell)


def test_logs_go_where_ros_puts_them() -> None:
    assert log_folder({'ROS_LOG_DIR': '/logs', 'ROS_HOME': '/ros'}) == Path('/logs')
    assert log_folder({'ROS_HOME': '/ros'}) == Path('/ros/log')
    assert log_folder({}) == Path('~/.ros/log').expanduser()


def test_nothing_is_logged_before_there_is_something(tmp_path: Path) -> None:
    screen = io.StringIO()
    console = Console(tmp_path / 'log', screen)
    console.line('shown', shown=True, logged=False)
    assert screen.getvalue() == 'shown\n'
    assert not (tmp_path / 'log').exists()
    console.close()


def test_outputs_are_shown_and_logged_as_ros_does() -> None:
    rules = {output.value: (output.shows_stdout, output.is_logged) for output in Output}
    assert rules == {'screen': (True, False), 'log': (False, True), 'both': (True, True)}


def test_processes_are_found_by_their_marker() -> None:
    marker = f'test-{os.getpid()}'
    env = {**os.environ, leftovers.MARKER: marker}
    with subprocess.Popen([sys.executable, '-c', SLEEP], env=env) as process:
        wait_until(lambda: leftovers.marked(marker) == [process.pid])
        assert leftovers.end(marker) == 1
    assert leftovers.marked(marker) == []
