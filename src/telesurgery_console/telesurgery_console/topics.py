"""Running ROS topics as a device: ``sensor_msgs/Joy``, ``geometry_msgs/Twist`` or TwistStamped."""

from __future__ import annotations

from typing import Any

from geometry_msgs.msg import Twist, TwistStamped
from rclpy.node import Node
from sensor_msgs.msg import Joy

from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.mapping import ControlMapping
from telesurgery_console.message_controls import joy_axes, joy_buttons, twist_axes
from telesurgery_console.topic_names import TopicNames
from telesurgery_ros.polling import PolledSubscription

LOOK_EVERY_S = 0.5
"""How often it is asked who publishes."""


class TopicControls:
    """A source that other nodes publish."""

    reporting = Reporting.STREAM

    def __init__(self, node: Node, names: TopicNames, mapping: ControlMapping) -> None:
        """Subscribe with ``node``; whether anyone publishes is seen later."""
        self._node = node
        self._full = mapping.full_deflection
        self._topics = names
        self.name = f'{mapping.device} {names.axes}'
        self._joy: Any = PolledSubscription(node, Joy, names.buttons)
        self._twist: Any = None
        self._stamped = mapping.stamped
        if mapping.device == 'twist':
            kind: Any = TwistStamped if mapping.stamped else Twist
            self._twist = PolledSubscription(node, kind, names.axes)
        self._axes: dict[str, float] | None = None
        self._buttons: frozenset[str] | None = None
        self._missing = ''
        self._looked_at = float('-inf')

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
        if now - self._looked_at > LOOK_EVERY_S:
            self._looked_at = now
            self._missing = self._look()
        if self._missing or self._axes is None or self._buttons is None:
            return Reading(None, trouble=self._missing or 'nothing has been published yet')
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

    def _look(self) -> str:
        """Return which topic nobody publishes; what was said before is forgotten then."""
        for topic in (self._topics.axes, self._topics.buttons):
            if self._node.count_publishers(topic) == 0:
                self._axes = self._buttons = None
                return f'nobody publishes {topic}'
        return ''
