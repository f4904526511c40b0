"""The hardware of the real campaign: two masters with buttons, published as topics at 100 Hz."""

from __future__ import annotations

import threading
import time

from faults_study.hands import RATE_HZ, Course, Swing
from geometry_msgs.msg import PoseStamped
from rclpy.node import Node
from sensor_msgs.msg import Joy

from telesurgery_core.transforms import Array
from telesurgery_core.types import Hand
from telesurgery_ros import qos
from telesurgery_ros.conversions import header, now_ns

NAMES = {Hand.LEFT: 'left', Hand.RIGHT: 'right'}


class Hardware:
    """Two hands that stand or swing, and the operator's finger on the presence button.

    Attributes:
        swinging, present, plugged: what the operator does.
        factor, offset: what a broken master makes of every length [1], [m].
        where: the hands' displacements since the last ``rest``, with times ``(t, left, right)``.
    """

    def __init__(self, node: Node, hands: dict[Hand, Swing]) -> None:
        self.swinging = self.present = False
        self.plugged = True
        self.factor, self.offset = 1.0, 0.0
        self.where: list[tuple[float, Array, Array]] = []
        self._hands = hands
        self._course = Course()
        self._poses = {
            hand: node.create_publisher(PoseStamped, f'/{name}/pose', qos.STREAM_OUT)
            for hand, name in NAMES.items()
        }
        self._joys = {
            hand: node.create_publisher(Joy, f'/{name}/joy', qos.STREAM_OUT)
            for hand, name in NAMES.items()
        }
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name='hardware', daemon=True)
        self._thread.start()

    def rest(self) -> None:
        """Let the swing begin anew when it begins again."""
        self.swinging = False
        self._course = Course()
        self.where.clear()

    def close(self) -> None:
        """Stop the thread."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        before = time.monotonic()
        while not self._closing.wait(1.0 / RATE_HZ):
            now = time.monotonic()
            self._course.go_on(min(now - before, 0.05), swinging=self.swinging)
            before = now
            if self.plugged:
                self._publish(now)

    def _publish(self, now: float) -> None:
        d = {hand: swing.displacement(self._course.swung_s) for hand, swing in self._hands.items()}
        self.where.append((now, d[Hand.LEFT], d[Hand.RIGHT]))
        stamp_ns = now_ns()
        for hand, displacement in d.items():
            message = PoseStamped(header=header(stamp_ns))
            left, up, away = displacement
            if hand is Hand.RIGHT and (self.factor, self.offset) != (1.0, 0.0):
                left, up, away = (
                    self.factor * left + self.offset,
                    self.factor * up + self.offset,
                    self.factor * away + self.offset,
                )
            # The mapping pose.yaml: left is y, up is z, away is x of the device.
            message.pose.position.x = float(away)
            message.pose.position.y = float(left)
            message.pose.position.z = float(up)
            message.pose.orientation.w = 1.0
            self._joys[hand].publish(
                Joy(header=header(stamp_ns), buttons=[int(self.present), 0, 0, 0])
            )
            self._poses[hand].publish(message)
