"""Node ``console``: the operator's device as a pair of CRTK masters with pedals."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

from ament_index_python.packages import get_package_share_directory
from diagnostic_msgs.msg import DiagnosticStatus, KeyValue
from geometry_msgs.msg import PoseStamped
from rclpy.duration import Duration
from rclpy.node import Node
from sensor_msgs.msg import JointState, Joy

from crtk_msgs.msg import OperatingState, StringStamped
from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_console.devices import open_device
from telesurgery_console.errors import DeviceError
from telesurgery_console.health import DeviceStatus, Health
from telesurgery_console.mapping_files import is_path, mapping_path, replay_mapping_path
from telesurgery_console.parameters import ConsoleParameters
from telesurgery_console.readiness import ArmState, Readiness
from telesurgery_console.replay import Replay
from telesurgery_console.replay_control import ArmsAtStart, ReplayControl, StoppedHands
from telesurgery_console.topics import TopicControls, TopicPoses
from telesurgery_core.transforms import Array
from telesurgery_core.types import ConsoleSample, Hand, HandSample
from telesurgery_ros import parameter_loader, qos
from telesurgery_ros.conversions import header, joint_state, now_ns, pose_stamped
from telesurgery_ros.paced import Paced
from telesurgery_ros.priority import make_realtime
from telesurgery_ros.run import Finished, run

FRAME = 'view'
SWITCHES = ('clutch', 'camera', 'operator_present', 'stop')
LEVELS = {
    Health.OK: DiagnosticStatus.OK,
    Health.IDLE: DiagnosticStatus.WARN,
    Health.GONE: DiagnosticStatus.ERROR,
    Health.FAULT: DiagnosticStatus.ERROR,
    Health.SILENT: DiagnosticStatus.STALE,
    Health.STALE: DiagnosticStatus.STALE,
}
"""How bad a device's state is, in the words of diagnostics."""
READY_CHECK_S = 0.05
GOODBYE_S = 1.0
"""Longest wait for the subscribers to have heard that the operator has gone."""


class ConsoleNode(Node):
    """Asks the device when it wants to be asked, and publishes what it says."""

    NAME = 'console'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        self._settings = parameter_loader.load(self, ConsoleParameters)
        self._device = open_device(
            self._settings,
            _mapping_file(self._settings),
            partial(TopicControls, self),
            partial(TopicPoses, self),
            _tip_at,
        )
        self._lock = Lock()
        self._control: ReplayControl | None = None
        self._arms_at_start: ArmsAtStart | None = None
        self._stopped_hands: StoppedHands | None = None
        if isinstance(self._device, Replay):
            self._control = ReplayControl(self, self._device, self._lock)
            if self._settings.reengage_after_s:
                self._stopped_hands = StoppedHands(self, self._settings.reengage_after_s)
            if self._settings.lead_in:
                self._arms_at_start = ArmsAtStart(self, self._driven())
        self._poses = {
            hand: self.create_publisher(PoseStamped, f'/{hand.value}/measured_cp', qos.STREAM_OUT)
            for hand in Hand
        }
        self._grippers = {
            hand: self.create_publisher(
                JointState, f'/{hand.value}/gripper/measured_js', qos.STREAM_OUT
            )
            for hand in Hand
        }
        self._switches = {
            switch: self.create_publisher(Joy, f'/console/{switch}', qos.LATCHED)
            for switch in SWITCHES
        }
        self._stop = self.create_publisher(StringStamped, '/emergency_stop', qos.EVENT)
        self._swap = self.create_publisher(Joy, '/console/arm_swap', qos.EVENT)
        self._status = self.create_publisher(DiagnosticStatus, '/console/device', qos.LATCHED)
        self._told: DeviceStatus | None = None
        self._pressed: dict[str, bool] = {}
        self._loop: Paced | None = None
        self._ending = False
        self._end_at = math.inf
        self._switch(now_ns(), dict.fromkeys(SWITCHES, False))
        self.get_logger().info(self._device.describe())
        self._tell()
        if self._settings.start_when_ready:
            self._wait_for_arms()
        else:
            self._start()

    def _wait_for_arms(self) -> None:
        arms = self._settings.ready_arms
        self._readiness = Readiness(arms)
        self._give_up_at = time.monotonic() + self._settings.ready_timeout_s
        for arm in arms:
            self.create_subscription(
                OperatingState,
                f'/{arm}/operating_state',
                partial(self._on_operating_state, arm),
                qos.LATCHED,
            )
        self.get_logger().info(f'waiting for the arms {", ".join(arms)} to be ready')
        self._timer = self.create_timer(READY_CHECK_S, self._on_ready_check)

    def _on_operating_state(self, arm: str, message: OperatingState) -> None:
        self._readiness.hear(arm, ArmState(message.state, message.is_homed, message.is_busy))

    def _driven(self) -> dict[Hand, str]:
        """Return which arm each hand drives: the ready arms, the right hand's first."""
        return dict(zip((Hand.RIGHT, Hand.LEFT), self._settings.ready_arms, strict=False))

    def _led_in(self) -> bool:
        """Put the lead-in before a replay; False while it is not known where the arms are."""
        if self._arms_at_start is None or not isinstance(self._device, Replay):
            return True
        if not self._arms_at_start.known(list(self._device.timeline.T_view_tips)):
            return False
        self._arms_at_start.lead_in(self._device)
        self._tell()
        return True

    def _on_ready_check(self) -> None:
        heard = all(publisher.get_subscription_count() for publisher in self._poses.values())
        if heard and self._readiness.ready and self._led_in():
            self._timer.cancel()
            self.get_logger().info('the arms are ready')
            self._start()
        elif time.monotonic() > self._give_up_at:
            missing = self._readiness.describe() or 'nobody listens to the masters'
            raise DeviceError(
                f'arms are not ready after {self._settings.ready_timeout_s:g} s ({missing}); '
                'allowed: ENABLED, homed, not busy, with the motion node running; '
                'see what the other processes say'
            )

    def _start(self) -> None:
        if self._settings.device != 'replay':  # a recording has been cut to its time already
            self._end_at = time.monotonic() + self._settings.seconds
        gc.collect()
        gc.freeze()  # a collection that looks through a whole recording holds up its next sample
        self._loop = Paced(self._step, 'device')
        self._loop.start()
        if self._settings.realtime_priority:
            make_realtime(self._loop.thread, self._settings.realtime_priority)

    def _step(self, now: float) -> float:
        """Ask the device; return when to ask next."""
        if self._ending:
            raise Finished(0)
        # The monotonic clock paces: a recording must not leap when the wall clock does.
        with self._lock:
            stepped = self._control.stepped[:] if self._control is not None else []
            if self._control is not None:
                self._control.stepped.clear()
            sample = self._device.poll(now)
        for due in (*stepped, *([sample] if sample is not None else [])):
            self._publish(due, now_ns())
        self._tell()
        if not self._device.finished and now < self._end_at:
            return min(self._device.next_poll(now), self._end_at)
        self._ending = True
        self._leave()
        self.get_logger().info('the device has finished: the operator is no longer present')
        # Stay a little, so that the last motion arrives and is recorded.
        return now + self._settings.linger_s

    def _publish(self, sample: ConsoleSample, stamp_ns: int) -> None:
        if self._stopped_hands is not None:
            sample = self._stopped_hands.with_clutch(sample, time.monotonic())
        # Switches and grippers first: they hold from the next pose on.
        self._switch(
            stamp_ns,
            {
                'clutch': sample.clutch,
                'camera': sample.camera,
                'operator_present': sample.operator_present,
                'stop': sample.stop,
            },
        )
        if sample.arm_swap:
            hands_asking = [int(hand in sample.arm_swap) for hand in (Hand.LEFT, Hand.RIGHT)]
            self._swap.publish(Joy(header=header(stamp_ns), buttons=hands_asking))
        hands: list[tuple[Hand, HandSample]] = [
            (hand, hand_sample) for hand in Hand if (hand_sample := sample.hand(hand)) is not None
        ]
        for hand, hand_sample in hands:
            self._grippers[hand].publish(joint_state(['gripper'], stamp_ns, [hand_sample.gripper]))
        for hand, hand_sample in hands:
            self._poses[hand].publish(pose_stamped(hand_sample.T_view_hand, FRAME, stamp_ns))

    def _switch(self, stamp_ns: int, pressed: dict[str, bool]) -> None:
        """Publish the switches that differ from what was published last."""
        stopped_before = self._pressed.get('stop', False)
        for switch, state in pressed.items():
            if self._pressed.get(switch) is not state:
                self._pressed[switch] = state
                self._switches[switch].publish(Joy(header=header(stamp_ns), buttons=[int(state)]))
        if pressed['stop'] and not stopped_before:  # it is in every command, too, while pressed
            self._stop.publish(
                StringStamped(header=header(stamp_ns, 'console'), string='the stop button')
            )

    def _tell(self) -> None:
        status = self._device.status()
        for notice in self._device.notices():
            if status.health is Health.OK:
                self.get_logger().info(notice)
            else:
                self.get_logger().warning(notice)
        if status != self._told:
            self._told = status
            self._status.publish(_diagnostic(status))

    def _leave(self) -> None:
        """Say that the operator has gone and wait until it has been heard."""
        self._switch(now_ns(), dict.fromkeys(SWITCHES, False))
        present: Any = self._switches['operator_present']
        present.wait_for_all_acked(Duration(seconds=GOODBYE_S))

    def close(self) -> None:
        """Leave nobody present behind, and the device as it was."""
        if self._loop is not None:
            self._loop.stop()
        self._leave()
        self._device.close()


def _mapping_file(parameters: ConsoleParameters) -> Path:
    if parameters.device == 'replay' and not parameters.mapping:
        return Path()
    name = parameters.mapping or parameters.device
    if is_path(name):
        return Path(name).expanduser()
    config = Path(get_package_share_directory('telesurgery_bringup'), 'config')
    if parameters.device == 'replay':
        return replay_mapping_path(name, config)
    return mapping_path(name, config / 'devices')


def _tip_at(arm: str, q: Sequence[float]) -> Array:
    """Return the tip of an arm in its remote centre ``(4, 4)`` at joint positions."""
    share = get_package_share_directory('telesurgery_bringup')
    return forward(_robot(Path(share, 'config', 'arms.yaml')).model_of(arm), q)


@cache
def _robot(path: Path) -> RobotDescription:
    return RobotDescription.load(path)


def _diagnostic(status: DeviceStatus) -> DiagnosticStatus:
    return DiagnosticStatus(
        level=LEVELS[status.health],
        name='console: device',
        message=status.detail,
        hardware_id=status.name,
        values=[
            KeyValue(key='health', value=status.health.value),
            KeyValue(key='mapping', value=status.mapping),
        ],
    )


def main() -> int:
    """Run the node; returns the exit code."""
    return run(ConsoleNode)
