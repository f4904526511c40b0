"""Commands of CRTK clients: subscribed in a thread of their own, obeyed in the control loop.

They are put in a queue in the order in which they arrive. The control loop empties it at the
beginning of every tick, so that an arm is touched by one thread only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from geometry_msgs.msg import PoseStamped
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Empty

from crtk_msgs.msg import StringStamped
from telesurgery_arm.crtk.warnings import Warnings
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.robot import Robot
from telesurgery_ros import qos
from telesurgery_ros.conversions import ConversionError, pose_from_msg
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.waiting import WaitingReader

QUEUE_LIMIT = 200
"""More commands than this wait only if the control loop does not run."""

Request = Callable[[float], None]
"""A command, to be called with the time [s]; raises CommandRefusedError."""


class CommandServer:
    """The command topics of all arms."""

    def __init__(
        self, node: Node, robot: Robot, warnings: Warnings, consoles: Sequence[str] = ()
    ) -> None:
        """Listen to clients, and for state commands to the consoles that are named."""
        self._node = node
        self._warnings = warnings
        self._robot = robot
        self._queue: deque[tuple[str, Request]] = deque()
        self._readers: dict[PolledSubscription[Any], Callable[[Any, dict[str, Any]], None]] = {}
        for name in robot.stations:
            self._subscribe_arm(name)
            for console in consoles:
                self._subscribe(
                    StringStamped,
                    f'/site/{console}/{name}/state_command',
                    qos.EVENT,
                    _text,
                    partial(_command_of_console, robot, console, name),
                )
        self._thread = WaitingReader(node, self._readers)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._thread.stop()

    def obey(self, now: float) -> set[str]:
        """Carry out what has arrived, at ``now`` [s].

        Returns the arms of which a client awaits the operating state: it was asked for another
        one, or for a move.
        """
        awaited = set()
        for _ in range(len(self._queue)):
            topic, request = self._queue.popleft()
            try:
                request(now)
            except CommandRefusedError as error:
                self._warnings.warn(topic, error)
            if topic.endswith(('state_command', 'move_jp', 'move_jr', 'move_cp')):
                awaited.add(_arm_of(topic))
        return awaited

    def _subscribe_arm(self, name: str) -> None:
        robot, arm = self._robot, self._robot.arm(name)
        stream, event = qos.STREAM_IN, qos.EVENT
        joints: dict[str, tuple[Any, Any]] = {
            'servo_jp': (arm.servo_jp, stream),
            'servo_jr': (arm.servo_jr, stream),
            'move_jp': (lambda q, _: arm.move_jp(q), event),
            'move_jr': (lambda q, _: arm.move_jr(q), event),
            'jaw/servo_jp': (arm.servo_jaw, stream),
            'jaw/move_jp': (lambda q, _: arm.move_jaw(q), event),
        }
        poses: dict[str, tuple[Any, Any]] = {
            'servo_cp': (partial(robot.servo_cp, name), stream),
            'move_cp': (lambda T, _: robot.move_cp(name, T), event),
        }
        for what, (obey, profile) in joints.items():
            self._subscribe(JointState, f'/{name}/{what}', profile, _positions, obey)
        for what, (obey, profile) in poses.items():
            self._subscribe(PoseStamped, f'/{name}/{what}', profile, _pose, obey)
        self._subscribe(
            StringStamped, f'/{name}/state_command', event, _text, partial(_command, robot, name)
        )
        self._subscribe(Empty, f'/{name}/hold', event, _nothing, lambda _, __: arm.hold())
        self._subscribe(Empty, f'/{name}/free', event, _nothing, lambda _, __: arm.free())

    def _subscribe(
        self,
        message_type: type[Any],
        topic: str,
        profile: Any,
        convert: Callable[[Any], Any],
        obey: Callable[[Any, float], None],
    ) -> None:
        def on_message(message: Any, _info: dict[str, Any]) -> None:
            try:
                value = convert(message)
            except ConversionError as error:
                self._warnings.warn(topic, error)
                return
            if len(self._queue) >= QUEUE_LIMIT:
                self._warnings.warn(topic, f'refused: {QUEUE_LIMIT} commands are waiting already')
                return
            self._queue.append((topic, partial(obey, value)))

        self._readers[PolledSubscription(self._node, message_type, topic, profile)] = on_message


def _positions(message: JointState) -> list[float]:
    return list(message.position)


def _pose(message: PoseStamped) -> Any:
    return pose_from_msg(message.pose)


def _text(message: StringStamped) -> str:
    return str(message.string)


def _nothing(_message: Empty) -> None:
    return None


def _command(robot: Robot, name: str, text: str, now: float) -> None:
    robot.command_state(name, text, now)


def _command_of_console(robot: Robot, console: str, name: str, text: str, now: float) -> None:
    holder = robot.supervisor.holder(name)
    if holder != console:
        raise CommandRefusedError(
            f'{console} asks {name} to {text}, and {holder or "nobody"} holds it; allowed: to the '
            'holder and to the bedside; ask for the arm'
        )
    robot.command_state(name, text, now)


def _arm_of(topic: str) -> str:
    """Return the arm that a topic concerns: ``/PSM1/...`` or ``/site/NAME/PSM1/...``."""
    parts = topic.split('/')
    return parts[3] if parts[1] == 'site' else parts[1]
