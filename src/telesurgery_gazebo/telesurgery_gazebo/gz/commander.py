"""Hands joint targets to gz-sim's JointTrajectoryController, over gz-transport."""

from __future__ import annotations

import threading

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.gz.trajectory import MESSAGE_TYPE, TrajectoryMessage
from telesurgery_gazebo.joint_control import ControlledJoints
from telesurgery_gazebo.target_velocity import TargetVelocity
from telesurgery_gazebo.transport.client import TransportClient

REFRESH_S = 0.1
"""How often targets that do not change are told again, in case one was lost."""


class TrajectoryCommander:
    """The controller of one model's joints. ``command`` and ``rest`` may come from any thread."""

    def __init__(
        self,
        client: TransportClient,
        model: str,
        joints: ControlledJoints,
        velocity_limit: Array,
        feed_forward: Array,
    ) -> None:
        """``feed_forward`` ``(m,)`` raises the target velocities of all joints, see Gains."""
        self._client = client
        self._topic = f'/model/{model}/joint_trajectory'
        self._joints = joints
        self._message = TrajectoryMessage(joints.names)
        self._velocity_limit = velocity_limit
        self._feed_forward = feed_forward
        self._stream = TargetVelocity(velocity_limit)
        self._target = np.zeros_like(velocity_limit)
        self._moving = False
        self._refreshed = -np.inf
        self._lock = threading.Lock()
        client.advertise(self._topic, MESSAGE_TYPE)

    def wait_for_controller(self, timeout_s: float) -> None:
        """Return when the controller listens; SimulatorError when it does not in time."""
        if not self._client.wait_for_subscriber(self._topic, timeout_s):
            raise SimulatorError(
                f'nobody listens to {self._topic} after {timeout_s:g} s; allowed: the system '
                "JointTrajectoryController of the robot's model; load the world that "
                'telesurgery_gazebo writes'
            )

    def command(self, target: Array, now: float) -> None:
        """Hand over targets ``(n,)`` [rad or m] that were given at ``now`` [s]."""
        with self._lock:
            velocity = self._stream.update(target, now)
            self._target = target
            self._moving = bool(velocity.any())
            self._send(velocity, now)

    def forget(self) -> None:
        """Forget the targets: the joints are put to zero by others."""
        with self._lock:
            self._target = np.zeros_like(self._target)
            self._stream = TargetVelocity(self._velocity_limit)
            self._moving = False
            self._refreshed = -np.inf

    def rest(self, now: float) -> None:
        """Tell the joints to stand when the stream of targets has stopped; call this often.

        Also repeats the targets now and then: a lost one would otherwise be lost for good.
        """
        with self._lock:
            due = self._moving or now - self._refreshed > REFRESH_S
            if due and self._stream.is_silent(now):
                self._moving = False
                self._send(np.zeros_like(self._target), now)

    def _send(self, velocity: Array, now: float) -> None:
        self._refreshed = now
        positions = self._joints.positions(self._target)
        velocities = self._joints.velocities(velocity) * self._feed_forward
        self._client.publish(self._topic, MESSAGE_TYPE, [self._message.of(positions, velocities)])
