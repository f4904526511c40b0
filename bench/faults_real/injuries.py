"""What is done to real processes; each is undone when its block is left."""

from __future__ import annotations

import contextlib
import copy
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from faults_study.real_fault import RealFault, What
from std_msgs.msg import ByteMultiArray
from std_srvs.srv import SetBool

from crtk_msgs.msg import StringStamped
from faults_real.hardware import Hardware
from faults_real.stage import Stage
from faults_real.witness import Witness
from telesurgery_link.channels import Side
from telesurgery_msgs.msg import TeleopCommand
from telesurgery_msgs.srv import SetLinkProfile
from telesurgery_ros import qos
from telesurgery_ros.conversions import header, now_ns, to_stamp

SLOW_PERIOD_S, SLOW_SHARE = 0.05, 0.2
FLOOD_BYTES, FLOOD_HZ = 20_000, 500.0
STRANGER_HZ = 200.0
DATAGRAMS_HZ = 2000.0
UNDONE = {'pause': 'resume', 'disable': 'enable'}


class Injuries:
    """Does to a session what a fault says."""

    def __init__(self, stage: Stage, witness: Witness, hardware: Hardware, link: str) -> None:
        self._stage, self._witness, self._hardware, self._link = stage, witness, hardware, link
        # What is made in the middle of a run makes every process look for it, and late for that.
        self._links = {
            side: peer.node.create_client(SetLinkProfile, '/gateway/set_link_profile')
            for side, peer in witness.peers.items()
        }
        patient = witness.peers[Side.PATIENT].node
        self._pauses = patient.create_client(SetBool, '/simulator/pause')
        self._publishers: dict[tuple[Side, str], Any] = {}
        for arm in ('PSM1', 'PSM2', 'PSM3', 'ECM'):
            self._publisher(Side.PATIENT, StringStamped, f'/{arm}/state_command', qos.EVENT)
        self._publisher(Side.PATIENT, ByteMultiArray, '/stranger', qos.STREAM_OUT)

    @contextlib.contextmanager
    def inflict(self, fault: RealFault) -> Iterator[None]:
        """Let it fail within the block."""
        with _ACTIONS[fault.what](self, fault):
            yield

    def command_state(self, text: str) -> None:
        """Send every arm a state command, as a client at the patient's side."""
        for arm in ('PSM1', 'PSM2', 'PSM3', 'ECM'):
            publisher = self._publishers[Side.PATIENT, f'/{arm}/state_command']
            publisher.publish(StringStamped(header=header(now_ns()), string=text))

    def set_link(self, profile: str, *sides: Side) -> None:
        """Put a link profile into force for what these sides send."""
        for side in sides:
            peer, client = self._witness.peers[side], self._links[side]
            peer.spin_until(client.service_is_ready)
            future = client.call_async(SetLinkProfile.Request(profile=profile))
            peer.spin_until(future.done)
            answer = future.result()
            if not answer.success:
                raise RuntimeError(answer.message)

    def _publisher(self, side: Side, kind: type[Any], topic: str, profile: Any) -> None:
        node = self._witness.peers[side].node
        self._publishers[side, topic] = node.create_publisher(kind, topic, profile)

    @contextlib.contextmanager
    def _nothing(self, fault: RealFault) -> Iterator[None]:
        yield

    @contextlib.contextmanager
    def _kill(self, fault: RealFault) -> Iterator[None]:
        self._stage.signal(fault.target, signal.SIGKILL)
        yield
        if fault.target != 'gzserver':
            self._stage.start(fault.target)

    @contextlib.contextmanager
    def _freeze(self, fault: RealFault) -> Iterator[None]:
        pid = self._stage.pid(fault.target)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    @contextlib.contextmanager
    def _slow(self, fault: RealFault) -> Iterator[None]:
        pid = self._stage.pid(fault.target)

        def turn() -> float:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(SLOW_PERIOD_S * (1.0 - SLOW_SHARE))
            os.kill(pid, signal.SIGCONT)
            return SLOW_PERIOD_S * SLOW_SHARE

        with _repeated(turn):
            yield

    @contextlib.contextmanager
    def _link_profile(self, fault: RealFault) -> Iterator[None]:
        sides = tuple(Side) if fault.target == 'both' else (Side(fault.target),)
        self.set_link(str(fault.value), *sides)
        yield
        self.set_link(self._link, *sides)

    @contextlib.contextmanager
    def _unplug(self, fault: RealFault) -> Iterator[None]:
        self._hardware.plugged = False
        yield
        self._hardware.plugged = True

    @contextlib.contextmanager
    def _master(self, fault: RealFault) -> Iterator[None]:
        value = float(fault.value)
        self._hardware.factor, self._hardware.offset = (
            (1.0, value) if fault.target == 'leap' else (value, 0.0)
        )
        yield
        self._hardware.factor, self._hardware.offset = 1.0, 0.0

    @contextlib.contextmanager
    def _datagrams(self, fault: RealFault) -> Iterator[None]:
        rng = np.random.default_rng(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:

            def send() -> float:
                for port in self._stage.ports.values():
                    for _ in range(10):
                        # Half of them begin as sealed datagrams of this protocol do.
                        size = int(rng.integers(1, 1200))
                        stranger.sendto(rng.bytes(size), ('127.0.0.1', port))
                return 20 / DATAGRAMS_HZ

            with _repeated(send):
                yield

    @contextlib.contextmanager
    def _commands(self, fault: RealFault) -> Iterator[None]:
        # Not before: that somebody else could speak is noticed, and holds the arms.
        node = self._witness.peers[Side.PATIENT].node
        publisher = node.create_publisher(TeleopCommand, '/teleop/command', qos.STREAM_OUT)

        def publish() -> float:
            genuine = self._witness.command
            if genuine is not None:
                forged = copy.deepcopy(genuine)
                _FORGERIES[fault.target](forged)
                publisher.publish(forged)
            return 1.0 / STRANGER_HZ

        with _repeated(publish):
            yield
        node.destroy_publisher(publisher)

    @contextlib.contextmanager
    def _pause(self, fault: RealFault) -> Iterator[None]:
        self._set_paused(True)
        yield
        self._set_paused(False)

    def _set_paused(self, paused: bool) -> None:
        peer = self._witness.peers[Side.PATIENT]
        peer.spin_until(self._pauses.service_is_ready)
        future = self._pauses.call_async(SetBool.Request(data=paused))
        peer.spin_until(future.done)

    @contextlib.contextmanager
    def _state(self, fault: RealFault) -> Iterator[None]:
        self.command_state(str(fault.value))
        yield
        self.command_state(UNDONE[str(fault.value)])

    @contextlib.contextmanager
    def _flood(self, fault: RealFault) -> Iterator[None]:
        publisher = self._publishers[Side.PATIENT, '/stranger']
        message = ByteMultiArray(data=[bytes([7])] * FLOOD_BYTES)

        def publish() -> float:
            publisher.publish(message)
            return 1.0 / FLOOD_HZ

        with _repeated(publish):
            yield

    @contextlib.contextmanager
    def _disk(self, fault: RealFault) -> Iterator[None]:
        # As with a full disk, every further write fails; nobody else's disk is filled.
        pid, size = self._stage.pid('recorder'), resource.RLIMIT_FSIZE
        before = resource.prlimit(pid, size)
        resource.prlimit(pid, size, (4096, before[1]))
        yield
        resource.prlimit(pid, size, before)


@contextlib.contextmanager
def _repeated(act: Callable[[], float]) -> Iterator[None]:
    """Call ``act`` again and again, after the time that it returns [s]."""
    closing = threading.Event()

    def run() -> None:
        wait = 0.0
        while not closing.wait(wait):
            wait = act()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        closing.set()
        thread.join()


def _no_number(command: TeleopCommand) -> None:
    command.sequence += 1000
    command.right.displacement.position.x = float('nan')


def _leaps(command: TeleopCommand) -> None:
    command.sequence += 1000
    command.right.displacement.position.y += 0.2


def _future(command: TeleopCommand) -> None:
    command.sequence += 1000
    command.header.stamp = to_stamp(now_ns() + 10_000_000_000)


def _other_console(command: TeleopCommand) -> None:
    command.sequence += 100_000
    command.right.epoch += 1000
    command.right.displacement.position.y += 0.02


_FORGERIES: dict[str, Callable[[TeleopCommand], None]] = {
    'no number': _no_number,
    'leaps': _leaps,
    'future': _future,
    'impersonation': _other_console,
}
_ACTIONS: dict[What, Any] = {
    What.NOTHING: Injuries._nothing,
    What.KILL: Injuries._kill,
    What.FREEZE: Injuries._freeze,
    What.SLOW: Injuries._slow,
    What.LINK: Injuries._link_profile,
    What.UNPLUG: Injuries._unplug,
    What.MASTER: Injuries._master,
    What.DATAGRAMS: Injuries._datagrams,
    What.COMMANDS: Injuries._commands,
    What.PAUSE: Injuries._pause,
    What.STATE: Injuries._state,
    What.FLOOD: Injuries._flood,
    What.DISK: Injuries._disk,
}
