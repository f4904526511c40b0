"""Hands joint targets to Gazebo's joint controllers, over gz-transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_gazebo.classic.joint_command import (
    MESSAGE_TYPE,
    TargetMessages,
    gains_message,
)
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.joint_control import ControlledJoints, Gains
from telesurgery_gazebo.protobuf import parse
from telesurgery_gazebo.target_commander import TargetCommander
from telesurgery_gazebo.transport.client import TransportClient
from telesurgery_gazebo.transport.messages import JointCmd, StringMsg

_ANSWER_S = 5.0


class JointCommander(TargetCommander):
    """The controllers of one model's joints; a joint is told only what has changed."""

    def __init__(
        self,
        client: TransportClient,
        model: str,
        joints: ControlledJoints,
        velocity_limit: Array,
    ) -> None:
        super().__init__(velocity_limit)
        self._client = client
        self._topic = f'/{model}/joint_cmd'
        self._joints = joints
        self._scoped = [f'{model}::{name}' for name in joints.names]
        self._messages = TargetMessages(self._scoped)
        self._feed_forward = np.ones(len(joints.names))
        self._unsettled: tuple[str, float, float] | None = None
        client.advertise(self._topic, MESSAGE_TYPE)

    def set_gains(self, gains: Sequence[Gains], timeout_s: float) -> None:
        """Give every joint its gains and targets of zero, and ask Gazebo whether it has them.

        Raises SimulatorError when the controllers do not listen, or a joint is not among them.
        """
        if not self._client.wait_for_subscriber(self._topic, timeout_s):
            raise SimulatorError(
                f'nobody listens to {self._topic} after {timeout_s:g} s; allowed: the joint '
                "controller of the robot's model; check the model's name in the world"
            )
        with self._lock:
            self._feed_forward = np.array([gain.feed_forward for gain in gains])
        give_up = time.monotonic() + timeout_s
        wanted = dict(zip(self._scoped, gains, strict=True))
        self._wait_until(lambda joint: self._stiffness_of(joint) is not None, give_up)
        self._client.publish(
            self._topic, MESSAGE_TYPE, [gains_message(*item) for item in wanted.items()]
        )
        self._wait_until(lambda joint: self._took(joint, wanted[joint]), give_up)

    def settle(self) -> None:
        """Return when the controllers have the newest targets; SimulatorError if they never do.

        Messages arrive in their order, so it is enough to ask for the joint of the last one.
        """
        with self._lock:
            last, self._unsettled = self._unsettled, None
        if last is None:
            return
        joint, *wanted = last
        give_up = time.monotonic() + _ANSWER_S
        while self._targets_of(joint) != wanted:
            if time.monotonic() > give_up:
                raise SimulatorError(
                    f'joint {joint} did not take its target within {_ANSWER_S:g} s; allowed: a '
                    'running Gazebo; look into its log'
                )

    def _send(self, target: Array, velocity: Array, *, everything: bool) -> None:
        positions = self._joints.positions(target)
        velocities = self._joints.velocities(velocity) * self._feed_forward
        messages = self._messages.changed(positions, velocities, everything=everything)
        last = self._messages.last_changed
        if last is not None:
            self._unsettled = self._scoped[last], float(positions[last]), float(velocities[last])
        self._client.publish(self._topic, MESSAGE_TYPE, messages)

    def _wait_until(self, ready: Callable[[str], bool], give_up: float) -> None:
        """Ask joint after joint until all are ready; the service answers in 0.2 ms."""
        for joint in self._scoped:
            while not ready(joint):
                if time.monotonic() > give_up:
                    raise SimulatorError(
                        f'Gazebo has no joint {joint} that takes gains; allowed: joints of the '
                        'robot in the world; check that the world holds this robot'
                    )

    def _took(self, joint: str, gains: Gains) -> bool:
        """Return whether a joint has its gains; if not, send them again.

        A subscriber registers over another socket than the one that carries the messages, and so
        what is sent at once may find nobody connected yet.
        """
        if self._stiffness_of(joint) == gains.stiffness:
            return True
        self._client.publish(self._topic, MESSAGE_TYPE, [gains_message(joint, gains)])
        return False

    def _stiffness_of(self, joint: str) -> float | None:
        """Return the gain that a joint's controller has; None while there is no controller."""
        gains = self._controller_of(joint).position
        return gains.p_gain_optional.data if gains.HasField('p_gain_optional') else None

    def _targets_of(self, joint: str) -> list[float]:
        """Return the position and the velocity that a joint's controller is after."""
        has = self._controller_of(joint)
        return [has.position.target_optional.data, has.velocity.target_optional.data]

    def _controller_of(self, joint: str) -> Any:
        """Return gains and targets that a joint's controller has, a JointCmd."""
        question = StringMsg(data=joint).SerializeToString()
        answer = self._client.request(
            f'{self._topic}_req', 'ignition.msgs.StringMsg', MESSAGE_TYPE, question, _ANSWER_S
        )
        return parse(JointCmd, answer)
