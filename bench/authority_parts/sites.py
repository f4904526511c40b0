"""The patient side (arms, an in-memory plant, a gateway a console) and consoles, as processes."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from geometry_msgs.msg import PoseStamped

from authority_parts.console import RigConsole
from telesurgery_bringup.reservations import Reservations
from telesurgery_core.transforms import Array
from telesurgery_link.key_files import write_secret
from telesurgery_link.keys import PreSharedKey
from telesurgery_msgs.msg import LinkStatus, SafetyState
from telesurgery_msgs.srv import DecideAuthority
from telesurgery_ros import qos
from telesurgery_ros.testing import NodeProcess, Peer
from telesurgery_safety.testing.limits import LENIENT

WORKSPACE = Path(__file__).resolve().parents[2]
CONFIG = WORKSPACE / 'config'
LOCAL = 'local'
PORTS = range(47400, 47500)
GATEWAY: dict[str, object] = {'peer_timeout_s': 5.0, 'path_timeout_s': 5.0}
DEADLINE_S = 180.0
"""Longest that anything may take on a machine that runs ten other things."""


class Sites:
    """Everything that runs, in domains and on ports of its own.

    Attributes:
        consoles: the consoles A and B, and the bedside (``local``).
        tips: for every watched arm the positions of its tip's setpoint ``(3,)`` [m].
    """

    def __init__(
        self, folder: Path, link: str, watched: tuple[str, ...] = ('PSM1',), **parameters: object
    ) -> None:
        """Start all of it; ``parameters`` are those of the arms' node."""
        self._running = ExitStack()
        self._folder = folder
        self._processes: dict[str, NodeProcess] = {}
        self._gateways: dict[str, str] = {}
        self.consoles: dict[str, RigConsole] = {}
        self._reservations = self._running.enter_context(Reservations())
        self.domains = {name: self._reservations.domain() for name in ('patient', 'A', 'B')}
        self._enter('patient')
        self.patient = self._running.enter_context(Peer('patient'))
        self.safety = self.patient.collect(SafetyState, '/safety/state', qos.STREAM_IN)
        self.tips: dict[str, list[Array]] = {arm: [] for arm in watched}
        for arm, tips in self.tips.items():
            self.patient.node.create_subscription(
                PoseStamped, f'/{arm}/local/setpoint_cp', _position_into(tips), qos.STREAM_IN
            )
        self._decide = self.patient.node.create_client(DecideAuthority, '/authority/decide')
        self._start_patient(parameters)
        for index, name in enumerate(('A', 'B')):
            self._link(name, link, index)
        self._enter('patient')
        self._add(RigConsole(LOCAL, f'/site/{LOCAL}'))
        self.status = {
            name: self.patient.collect(LinkStatus, f'{prefix}/link/status', qos.STREAM_IN)
            for name, prefix in (('A', ''), ('B', '/site/B'))
        }

    def __enter__(self) -> Sites:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._running.close()

    def until(self, condition: Any, deadline_s: float = DEADLINE_S) -> None:
        """Handle what the patient side says until ``condition`` holds.

        RuntimeError, with what it printed, when a process ends of itself meanwhile.
        """
        ended: list[str] = []

        def is_over() -> bool:
            ended[:] = [n for n, process in self._processes.items() if not process.running]
            return bool(ended or condition())

        self.patient.spin_until(is_over, deadline_s)
        for name in ended:
            code, output = self._processes[name].wait()
            raise RuntimeError(f'{name} ended with {code}:\n{output}')

    def wait_until_ready(self, *arms: str) -> None:
        """Wait for arms that stand ready, and for consoles that know who holds them."""
        self.until(lambda: all(self.state_of(arm) == 'ready' for arm in arms))
        self.until(lambda: all(self.consoles[name].holders() for name in ('A', 'B')))
        self.until(lambda: all(said and said[-1].connected for said in self.status.values()))
        self.until(lambda: all(self.tips.values()))

    def state_of(self, arm: str) -> str:
        """Return the supervisor's state of an arm."""
        arms = self.safety[-1].arms if self.safety else []
        return next((each.state for each in arms if each.arm == arm), '')

    def holder_of(self, arm: str) -> str:
        """Return the site that the supervisor lets drive an arm."""
        arms = self.safety[-1].arms if self.safety else []
        return next((each.holder for each in arms if each.arm == arm), '')

    def decide(self, act: str, arm: str, to: str = '', why: str = '') -> Any:
        """Let the bedside decide; return the answer."""
        self.until(self._decide.service_is_ready)
        request = DecideAuthority.Request(act=act, arm=arm, to=to, why=why)
        future = self._decide.call_async(request)
        self.until(future.done)
        return future.result()

    def cut(self, name: str) -> None:
        """End the gateway at a console: its link is dead."""
        self._processes.pop(self._gateways[name]).interrupt()

    def bedside(self, *arms: str) -> NodeProcess:
        """Return the node that holds arms at the bedside for as long as it runs."""
        self._enter('patient')
        return NodeProcess('telesurgery_console.bedside.node', {'arms': list(arms)})

    def round_trip_s(self) -> float:
        """Return the mean of both links' median round trips [s]."""
        return float(np.mean([said[-1].round_trip_p50_ms * 1e-3 for said in self.status.values()]))

    def event_log(self) -> Path:
        """Return the file of the event log."""
        (path,) = self._folder.glob('events-*.jsonl')
        return path

    def _start_patient(self, parameters: dict[str, object]) -> None:
        arms = {
            'arms_file': str(CONFIG / 'arms.yaml'),
            'consoles': ['A', 'B'],
            'event_log_folder': str(self._folder),
            'stream_rate_hz': 100.0,
            **LENIENT,
            'link_silence_limit_s': 5.0,
            **parameters,
        }
        plant = {'simulator': 'loopback', 'share': str(WORKSPACE), 'silence_limit_s': 10.0}
        self._process('telesurgery_arm.node', arms)
        self._process('telesurgery_gazebo.node', plant)

    def _link(self, name: str, link: str, index: int) -> None:
        key_file = self._folder / f'{name}.key'
        write_secret(key_file, PreSharedKey(bytes([index]) * 32).to_text())
        ports = {side: self._reservations.take('udp-port', _free()) for side in range(2)}
        shared = {
            'channels_file': str(CONFIG / 'channels.yaml'),
            'key_file': str(key_file),
            'profile': link,
            'seed': index + 1,
            **GATEWAY,
        }
        namespace = '/' if name == 'A' else f'/site/{name}'
        here = {'side': 'patient', 'port': ports[0], 'peer_port': ports[1], **shared}
        there = {'side': 'surgeon', 'port': ports[1], 'peer_port': ports[0], **shared}
        self._enter('patient')
        self._process('telesurgery_link.node', here, {'__ns': namespace})
        self._enter(name)
        self._process('telesurgery_link.node', there)
        self._gateways[name] = list(self._processes)[-1]
        self._add(RigConsole(name))

    def _process(
        self, module: str, parameters: dict[str, Any], remap: dict[str, str] | None = None
    ) -> NodeProcess:
        process = self._running.enter_context(NodeProcess(module, parameters, remap=remap))
        self._processes[f'{module} {len(self._processes)}'] = process
        return process

    def _add(self, console: RigConsole) -> None:
        self.consoles[console.name] = console
        self._running.callback(console.close)

    def _enter(self, name: str) -> None:
        os.environ['ROS_DOMAIN_ID'] = str(self.domains[name])


def _position_into(tips: list[Array]) -> Any:
    def take(message: PoseStamped) -> None:
        p = message.pose.position
        tips.append(np.array([p.x, p.y, p.z]))

    return take


def _free() -> Iterator[int]:
    for port in PORTS:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(('127.0.0.1', port))
            except OSError:
                continue
        yield port
