"""The arms: time of one control tick, and the share of a core of the whole node.

    ./telesurgery bench arms [--seconds 10]

The node runs as a process of its own beside an echoing plant (250 Hz), a console (200 Hz, both
hands engaged) and, in the second case, a subscriber to every stream, as a recorder is.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import harness
import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.robot import Robot
from telesurgery_core.transforms import pose, rotation_from_vector
from telesurgery_core.types import HandCommand, JointSample, TeleopCommand
from telesurgery_safety.parameters import SafetyParameters

ARMS_FILE = harness.WORKSPACE / 'config' / 'arms.yaml'
TICK_S = 0.002
COMMAND_S = 0.005
JOINTS_S = 0.004


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seconds', type=float, default=10.0, help='per case of the node')
    arguments = parser.parse_args(argv)
    description = RobotDescription.load(ARMS_FILE)
    rows: list[dict[str, object]] = [tick_row(description, arguments.seconds)]
    rows += [node_row(description, arguments.seconds, streams) for streams in (False, True)]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    harness.report(
        'arms',
        [{key: row.get(key) for key in columns} for row in rows],
        settings={'seconds_s': arguments.seconds},
        notes='A tick: joint states in, teleoperation of two arms, supervisor, targets of four '
        'arms out, without ROS; its CPU time is the mean over ticks and commands. The node: '
        'everything, at 500 Hz.',
    )
    return 0


class Console:
    """Both hands drawing circles."""

    def __init__(self) -> None:
        self._sequence = 0

    def command(self, now: float, stamp_ns: int, *, engaged: bool) -> TeleopCommand:
        """Return the next command at ``now`` [s]."""
        self._sequence += 1
        a = 2.0 * now
        T = pose(
            rotation_from_vector((0.2 * np.sin(a), 0.1 * np.sin(a), 0.0)),
            (0.01 * np.sin(a), 0.01 * (1.0 - np.cos(a)), 0.005 * np.sin(a)),
        )
        right, left = (HandCommand(arm, engaged, int(engaged), T, 0.3) for arm in ('PSM1', 'PSM2'))
        return TeleopCommand(stamp_ns, self._sequence, left, right)


def tick_row(description: RobotDescription, seconds: float) -> dict[str, object]:
    """Measure ticks of the robot while two arms follow."""
    robot = Robot(description, ArmsParameters(), SafetyParameters())
    joints = np.zeros(len(description.joint_names))
    console, now, ticks, commands = Console(), 0.0, [], []
    begin = 5.0  # after homing
    cpu = 0.0
    for tick in range(round((begin + seconds) / TICK_S)):
        now = tick * TICK_S
        stamp = round(now * 1e9)
        due = tick % round(COMMAND_S / TICK_S + 0.5) == 0
        command = console.command(now - begin, stamp, engaged=now > begin) if due else None
        fresh = tick % round(JOINTS_S / TICK_S) == 0
        sample = JointSample(stamp, joints, np.zeros_like(joints)) if fresh else None
        before, cpu_before = time.perf_counter(), time.process_time()
        if command is not None:
            robot.teleoperate(now, command, stamp)
            commands.append(time.perf_counter() - before)
        between = time.perf_counter()
        targets = robot.step(now, sample)
        if now > begin:
            ticks.append(time.perf_counter() - between)
            cpu += time.process_time() - cpu_before
        joints = joints if targets is None else np.array(targets)
    return {
        'case': 'tick of four arms, no ROS',
        **harness.distribution('time', 1e6 * np.array(ticks), 'us'),
        'command_median_us': 1e6 * float(np.median(commands)),
        'cpu_us': 1e6 * cpu / len(ticks),
    }


def node_row(description: RobotDescription, seconds: float, streams: bool) -> dict[str, object]:
    """Measure the share of a core that the node's process takes."""
    from telesurgery_ros.testing import NodeProcess

    os.environ.setdefault('ROS_DOMAIN_ID', '93')
    with (
        NodeProcess('telesurgery_arm.node', {'arms_file': ARMS_FILE}) as node,
        Surroundings(description, streams=streams) as around,
    ):
        around.run_until(lambda: around.homed)
        around.engage()
        around.run_for(1.0)
        targets, cpu, start = around.targets, _cpu_s(node.pid), time.monotonic()
        around.run_for(seconds)
        took = time.monotonic() - start
        share = (_cpu_s(node.pid) - cpu) / took
        rate = (around.targets - targets) / took
    return {
        'case': f'node at 500 Hz, {"every stream subscribed" if streams else "no streams"}',
        'core_percent': 100.0 * share,
        'rate_hz': rate,
    }


class Surroundings:
    """A plant that echoes targets as joint states, a console, and whoever listens to streams."""

    def __init__(self, description: RobotDescription, *, streams: bool) -> None:
        import rclpy
        from sensor_msgs.msg import JointState
        from std_msgs.msg import Float64MultiArray

        from crtk_msgs.msg import OperatingState
        from telesurgery_msgs.msg import TeleopCommand as TeleopCommandMsg
        from telesurgery_ros import qos

        rclpy.init()
        self._rclpy = rclpy
        self._node = rclpy.create_node('surroundings')
        self._joints = array('d', [0.0] * len(description.joint_names))
        self._message = JointState(name=list(description.joint_names))
        self._states: dict[str, bool] = {}
        self._console, self._engaged, self._ended = Console(), False, threading.Event()
        self.targets = 0
        node, make = self._node, self._node.create_subscription
        make(
            Float64MultiArray,
            '/forward_position_controller/commands',
            self._on_target,
            qos.STREAM_IN,
        )
        for arm in description.arms:
            make(
                OperatingState,
                f'/{arm}/operating_state',
                lambda message, arm=arm: self._states.update({arm: message.is_homed}),
                qos.LATCHED,
            )
        if streams:
            _subscribe_streams(node, description)
        self._joints_out = node.create_publisher(JointState, '/joint_states', qos.STREAM_OUT)
        self._command_out = node.create_publisher(
            TeleopCommandMsg, '/teleop/command', qos.STREAM_OUT
        )
        self._threads = [
            threading.Thread(target=self._repeat, args=(JOINTS_S, self._publish_joints)),
            threading.Thread(target=self._repeat, args=(COMMAND_S, self._publish_command)),
        ]

    def __enter__(self) -> Surroundings:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._node.destroy_node()
        self._rclpy.shutdown()

    @property
    def homed(self) -> bool:
        """Whether all arms are homed."""
        return len(self._states) == 4 and all(self._states.values())

    def engage(self) -> None:
        """Let both hands drive."""
        self._engaged = True

    def run_until(self, condition: Callable[[], bool]) -> None:
        """Handle messages until the condition holds."""
        give_up = time.monotonic() + 60.0
        while not condition():
            if time.monotonic() > give_up:
                raise TimeoutError('the arms are not homed within 60 s')
            self._rclpy.spin_once(self._node, timeout_sec=0.1)

    def run_for(self, seconds: float) -> None:
        """Handle messages for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._rclpy.spin_once(self._node, timeout_sec=0.1)

    def _on_target(self, message: Any) -> None:
        self.targets += 1
        self._joints = message.data

    def _repeat(self, period: float, act: Callable[[], None]) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            act()
            due = max(due + period, time.monotonic())
            time.sleep(max(due - time.monotonic(), 0.0))

    def _publish_joints(self) -> None:
        from telesurgery_ros.conversions import now_ns, to_stamp

        self._message.header.stamp = to_stamp(now_ns())
        self._message.position = self._joints
        self._joints_out.publish(self._message)

    def _publish_command(self) -> None:
        from telesurgery_ros.conversions import command_to_msg, now_ns

        command = self._console.command(time.monotonic(), now_ns(), engaged=self._engaged)
        self._command_out.publish(command_to_msg(command))


def _subscribe_streams(node: Any, description: RobotDescription) -> None:
    """Subscribe to every stream of every arm, in a way that costs this process little."""
    from geometry_msgs.msg import PoseStamped, TwistStamped
    from sensor_msgs.msg import JointState

    from telesurgery_ros.polling import PolledSubscription

    poses = [f'{space}{what}_cp' for space in ('', 'local/') for what in ('measured', 'setpoint')]
    for arm in description.arms:
        jaw = ['jaw/'] if description.model_of(arm).jaw else []
        for space in ['', *jaw]:
            for what in ('measured_js', 'setpoint_js'):
                PolledSubscription(node, JointState, f'/{arm}/{space}{what}')
        for what in poses:
            PolledSubscription(node, PoseStamped, f'/{arm}/{what}')
        PolledSubscription(node, TwistStamped, f'/{arm}/measured_cv')


def _cpu_s(pid: int) -> float:
    fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
