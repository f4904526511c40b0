"""Both sides of a session as real processes: those of the launch files, each of which can fail."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from faults_study.hands import RATE_HZ

from telesurgery_bringup.launch.parameter_files import command_line
from telesurgery_bringup.launch.plan import Process
from telesurgery_bringup.launch.resolve import resolve
from telesurgery_bringup.reservations import Reservations
from telesurgery_gazebo.hosting import tether
from telesurgery_link.channels import Side
from telesurgery_link.key_files import write_secret
from telesurgery_link.keys import PreSharedKey

LEFT_UNIT, RIGHT_UNIT = '/left/pose,/left/joy', '/right/pose,/right/joy'
END_S = 10.0


class Stage:
    """The processes by name: ``console``, ``motion``, ``arms``, ``simulator``, ``gateway of
    surgeon``, ``gateway of patient``, ``recorder`` (the patient's, if any). Use it in a ``with``
    block.

    Unlike a launch it lets the others go on when one ends, as they would on other machines, and
    starts one again only when told so.

    Attributes:
        domains, ports: of the two sides.
        folder: of keys, recordings and logs.
    """

    def __init__(
        self,
        workspace: Path,
        reservations: Reservations,
        *,
        sim: str,
        link: str,
        control_rate_hz: float = 500.0,
        light: bool = False,
        record: bool = True,
    ) -> None:
        """Prepare them; ``light``: without cameras and filter; ``record``: with the recorder."""
        self.folder = Path(tempfile.mkdtemp(prefix='telesurgery_faults_'))
        self.domains = {side: reservations.domain() for side in Side}
        self.ports = {side: reservations.udp_port() for side in Side}
        key = self.folder / 'link.key'
        write_secret(key, PreSharedKey(os.urandom(32)).to_text())
        common = {'link': link, 'key_file': str(key)}
        self._plans: dict[str, Process] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        given = {
            Side.PATIENT: {
                **common,
                'sim': sim,
                'control_rate_hz': str(control_rate_hz),
                'cameras': str(not light).lower(),
                'record': str(record).lower(),
                'record_to': str(self.folder / 'recording'),
            },
            Side.SURGEON: {
                **common,
                'device': 'pose',
                'left_unit': LEFT_UNIT,
                'right_unit': RIGHT_UNIT,
                'rate_hz': str(RATE_HZ),
                'filter': 'none' if light else 'adaptive',
            },
        }
        environment = {
            **os.environ,
            'ROS_AUTOMATIC_DISCOVERY_RANGE': 'LOCALHOST',
            'GAZEBO_MASTER_URI': f'http://127.0.0.1:{reservations.gazebo_port()}',
            'GAZEBO_IP': '127.0.0.1',
            'IGN_IP': '127.0.0.1',
            'IGN_PARTITION': reservations.partition(),
        }
        for side, arguments in given.items():
            ports = {
                'port': str(self.ports[side]),
                'peer_port': str(self.ports[side.other]),
            }
            plan = resolve(
                workspace / 'launch' / f'{side.value}_side.launch.xml',
                {**arguments, **ports},
                {**environment, 'ROS_DOMAIN_ID': str(self.domains[side])},
            )
            for process in plan.processes:
                name = process.name.rpartition('-')[0]
                full = f'gateway of {side.value}' if name == 'gateway' else name
                self._plans[full] = process

    @property
    def names(self) -> list[str]:
        """Names of the processes."""
        return list(self._plans)

    def __enter__(self) -> Stage:
        for name in self._plans:
            self.start(name)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGCONT)
            process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + END_S
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        for process in self._running.values():  # with whatever they have started themselves
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name: str) -> None:
        """Start a process, or start it again."""
        plan = self._plans[name]
        if name in self._running:
            self.wait(name)
        # The two sides have processes of the same name: each has its own folder of parameters.
        files = self.folder / name
        files.mkdir(exist_ok=True)
        log = (self.folder / f'{name.replace(" ", "_")}.log').open('ab')
        self._running[name] = subprocess.Popen(
            # None outlives this process, however it ends.
            [sys.executable, tether.__file__, str(os.getpid()), *command_line(plan, files)],
            env=dict(plan.environment),
            cwd=plan.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()

    def running(self, name: str) -> bool:
        """Return whether a process has not ended."""
        return self._running[name].poll() is None

    def wait(self, name: str) -> None:
        """Wait for the end of a process."""
        self._running[name].wait(END_S)

    def pid(self, name: str) -> int:
        """Return the process id; of ``gzserver``, which the simulator has started, its own."""
        if name != 'gzserver':
            return self._running[name].pid
        found = [
            pid
            for pid in _descendants(self._running['simulator'].pid)
            if 'gzserver' in _command(pid)
        ]
        if not found:
            raise LookupError('no gzserver runs under the simulator')
        return found[-1]

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one process alone."""
        os.kill(self.pid(name), number)

    def log(self, name: str) -> str:
        """Return what a process has printed."""
        return (self.folder / f'{name.replace(" ", "_")}.log').read_text(errors='replace')


def _descendants(ancestor: int) -> Iterator[int]:
    """Yield the processes that a process has started, and those that these have, nearest first."""
    children: dict[int, list[int]] = {}
    for entry in Path('/proc').iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = (entry / 'stat').read_text().rpartition(')')[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    waiting = children.get(ancestor, [])
    while waiting:
        yield from waiting
        waiting = [pid for parent in waiting for pid in children.get(parent, [])]


def _command(pid: int) -> str:
    try:
        return (
            Path(f'/proc/{pid}/cmdline').read_bytes().replace(b'\0', b' ').decode(errors='replace')
        )
    except OSError:
        return ''
