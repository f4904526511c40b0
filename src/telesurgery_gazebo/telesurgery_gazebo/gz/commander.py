"""Hands joint targets to gz-sim's JointTrajectoryController, over gz-transport."""

from __future__ import annotations

from telesurgery_core.transforms import Array
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.gz.trajectory import MESSAGE_TYPE, TrajectoryMessage
from telesurgery_gazebo.joint_control import ControlledJoints
from telesurgery_gazebo.target_commander import TargetCommander
from telesurgery_gazebo.transport.client import TransportClient


class TrajectoryCommander(TargetCommander):
    """The controller of one model's joints."""

    def __init__(
        self,
        client: TransportClient,
        model: str,
        joints: ControlledJoints,
        velocity_limit: Array,
        feed_forward: Array,
    ) -> None:
        """``feed_forward`` ``(m,)`` raises the target velocities of all joints, see Gains."""
        super().__init__(velocity_limit)
        self._client = client
        self._topic = f'/model/{model}/joint_trajectory'
        self._joints = joints
        self._message = TrajectoryMessage(joints.names)
        self._feed_forward = feed_forward
        client.advertise(self._topic, MESSAGE_TYPE)

    def wait_for_controller(self, timeout_s: float) -> None:
        """Return when the controller listens; SimulatorError when it does not in time."""
        if not self._client.wait_for_subscriber(self._topic, timeout_s):
            raise SimulatorError(
                f'nobody listens to {self._topic} after {timeout_s:g} s; allowed: the system '
                "JointTrajectoryController of the robot's model; load the world that "
                'telesurgery_gazebo writes'
            )

    def _send(self, target: Array, velocity: Array, *, everything: bool) -> None:
        """Send all joints in the one message that there is, whether they have changed or not."""
        positions = self._joints.positions(target)
        velocities = self._joints.velocities(velocity) * self._feed_forward
        self._client.publish(self._topic, MESSAGE_TYPE, [self._message.of(positions, velocities)])
