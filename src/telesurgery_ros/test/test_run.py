"""``run`` as its users meet it: a process with signals and exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed')
pytestmark = pytest.mark.ros

PROGRAM = """
import sys
from dataclasses import dataclass
from rclpy.node import Node
from telesurgery_core.parameters import parameter
from telesurgery_ros import parameter_loader, run
from telesurgery_ros.periodic import Periodic

@dataclass(frozen=True)
class Parameters:
    ticks: int = parameter(0, doc='Ticks until the work is done; 0: never.', low=0, high=1000)
    fail: bool = parameter(False, doc='Fail at the first tick.')

class Ticker(Node):
    NAME = 'ticker'
    def __init__(self):
        super().__init__(self.NAME)
        self.parameters = parameter_loader.load(self, Parameters)
        self.ticks = 0
        self.loop = Periodic(500.0, self.step, 'tick')
        self.loop.start()
        print('ready', flush=True)
    def step(self, now):
        self.ticks += 1
        if self.parameters.fail:
            raise ZeroDivisionError('the tick is broken')
        if self.ticks == self.parameters.ticks:
            raise run.Finished(3, 'counted to the end')
    def close(self):
        self.loop.stop()
        print('closed', flush=True)

sys.exit(run.run(Ticker))
"""
PATIENCE_S = 30.0


@contextmanager
def ticker(*parameters: str, remap: str = '') -> Iterator[subprocess.Popen[str]]:
    arguments = [item for parameter in parameters for item in ('-p', parameter)]
    arguments += ['-r', remap] if remap else []
    process = subprocess.Popen(
        [sys.executable, '-c', PROGRAM, *(['--ros-args', *arguments] if arguments else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == 'ready\n'


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_node_and_exits_with_zero(number: signal.Signals) -> None:
    with ticker() as process:
        wait_until_ready(process)
        process.send_signal(number)
        out, _ = process.communicate(timeout=PATIENCE_S)
        assert out == 'closed\n'
        assert process.returncode == 0


def test_a_finished_node_exits_with_its_own_code_and_says_why() -> None:
    with ticker('ticks:=20') as process:
        out, _ = process.communicate(timeout=PATIENCE_S)
        assert '[ticker] counted to the end' in out
        assert process.returncode == 3


def test_a_failure_in_a_loop_ends_the_process_with_its_traceback() -> None:
    with ticker('fail:=true') as process:
        out, err = process.communicate(timeout=PATIENCE_S)
        assert 'ZeroDivisionError: the tick is broken' in err
        assert 'closed' in out
        assert process.returncode == 1


@pytest.mark.parametrize(
    ('parameter', 'message'),
    [
        ('tiks:=3', "unknown key 'tiks'; allowed: ticks, fail"),
        ('ticks:=-1', 'ticks is -1; allowed: 0 .. 1000'),
        ('ticks:=many', "ticks is 'many'"),
    ],
)
def test_a_wrong_parameter_is_refused_in_one_line(parameter: str, message: str) -> None:
    with ticker(parameter) as process:
        out, err = process.communicate(timeout=PATIENCE_S)
        assert message in err
        assert err.count('\n') == 1
        assert out == ''
        assert process.returncode == 2


def test_a_second_node_of_the_same_name_is_refused() -> None:
    with ticker() as first:
        wait_until_ready(first)
        with ticker() as second:
            out, err = second.communicate(timeout=PATIENCE_S)
            assert "node 'ticker' already runs in DDS domain" in err
            assert out == ''
            assert second.returncode == 2
        first.send_signal(signal.SIGINT)
        assert first.communicate(timeout=PATIENCE_S)[0] == 'closed\n'


def test_a_node_of_the_same_name_in_another_namespace_is_another_one() -> None:
    with ticker() as first, ticker('ticks:=20', remap='__ns:=/site/B') as second:
        wait_until_ready(first)
        out, _ = second.communicate(timeout=PATIENCE_S)
        assert '[ticker] counted to the end' in out
        first.send_signal(signal.SIGINT)
        assert first.communicate(timeout=PATIENCE_S)[0] == 'closed\n'
