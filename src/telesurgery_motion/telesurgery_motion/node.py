"""Node ``motion``: the masters and pedals of the console in, ``/teleop/command`` out."""

from __future__ import annotations

import math
import threading
import time
from functools import partial
from typing import Any

from geometry_msgs.msg import PoseStamped
from rclpy.node import Node
from sensor_msgs.msg import JointState, Joy

from telesurgery_core.types import Hand, TeleopCommand
from telesurgery_motion.masters import Masters, Pedal
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.pipeline import Pipeline
from telesurgery_motion.topics.far_side import FarSideTopics
from telesurgery_motion.topics.state import StateTopic
from telesurgery_motion.topics.teleop import TeleopTopics
from telesurgery_msgs.msg import TeleopCommand as TeleopCommandMsg
from telesurgery_ros import parameter_loader, qos
from telesurgery_ros.conversions import (
    ConversionError,
    command_to_msg,
    now_ns,
    pose_from_msg,
    to_ns,
)
from telesurgery_ros.periodic import Periodic
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.priority import make_process_realtime
from telesurgery_ros.run import run
from telesurgery_ros.waiting import Callback, WaitingReader

WATCH_HZ = 50.0
"""How often silence is looked for."""
WATCHES_PER_LOOK = 5
"""Most of the far side is heard, and what has changed is said, only so often: it costs a tenth of
a core at the rate of the watch."""
WARN_EVERY_S = 1.0
PRESSED = 1
"""A pedal's button in CRTK: 0 released, 1 pressed, 2 a quick tap, which is over already."""


class MotionNode(Node):
    """Answers every sample of the masters with a command, and their silence with keep-alives."""

    NAME = 'motion'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        parameters = parameter_loader.load(self, MotionParameters)
        # Nobody engages every second, and no master gives a sample every millisecond: numbers that
        # start from the clock are above all those of a process that ran before.
        self._started_ns = started_ns = now_ns()
        self._pipeline = Pipeline(
            parameters,
            first_epoch=started_ns // 1_000_000_000 % 2**32,
            first_sequence=started_ns // 1_000_000,
        )
        self._masters = Masters(parameters.silence_limit_s)
        # Poses, silence and requests have a thread each.
        self._lock = threading.Lock()
        self._grippers = {
            hand: PolledSubscription(self, JointState, f'/{hand.value}/gripper/measured_js')
            for hand in Hand
        }
        self._publisher = self.create_publisher(
            TeleopCommandMsg, '/teleop/command', qos.STREAM_OUT
        )
        self._reader = WaitingReader(self, self._callbacks())
        self._far_side = FarSideTopics(self)
        self._state = StateTopic(self)
        self._teleop = TeleopTopics(self, self._pipeline.choices, self._lock)
        self._watches = 0
        self._hindrances = self._pipeline.hindrances
        self._watch = Periodic(WATCH_HZ, self._on_watch, 'watch')
        self.get_logger().info(
            f'right hand drives {parameters.right_arm or "no arm"}, '
            f'left hand drives {parameters.left_arm or "no arm"}, '
            f'scale {parameters.scale:g}, tremor filter {parameters.filter}'
        )
        self._reader.start()
        self._watch.start()
        if parameters.realtime_priority:
            # All threads: the reader waits for whichever of them holds the interpreter.
            make_process_realtime(parameters.realtime_priority)

    def _callbacks(self) -> dict[PolledSubscription[Any], Callback]:
        """Return who hears what; of what comes together, pedals are heard before poses."""
        pedals: dict[PolledSubscription[Any], Callback] = {
            PolledSubscription(self, Joy, f'/console/{pedal.value}', qos.LATCHED): partial(
                self._on_pedal, pedal
            )
            for pedal in Pedal
        }
        swap = PolledSubscription(self, Joy, '/console/arm_swap', qos.EVENT)
        poses: dict[PolledSubscription[Any], Callback] = {
            PolledSubscription(self, PoseStamped, f'/{hand.value}/measured_cp'): partial(
                self._on_pose, hand
            )
            for hand in Hand
        }
        return {**pedals, swap: self._on_swap, **poses}

    def _on_pose(self, hand: Hand, message: PoseStamped, _info: dict[str, Any]) -> None:
        stamp_ns = to_ns(message.header.stamp)
        if stamp_ns == 0:  # CRTK's mark of invalid data
            self._warn(f'{hand.value}/measured_cp has stamp 0: invalid, ignored')
            return
        try:
            T_view_hand = pose_from_msg(message.pose)
        except ConversionError as error:
            self._warn(f'{hand.value}/measured_cp ignored: {error}')
            return
        with self._lock:
            now = time.monotonic()
            if self._masters.move(hand, stamp_ns, T_view_hand, now):
                self._read_grippers()
                self._publish(self._pipeline.step(self._masters.sample(now), now))

    def _on_watch(self, now: float) -> None:
        with self._lock:
            self._answer_silence(now)
            trouble = self._far_side.read_tips(self._pipeline, now)
            before, self._hindrances = self._hindrances, self._pipeline.hindrances
        if trouble:
            self._warn(trouble)
        self._watches += 1
        # What the operator must know at once does not wait for its turn.
        if self._watches % WATCHES_PER_LOOK == 0 or self._hindrances != before:
            self._look_around(now)

    def _look_around(self, now: float) -> None:
        """Hear the far side, and say what the hands do."""
        stamp_ns = now_ns()
        with self._lock:
            self._far_side.read(self._pipeline, now)
            state = self._pipeline.state(now)
            attended = self._masters.operator_present
        if self._state.publish(state, stamp_ns, now, attended=attended):
            self._teleop.publish(state, stamp_ns)

    def _answer_silence(self, now: float) -> None:
        command = self._pipeline.keep_alive(now_ns(), now)
        if command is not None:
            self._publish(command)

    def _read_grippers(self) -> None:
        for hand, subscription in self._grippers.items():
            while taken := subscription.take():
                self._on_gripper(hand, taken[0])

    def _on_swap(self, message: Joy, _info: dict[str, Any]) -> None:
        asking = zip((Hand.LEFT, Hand.RIGHT), message.buttons, strict=False)
        with self._lock:
            self._masters.ask_swap(*(hand for hand, button in asking if button == PRESSED))

    def _on_pedal(self, pedal: Pedal, message: Joy, _info: dict[str, Any]) -> None:
        pressed = bool(message.buttons) and message.buttons[0] == PRESSED
        # A pedal keeps its state for who comes later. An operator who was there before this
        # process may not drive by its start: a hold that its end has caused is his to end.
        before_start = 0 < to_ns(message.header.stamp) < self._started_ns
        with self._lock:
            self._masters.press(pedal, pressed=pressed)
            if pedal is Pedal.OPERATOR_PRESENT and pressed and before_start:
                self._pipeline.choices.interrupt('the motion part was started again')

    def _on_gripper(self, hand: Hand, message: JointState) -> None:
        position = list(message.position)
        if position and math.isfinite(position[0]):
            self._masters.open_gripper(hand, position[0])
        else:
            self._warn(
                f'{hand.value}/gripper/measured_js has position {position}; '
                'allowed: one finite angle [rad]; ignored'
            )

    def _publish(self, command: TeleopCommand) -> None:
        self._publisher.publish(command_to_msg(command))

    def _warn(self, text: str) -> None:
        self.get_logger().warning(text, throttle_duration_sec=WARN_EVERY_S)

    def close(self) -> None:
        """Stop both threads."""
        self._reader.stop()
        self._watch.stop()


def main() -> int:
    """Run the node; returns the exit code."""
    return run(MotionNode)
