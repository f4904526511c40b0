"""What one arm tells: measured and setpoint joints, poses and velocity, and its operating state.

A stream costs time in the control loop, so each is made only while somebody subscribes to it.
What is not known is not published.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from geometry_msgs.msg import PoseStamped, Twist, TwistStamped, Vector3
from rclpy.node import Node
from sensor_msgs.msg import JointState

from crtk_msgs.msg import OperatingState
from telesurgery_arm.axes import Axes
from telesurgery_arm.kinematics import forward_once, jacobian
from telesurgery_arm.robot import Robot
from telesurgery_core.transforms import Array
from telesurgery_core.types import JointSample
from telesurgery_ros import qos
from telesurgery_ros.conversions import header, joint_state, pose_stamped

Maker = Callable[[int], Any]
"""Returns the message of a stream for the stamp [ns] of now."""


class ArmStreams:
    """The published topics of one arm."""

    def __init__(self, node: Node, robot: Robot, name: str) -> None:
        self._name = name
        self._frames = robot.frames
        self._base = robot.frames.base(name)
        self._station = robot.stations[name]
        self._arm = robot.arm(name)
        self._joints = len(self._arm.model.joints)
        self._published_state: tuple[object, ...] = ()
        self._state_out = node.create_publisher(
            OperatingState, f'/{name}/operating_state', qos.LATCHED
        )
        makers: dict[str, tuple[type[Any], Maker]] = {
            'measured_js': (JointState, self._measured_js),
            'setpoint_js': (JointState, self._setpoint_js),
            'measured_cp': (PoseStamped, self._measured_cp),
            'setpoint_cp': (PoseStamped, self._setpoint_cp),
            'measured_cv': (TwistStamped, self._measured_cv),
            'local/measured_cp': (PoseStamped, self._local_measured_cp),
            'local/setpoint_cp': (PoseStamped, self._local_setpoint_cp),
        }
        if self._arm.jaw is not None:
            makers['jaw/measured_js'] = (JointState, self._jaw_measured_js)
            makers['jaw/setpoint_js'] = (JointState, self._jaw_setpoint_js)
        self._streams = [
            (node.create_publisher(message_type, f'/{name}/{topic}', qos.STREAM_OUT), make)
            for topic, (message_type, make) in makers.items()
        ]
        self._wanted = self._streams

    def look_who_listens(self) -> None:
        """Find out which streams are subscribed to."""
        self._wanted = [
            (publisher, make)
            for publisher, make in self._streams
            if publisher.get_subscription_count() > 0
        ]

    def publish(self, stamp_ns: int) -> None:
        """Publish one sample of every stream that somebody wants."""
        if self._station.measured is not None:
            for publisher, make in self._wanted:
                publisher.publish(make(stamp_ns))

    def publish_state(self, stamp_ns: int, *, always: bool = False) -> None:
        """Publish the operating state if it has changed, or always."""
        state = (self._arm.state, self._arm.is_homed, self._arm.is_busy)
        if always or state != self._published_state:
            self._published_state = state
            self._state_out.publish(
                OperatingState(
                    header=header(stamp_ns),
                    state=self._arm.state.value,
                    is_homed=self._arm.is_homed,
                    is_busy=self._arm.is_busy,
                )
            )

    @property
    def _measured(self) -> JointSample:
        measured = self._station.measured
        if measured is None:
            raise RuntimeError('a stream was made before the first joint states')
        return measured

    def _measured_tip(self) -> Array:
        return forward_once(self._arm.model, self._measured.position[: self._joints].tolist())

    def _measured_js(self, _stamp_ns: int) -> JointState:
        sample, names = self._measured, self._arm.chain.limits.names
        n = self._joints
        return joint_state(names, sample.stamp_ns, sample.position[:n], sample.velocity[:n])

    def _setpoint_js(self, stamp_ns: int) -> JointState:
        return _setpoint(self._arm.chain, stamp_ns)

    def _measured_cp(self, _stamp_ns: int) -> PoseStamped:
        T = self._frames.T_base_rcm(self._name) @ self._measured_tip()
        return pose_stamped(T, self._base, self._measured.stamp_ns)

    def _setpoint_cp(self, stamp_ns: int) -> PoseStamped:
        T = self._frames.T_base_rcm(self._name) @ self._arm.tip()
        return pose_stamped(T, self._base, stamp_ns)

    def _measured_cv(self, _stamp_ns: int) -> TwistStamped:
        sample, n = self._measured, self._joints
        twist = jacobian(self._arm.model, sample.position[:n]) @ sample.velocity[:n]
        R = self._frames.T_base_rcm(self._name)[:3, :3]
        linear, angular = (R @ twist[:3]).tolist(), (R @ twist[3:]).tolist()
        return TwistStamped(
            header=header(sample.stamp_ns, self._base),
            twist=Twist(
                linear=Vector3(x=linear[0], y=linear[1], z=linear[2]),
                angular=Vector3(x=angular[0], y=angular[1], z=angular[2]),
            ),
        )

    def _local_measured_cp(self, _stamp_ns: int) -> PoseStamped:
        return pose_stamped(self._measured_tip(), f'{self._name}_rcm', self._measured.stamp_ns)

    def _local_setpoint_cp(self, stamp_ns: int) -> PoseStamped:
        return pose_stamped(self._arm.tip(), f'{self._name}_rcm', stamp_ns)

    def _jaw_measured_js(self, _stamp_ns: int) -> JointState:
        sample = self._measured  # the joint is one finger: half of the opening angle
        jaw = 2.0 * np.array([sample.position[-1], sample.velocity[-1]])
        return joint_state(['jaw'], sample.stamp_ns, jaw[:1], jaw[1:])

    def _jaw_setpoint_js(self, stamp_ns: int) -> JointState:
        if self._arm.jaw is None:
            raise RuntimeError(f'{self._name} has no jaw')
        return _setpoint(self._arm.jaw, stamp_ns)


def _setpoint(axes: Axes, stamp_ns: int) -> JointState:
    return joint_state(axes.limits.names, stamp_ns, axes.q, axes.qd)
