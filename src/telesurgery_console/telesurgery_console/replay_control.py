"""What others may ask of a replay while it runs, and what it hears of the arms."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from geometry_msgs.msg import PoseStamped
from rclpy.node import Node
from std_msgs.msg import Float64
from std_srvs.srv import SetBool, Trigger

from telesurgery_console.errors import DeviceError
from telesurgery_console.lead_in import led_in
from telesurgery_console.reengagement import Reengagement
from telesurgery_console.replay import Replay
from telesurgery_core.transforms import Array
from telesurgery_core.types import ConsoleSample, Hand
from telesurgery_msgs.msg import MotionState
from telesurgery_ros import qos
from telesurgery_ros.conversions import ConversionError, pose_from_msg


class ReplayControl:
    """Services of ``/console/replay``: pause, step, stop; and the topic ``set_speed``.

    Attributes:
        stepped: samples that were asked for one by one, to be published.
    """

    def __init__(self, node: Node, replay: Replay, lock: Lock) -> None:
        """Offer them with ``node``; ``lock`` guards the replay."""
        self._node = node
        self._replay = replay
        self._lock = lock
        self.stepped: list[ConsoleSample] = []
        node.create_service(SetBool, '/console/replay/pause', self._pause)
        node.create_service(Trigger, '/console/replay/step', self._step)
        node.create_service(Trigger, '/console/replay/stop', self._stop)
        node.create_subscription(Float64, '/console/replay/set_speed', self._set_speed, qos.EVENT)

    def _pause(self, request: Any, answer: Any) -> Any:
        with self._lock:
            now = time.monotonic()
            if request.data:
                self._replay.pause(now)
            else:
                self._replay.resume(now)
        answer.success = self._replay.paused == request.data
        answer.message = self._replay.status().detail
        return answer

    def _step(self, _request: Any, answer: Any) -> Any:
        with self._lock:
            sample = self._replay.step(time.monotonic())
            if sample is not None:
                self.stepped.append(sample)
        answer.success = sample is not None
        answer.message = self._replay.status().detail if sample else 'not paused, or at the end'
        return answer

    def _stop(self, _request: Any, answer: Any) -> Any:
        with self._lock:
            self._replay.stop()
        answer.success = True
        return answer

    def _set_speed(self, message: Float64) -> None:
        try:
            with self._lock:
                self._replay.set_speed(time.monotonic(), message.data)
        except DeviceError as error:
            self._node.get_logger().warning(f'/console/replay/set_speed refused: {error}')


class ArmsAtStart:
    """Where the arms are that the hands drive, and how motion scales, for a lead-in."""

    def __init__(self, node: Node, arms: dict[Hand, str]) -> None:
        """Listen with ``node``; ``arms`` are those that each hand drives."""
        self._tips: dict[Hand, Array] = {}
        self._scale: float | None = None
        node.create_subscription(Float64, '/console/teleop/scale', self._on_scale, qos.LATCHED)
        for hand, arm in arms.items():
            node.create_subscription(
                PoseStamped,
                f'/{arm}/measured_cp',
                lambda message, hand=hand: self._on_tip(hand, message),
                qos.STREAM_IN,
            )

    def known(self, hands: Sequence[Hand]) -> bool:
        """Return whether it can be said for all these hands."""
        return self._scale is not None and all(hand in self._tips for hand in hands)

    def lead_in(self, replay: Replay) -> None:
        """Put a lead-in before the replay."""
        assert self._scale is not None
        replay.lead_in(led_in(replay.timeline, self._tips, self._scale))

    def _on_scale(self, message: Float64) -> None:
        self._scale = message.data

    def _on_tip(self, hand: Hand, message: PoseStamped) -> None:
        try:
            self._tips[hand] = pose_from_msg(message.pose)
        except ConversionError:  # it is not known just now
            self._tips.pop(hand, None)


class StoppedHands:
    """Uses the clutch of a replay when its hands have been stopped (``Reengagement``)."""

    def __init__(self, node: Node, after_s: float) -> None:
        """Listen with ``node``."""
        self._act = Reengagement(after_s)
        node.create_subscription(MotionState, '/motion/state', self._on_state, qos.STREAM_IN)

    def with_clutch(self, sample: ConsoleSample, now: float) -> ConsoleSample:
        """Return the sample, the clutch pressed if it is now [s]."""
        return replace(sample, clutch=True) if self._act.pressed(now) else sample

    def _on_state(self, message: MotionState) -> None:
        self._act.hear([hand.hindrance for hand in message.hands], time.monotonic())
