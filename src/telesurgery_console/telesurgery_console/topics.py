"""Running ROS topics as a device: Joy, Twist or TwistStamped; PoseStamped of other masters."""

from __future__ import annotations

import math
from typing import Any

from geometry_msgs.msg import PoseStamped, Twist, TwistStamped
from rclpy.node import Node
from sensor_msgs.msg import JointState, Joy

from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.mapping import ControlMapping
from telesurgery_console.message_controls import joy_axes, joy_buttons, twist_axes
from telesurgery_console.pose_unit import PoseReading
from telesurgery_console.topic_names import TopicNames
from telesurgery_core.transforms import Array
from telesurgery_ros.conversions import ConversionError, pose_from_msg, to_ns
from telesurgery_ros.polling import PolledSubscription

NOT_A_NUMBER = float('nan')
LOOK_EVERY_S = 0.5
"""How often it is asked who publishes."""


class _Publishers:
    """Which of some topics nobody publishes, asked now and then."""

    def __init__(self, node: Node, topics: tuple[str, ...]) -> None:
        self._node = node
        self._topics = topics
        self._missing = ''
        self._looked_at = float('-inf')

    def missing(self, now: float) -> str:
        """Return it in words, empty if there is none."""
        if now - self._looked_at > LOOK_EVERY_S:
            self._looked_at = now
            silent = [topic for topic in self._topics if not self._node.count_publishers(topic)]
            self._missing = f'nobody publishes {silent[0]}' if silent else ''
        return self._missing


class TopicControls:
    """A source that other nodes publish."""

    reporting = Reporting.STREAM
    buttons = ()

    def __init__(self, node: Node, names: TopicNames, mapping: ControlMapping) -> None:
        """Subscribe with ``node``; whether anyone publishes is seen later."""
        self._full = mapping.full_deflection
        self._publishers = _Publishers(node, (names.axes, names.buttons))
        self.name = f'{mapping.device} {names.axes}'
        self._joy: Any = PolledSubscription(node, Joy, names.buttons)
        self._twist: Any = None
        self._stamped = mapping.stamped
        if mapping.device == 'twist':
            kind: Any = TwistStamped if mapping.stamped else Twist
            self._twist = PolledSubscription(node, kind, names.axes)
        self._axes: dict[str, float] | None = None
        self._buttons: frozenset[str] | None = None

    def label(self, control: str) -> str:
        """Return the name of a button: its number."""
        return control

    def read(self, now: float) -> Reading:
        """Return what has been published last."""
        fresh = self._take_axes()
        while taken := self._joy.take():
            self._buttons = joy_buttons(taken[0].buttons)
            if self._twist is None:
                self._axes = joy_axes(taken[0].axes, self._full)
                fresh = True
        missing = self._publishers.missing(now)
        if missing:
            self._axes = self._buttons = None  # what was said before is forgotten
        if self._axes is None or self._buttons is None:
            return Reading(None, trouble=missing or 'nothing has been published yet')
        return Reading(Controls(axes=self._axes, buttons=self._buttons), fresh)

    def close(self) -> None:
        """Subscriptions end with the node."""

    def _take_axes(self) -> bool:
        fresh = False
        while self._twist is not None and (taken := self._twist.take()):
            twist = taken[0].twist if self._stamped else taken[0]
            self._axes = twist_axes(twist.linear, twist.angular, self._full)
            fresh = True
        return fresh


class TopicPoses:
    """A position device that other nodes publish: PoseStamped, Joy, and perhaps JointState."""

    def __init__(self, node: Node, names: TopicNames) -> None:
        """Subscribe with ``node``; whether anyone publishes is seen later."""
        self.name = f'pose {names.axes}'
        given = tuple(name for name in (names.axes, names.buttons, names.gripper) if name)
        self._publishers = _Publishers(node, given)
        self._poses: Any = PolledSubscription(node, PoseStamped, names.axes)
        self._joy: Any = PolledSubscription(node, Joy, names.buttons)
        self._grippers: Any = (
            PolledSubscription(node, JointState, names.gripper) if names.gripper else None
        )
        self._T_base_hand: Array | None = None
        self._gripper: float | None = None
        self._buttons: frozenset[str] = frozenset()

    def read(self, now: float) -> PoseReading:
        """Return what has been published last."""
        missing = self._publishers.missing(now)
        if missing:
            self._forget()
            return PoseReading(None, gone=True, trouble=missing)
        trouble, fresh = self._take_poses()
        while taken := self._joy.take():
            self._buttons = joy_buttons(taken[0].buttons)
        while self._grippers is not None and (taken := self._grippers.take()):
            angles = taken[0].position
            self._gripper = angles[0] if angles else NOT_A_NUMBER
        if self._gripper is not None and not math.isfinite(self._gripper):
            trouble = trouble or 'its gripper has no finite angle'
        return PoseReading(
            self._T_base_hand, self._gripper, self._buttons, fresh=fresh, trouble=trouble
        )

    def close(self) -> None:
        """Subscriptions end with the node."""

    def _forget(self) -> None:
        self._T_base_hand, self._gripper, self._buttons = None, None, frozenset()

    def _take_poses(self) -> tuple[str, bool]:
        """Return what is wrong with the newest pose, and whether there was one."""
        trouble, fresh = '', False
        while taken := self._poses.take():
            fresh = True
            try:
                self._T_base_hand = pose_from_msg(taken[0].pose)
            except ConversionError as error:
                trouble = str(error)
            if to_ns(taken[0].header.stamp) == 0:  # CRTK's mark of invalid data
                trouble = 'its pose has stamp 0: invalid'
        return trouble, fresh
