"""Who watches both sides of the real campaign: every word and every joint, with its time.

The time is that at which the middleware took a message from its writer: a witness that comes late
to read says nothing about the session.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from diagnostic_msgs.msg import DiagnosticStatus
from faults_study.session import Word
from faults_study.tips import DRIVEN
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray

from telesurgery_core.transforms import Array
from telesurgery_link.channels import Side
from telesurgery_msgs.msg import LinkStatus, MotionState, SafetyState, TeleopCommand
from telesurgery_ros import qos
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.testing import Peer, written_at
from telesurgery_ros.waiting import WaitingReader

WHOLE_STREAM = QoSProfile(depth=200, reliability=ReliabilityPolicy.BEST_EFFORT)
"""A witness that comes late to read misses nothing."""


class Trace:
    """Positions of all joints as they came: kept as bytes, and read when somebody looks."""

    def __init__(self, kind: type[Any], read: Callable[[Any], Array]) -> None:
        """``read`` makes positions ``(n,)`` of a message of ``kind``."""
        self._kind, self._read = kind, read
        self._taken: list[tuple[float, bytes]] = []

    def __len__(self) -> int:
        return len(self._taken)

    def append(self, at: float, message: bytes) -> None:
        """Keep a message that was written at ``at`` [s]."""
        self._taken.append((at, message))

    def clear(self) -> None:
        """Forget all of it."""
        self._taken.clear()

    def longest_gap_s(self, begin: float, end: float) -> float:
        """Return the longest time without a message between two moments [s]."""
        times = np.array([at for at, _ in self._taken if begin <= at <= end])
        return float(np.diff(times).max(initial=0.0))

    def since(self, begin: int, end: int | None = None) -> tuple[Array, Array]:
        """Return times ``(k,)`` [s] and positions ``(k, n)`` of a slice of the messages."""
        taken = self._taken[begin:end]
        times = np.array([at for at, _ in taken])
        return times, np.array(
            [self._read(deserialize_message(message, self._kind)) for _, message in taken]
        )


@dataclass(frozen=True, slots=True)
class States:
    """What the supervisor said of the arms at a time [s]."""

    at: float
    states: dict[str, str]


class Witness:
    """A node on each side.

    Attributes:
        peers: the nodes, to call services and publish with.
        joints, targets: positions that the simulator told, and that the arms asked for, in the
            order of the robot's joints.
        states: the supervisor's words at the patient's side.
        words: what the operator was told: what came up new on the surgeon's graph.
        command: the newest command of the motion part.
    """

    def __init__(self, domains: dict[Side, int], joint_names: tuple[str, ...]) -> None:
        self.joints = Trace(JointState, self._positions_of)
        self.targets = Trace(Float64MultiArray, lambda message: np.array(message.data))
        self.states: list[States] = []
        self.words: list[Word] = []
        self.command: TeleopCommand | None = None
        self._names = joint_names
        self._order: list[int] | None = None
        self._told: dict[str, str] = {}
        self.peers = {}
        for side in Side:
            os.environ['ROS_DOMAIN_ID'] = str(domains[side])
            self.peers[side] = Peer(f'witness_{side.value}')
        surgeon, patient = self.peers[Side.SURGEON].node, self.peers[Side.PATIENT].node
        self._readers = [
            WaitingReader(
                patient,
                {
                    self._raw(patient, JointState, '/joint_states'): self._keeper(self.joints),
                    self._raw(
                        patient, Float64MultiArray, '/forward_position_controller/commands'
                    ): self._keeper(self.targets),
                    PolledSubscription(patient, SafetyState, '/safety/state'): self._on_states,
                },
            ),
            WaitingReader(
                surgeon,
                {
                    PolledSubscription(surgeon, SafetyState, '/safety/state'): self._on_reasons,
                    PolledSubscription(surgeon, MotionState, '/motion/state'): self._on_motion,
                    PolledSubscription(surgeon, LinkStatus, '/link/status'): self._on_link,
                    PolledSubscription(
                        surgeon, DiagnosticStatus, '/console/device', qos.LATCHED
                    ): self._on_device,
                    PolledSubscription(
                        surgeon, TeleopCommand, '/teleop/command'
                    ): self._on_command,
                },
            ),
        ]
        for reader in self._readers:
            reader.start()

    def close(self) -> None:
        """Leave both domains."""
        for reader in self._readers:
            reader.stop()
        for peer in self.peers.values():
            peer.__exit__(None, None, None)

    def forget(self) -> None:
        """Forget what was seen so far, but not what the operator was told last."""
        self.joints.clear()
        self.targets.clear()
        self.states.clear()
        self.words.clear()

    def state(self, arm: str) -> str:
        """Return the supervisor's newest state of an arm; empty: none lately."""
        if not self.states or time.monotonic() - self.states[-1].at > 1.0:
            return ''
        return self.states[-1].states.get(arm, '')

    @staticmethod
    def _raw(node: Node, kind: type[Any], topic: str) -> PolledSubscription[Any]:
        return PolledSubscription(node, kind, topic, WHOLE_STREAM, raw=True)

    def _keeper(self, trace: Trace) -> Callable[[Any, dict[str, Any]], None]:
        return lambda message, info: trace.append(written_at(info), message)

    def _positions_of(self, message: JointState) -> Array:
        if self._order is None:
            names = list(message.name)
            self._order = [names.index(name) for name in self._names]
        return np.array(message.position)[self._order]

    def _on_states(self, message: SafetyState, info: dict[str, Any]) -> None:
        self.states.append(States(written_at(info), {arm.arm: arm.state for arm in message.arms}))

    def _on_reasons(self, message: SafetyState, info: dict[str, Any]) -> None:
        for arm in message.arms:
            if arm.arm in DRIVEN.values():
                wrong = arm.state not in ('following', 'ready', 'clutched')
                self._say(f'supervisor of {arm.arm}', arm.reason if wrong else '', info)

    def _on_motion(self, message: MotionState, info: dict[str, Any]) -> None:
        for hand in message.hands:
            self._say(f'motion, {hand.hand}', hand.reason, info)

    def _on_link(self, message: LinkStatus, info: dict[str, Any]) -> None:
        self._say('gateway', '' if message.connected else message.state, info)

    def _on_device(self, message: DiagnosticStatus, info: dict[str, Any]) -> None:
        text = '' if message.level == DiagnosticStatus.OK else message.message
        self._say('console', text, info)

    def _on_command(self, message: TeleopCommand, _info: dict[str, Any]) -> None:
        self.command = message

    def _say(self, by: str, text: str, info: dict[str, Any]) -> None:
        if text and self._told.get(by) != text:
            self.words.append(Word(written_at(info), by, text))
        self._told[by] = text
