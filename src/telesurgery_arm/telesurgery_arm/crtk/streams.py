"""What one arm tells: measured and setpoint joints, poses and velocity, and its operating state.

A stream costs time in the control loop, so each is made only while somebody subscribes to it.
What is not known is not published.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geometry_msgs.msg import PoseStamped, TwistStamped
from rclpy.node import Node
from sensor_msgs.msg import JointState

from crtk_msgs.msg import OperatingState
from telesurgery_arm.axes import Axes
from telesurgery_arm.crtk.messages import JointsMessage, PoseMessage, TwistMessage
from telesurgery_arm.kinematics import forward_once, twist_once
from telesurgery_arm.robot import Robot
from telesurgery_core.transforms import Array
from telesurgery_core.types import JointSample
from telesurgery_ros import qos
from telesurgery_ros.conversions import header

Maker = Callable[[int], bytes]
"""Returns a stream's serialised message for the stamp [ns] of now."""


class ArmStreams:
    """The published topics of one arm."""

    def __init__(self, node: Node, robot: Robot, name: str) -> None:
        self._name = name
        self._frames = robot.frames
        self._station = robot.stations[name]
        self._arm = robot.arm(name)
        self._n = len(self._arm.model.joints)
        base, local = robot.frames.base(name), f'{name}_rcm'
        joints = self._arm.chain.limits.names
        self._joints, self._jaw = JointsMessage(joints), JointsMessage(['jaw'])
        self._pose, self._local_pose = PoseMessage(base), PoseMessage(local)
        self._twist = TwistMessage(base)
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
        return forward_once(self._arm.model, self._measured.position[: self._n].tolist())

    def _in_base(self, T_rcm_tip: Array) -> Array:
        T: Array = self._frames.T_base_rcm(self._name) @ T_rcm_tip
        return T

    def _measured_js(self, _stamp_ns: int) -> bytes:
        sample, n = self._measured, self._n
        return self._joints.fill(sample.stamp_ns, sample.position[:n], sample.velocity[:n])

    def _setpoint_js(self, stamp_ns: int) -> bytes:
        chain = self._arm.chain
        return self._joints.fill(stamp_ns, chain.q, chain.qd)

    def _measured_cp(self, _stamp_ns: int) -> bytes:
        return self._pose.fill(self._measured.stamp_ns, self._in_base(self._measured_tip()))

    def _setpoint_cp(self, stamp_ns: int) -> bytes:
        return self._pose.fill(stamp_ns, self._in_base(self._arm.tip()))

    def _measured_cv(self, _stamp_ns: int) -> bytes:
        sample, n = self._measured, self._n
        linear, angular = twist_once(
            self._arm.model, sample.position[:n].tolist(), sample.velocity[:n].tolist()
        )
        R = self._frames.T_base_rcm(self._name)[:3, :3]
        return self._twist.fill(sample.stamp_ns, R @ linear, R @ angular)

    def _local_measured_cp(self, _stamp_ns: int) -> bytes:
        return self._local_pose.fill(self._measured.stamp_ns, self._measured_tip())

    def _local_setpoint_cp(self, stamp_ns: int) -> bytes:
        return self._local_pose.fill(stamp_ns, self._arm.tip())

    def _jaw_measured_js(self, _stamp_ns: int) -> bytes:
        sample = self._measured  # the joint is one finger: half of the opening angle
        return self._jaw.fill(
            sample.stamp_ns, 2.0 * sample.position[-1:], 2.0 * sample.velocity[-1:]
        )

    def _jaw_setpoint_js(self, stamp_ns: int) -> bytes:
        jaw: Axes | None = self._arm.jaw
        if jaw is None:
            raise RuntimeError(f'{self._name} has no jaw')
        return self._jaw.fill(stamp_ns, jaw.q, jaw.qd)
