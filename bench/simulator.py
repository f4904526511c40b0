"""How well a simulator's joints and tips follow targets, at what rates and at what cost."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import harness
import numpy as np
from sensor_msgs.msg import CompressedImage, JointState
from std_msgs.msg import Float64MultiArray

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.inverse import solver_for
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array, rotation_from_vector
from telesurgery_gazebo.selection import SUPPORTED
from telesurgery_msgs.msg import LinkPoses, SimulatorState, TargetTrace
from telesurgery_report.rcm import shaft_distance_mm
from telesurgery_report.session import PointTrack, PoseTrack
from telesurgery_report.tracking import track
from telesurgery_ros import qos
from telesurgery_ros.conversions import to_ns
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.testing import NodeProcess, Peer
from telesurgery_ros.waiting import WaitingReader

RATE_HZ = 500.0
UNFOLD_S = 3.0
"""Time in which the arms go home from where the simulator starts."""
SETTLE_S = 1.0
"""After unfolding, before measuring begins."""
SHORTEST_S = 2.0
"""Of a motion that says something about a lag."""
DRIVEN = ('PSM1', 'PSM2')

FREQUENCIES_HZ = np.array([[0.31, 0.83], [0.43, 1.07], [0.53, 0.71]])
AMPLITUDES_M = np.array([[0.012, 0.003], [0.010, 0.002], [0.008, 0.003]])
"""Of a tip's motion along x, y and z: mean speed 40 mm/s, twice that of surgery (21 mm/s)."""


def main(argv: list[str]) -> int:
    """Run the node, drive two arms, report."""
    parser = argparse.ArgumentParser(prog='bench simulator', description=__doc__)
    parser.add_argument('--simulator', default='auto', choices=('auto', *SUPPORTED))
    parser.add_argument('--seconds', type=float, default=20.0, help='measured')
    parser.add_argument('--no-camera', action='store_true', help='do not watch the endoscope')
    arguments = parser.parse_args(argv)
    if arguments.seconds < SHORTEST_S:
        parser.error(f'--seconds is {arguments.seconds:g}; allowed: {SHORTEST_S:g} or more')
    robot = RobotDescription.load(harness.WORKSPACE / 'config' / 'arms.yaml')
    plan = joint_targets(robot, arguments.seconds)
    run = Run(robot, plan, arguments.simulator, camera=not arguments.no_camera)
    settings = {
        'simulator': run.states[-1].simulator,
        'target_rate_hz': RATE_HZ,
        'seconds_measured_s': arguments.seconds,
        'camera_watched': not arguments.no_camera,
    }
    harness.report('simulator', [run.summary()], settings=settings, notes=SUMMARY_NOTES)
    harness.report('simulator_joints', run.joint_rows(), settings=settings, notes=JOINT_NOTES)
    return 0


SUMMARY_NOTES = (
    'Tip: the true pose of PSM1_wrist_yaw_link against the forward kinematics of the targets, by '
    'the stamps of both. Handed: from publishing a target to handing it to the simulator. Remote '
    'centre: largest distance of any shaft from its port. Processor: the node, and its children '
    '(Gazebo and its screen).'
)
JOINT_NOTES = 'Lag and error after aligning, of joint_states against the published targets.'


def joint_targets(robot: RobotDescription, seconds: float) -> Array:
    """Return targets ``(n, 25)`` at ``RATE_HZ``: unfold, settle, then move two tips."""
    home = np.concatenate(
        [
            [*robot.model_of(arm).home, *([0.3] if robot.model_of(arm).jaw else [])]
            for arm in robot.arms
        ]
    )
    share = np.clip(np.arange(int((UNFOLD_S + SETTLE_S) * RATE_HZ)) / (UNFOLD_S * RATE_HZ), 0, 1)
    unfold = (share**3 * (10 - 15 * share + 6 * share**2))[:, None] * home
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    motion = np.tile(home, (len(times), 1))
    for number, arm in enumerate(DRIVEN):
        joints = robot.joint_slice(arm)
        motion[:, joints.start : joints.stop - 1] = _arm_motion(robot, arm, times, phase=number)
        motion[:, joints.stop - 1] += 0.2 * np.sin(2 * np.pi * 0.6 * times)
    return np.vstack((unfold, motion))


def _arm_motion(robot: RobotDescription, arm: str, times: Array, phase: float) -> Array:
    model = robot.model_of(arm)
    solver, T_home, q = solver_for(model), forward(model, model.home), model.home
    begin = np.clip(times / 1.0, 0, 1) ** 2
    angles = 2 * np.pi * FREQUENCIES_HZ * times[:, None, None] + phase
    p = begin[:, None] * (AMPLITUDES_M * np.sin(angles)).sum(axis=2)
    turns = begin[:, None] * 0.25 * np.sin(angles[:, :, 0] + 1.0)
    targets = np.empty((len(times), len(model.joints)))
    for row, (offset, turn) in enumerate(zip(p, turns, strict=True)):
        T = T_home.copy()
        T[:3, 3] += offset
        T[:3, :3] = rotation_from_vector(turn) @ T[:3, :3]
        q = solver.solve(T, q).q
        targets[row] = q
    return targets


class Run:
    """One run of the node, and what it said."""

    def __init__(
        self, robot: RobotDescription, plan: Array, simulator: str, *, camera: bool
    ) -> None:
        self.robot, self.plan = robot, plan
        self.published_ns = np.zeros(len(plan), dtype=np.int64)
        self.joints: list[JointState] = []
        self.links: list[LinkPoses] = []
        self.traces: list[TargetTrace] = []
        self.states: list[SimulatorState] = []
        self.images: list[int] = []
        parameters = {'simulator': simulator, 'share': str(harness.WORKSPACE)}
        with Peer('bench') as peer, NodeProcess('telesurgery_gazebo.node', parameters) as node:
            reader = WaitingReader(peer.node, self._subscriptions(peer, camera=camera))
            targets = peer.publisher(
                Float64MultiArray, '/forward_position_controller/commands', qos.STREAM_OUT
            )
            reader.start()
            peer.spin_until(lambda: self.joints, deadline_s=90.0)
            driver = threading.Thread(target=self._drive, args=(targets, node.pid))
            driver.start()
            driver.join()
            reader.stop()

    def summary(self) -> dict[str, object]:
        """Return the figures of the whole."""
        tracking = [track(self._wanted(arm), self._tip(arm), arm=arm) for arm in DRIVEN]
        seconds = self.elapsed_s
        measured = [state.real_time_factor for state in self.states[-int(2 * seconds) :]]
        row: dict[str, object] = {'real_time_factor_median_ratio': float(np.median(measured))}
        for arm, result in zip(DRIVEN, tracking, strict=True):
            row[f'{arm}_tip_lag_ms'] = round(result.lag_ms, 2)
            row[f'{arm}_tip_rms_mm'] = round(result.rms_mm, 4)
        return {
            **row,
            'remote_centre_max_mm': round(self._remote_centre_max_mm(), 5),
            **harness.distribution('handed', self._handed_ms(), 'ms'),
            'joint_states_hz': round(self._rate(self.joints), 1),
            'link_poses_hz': round(self._rate(self.links), 1),
            'endoscope_hz': round(sum(t >= self.begin_ns for t in self.images) / seconds, 1),
            'node_processor_cores': round(self.node_cores, 3),
            'children_processor_cores': round(self.children_cores, 3),
        }

    def joint_rows(self) -> list[dict[str, object]]:
        """Return lag and error of every joint that was driven."""
        rows: list[dict[str, object]] = []
        stamps = np.array([to_ns(message.header.stamp) for message in self.joints])
        positions = np.array([message.position for message in self.joints])
        for column, name in enumerate(self.robot.joint_names):
            if not name.startswith(DRIVEN):
                continue
            wanted = PointTrack(self._measured_ns(), self._measured(self.plan)[:, [column]])
            result = track(wanted, PointTrack(stamps, positions[:, [column]]), arm=name)
            slides = name.endswith('insertion')
            rows.append(
                {
                    'joint': name,
                    'lag_ms': round(result.lag_ms, 2),
                    'error_rms_deg': None if slides else round(np.degrees(result.rms_mm / 1e3), 4),
                    'error_rms_mm': round(result.rms_mm, 4) if slides else None,
                }
            )
        return rows

    def _subscriptions(self, peer: Peer, *, camera: bool) -> dict[Any, Any]:
        def keep(topic: str, kind: Any, items: list[Any], profile: Any) -> None:
            subscription = PolledSubscription(peer.node, kind, topic, profile)
            callbacks[subscription] = lambda message, _info: items.append(message)

        callbacks: dict[Any, Any] = {}
        keep('/joint_states', JointState, self.joints, qos.STREAM_IN)
        keep('/simulator/link_poses', LinkPoses, self.links, qos.STREAM_IN)
        keep('/simulator/state', SimulatorState, self.states, qos.LATCHED)
        keep('/trace/target', TargetTrace, self.traces, qos.EVENT)
        if camera:
            topic = '/endoscope/image_raw/compressed'
            pictures = PolledSubscription(peer.node, CompressedImage, topic, raw=True)
            callbacks[pictures] = lambda *_: self.images.append(time.time_ns())
        return callbacks

    def _drive(self, targets: Any, pid: int) -> None:
        first = int((UNFOLD_S + SETTLE_S) * RATE_HZ)
        due = time.monotonic()
        for row, target in enumerate(self.plan.tolist()):
            time.sleep(max(0.0, due - time.monotonic()))
            due += 1.0 / RATE_HZ
            if row == first:
                before, begin = processor_s(pid), time.monotonic()
            self.published_ns[row] = time.time_ns()
            targets.publish(Float64MultiArray(data=target))
        self.elapsed_s = time.monotonic() - begin
        cores = (np.array(processor_s(pid)) - before) / self.elapsed_s
        self.node_cores, self.children_cores = cores.tolist()
        self.begin_ns = int(self.published_ns[first])

    def _measured(self, items: Any) -> Any:
        return items[int((UNFOLD_S + SETTLE_S) * RATE_HZ) :]

    def _measured_ns(self) -> Any:
        return self._measured(self.published_ns)

    def _wanted(self, arm: str) -> PointTrack:
        """Return where the targets put an arm's tip in the world."""
        joints = self.robot.joint_slice(arm)
        q = self._measured(self.plan)[:, joints.start : joints.stop - 1]
        T_world_tip = self.robot.T_world_rcm(arm) @ forward(self.robot.model_of(arm), q)
        return PointTrack(self._measured_ns(), T_world_tip[:, :3, 3])

    def _tip(self, arm: str) -> PointTrack:
        stamps, p, _ = self._link(f'{arm}_wrist_yaw_link')
        return PointTrack(stamps, p)

    def _link(self, name: str) -> tuple[Any, Array, Array]:
        stamps = np.array([to_ns(message.header.stamp) for message in self.links])
        poses = [message.poses[message.names.index(name)] for message in self.links]
        p = np.array([(T.position.x, T.position.y, T.position.z) for T in poses])
        q = [T.orientation for T in poses]
        return stamps, p, np.array([(r.x, r.y, r.z, r.w) for r in q])

    def _remote_centre_max_mm(self) -> float:
        return max(
            float(
                shaft_distance_mm(
                    PoseTrack(*self._link(f'{arm}_roll_link')),
                    self.robot.T_world_rcm(arm)[:3, 3],
                    arm=arm,
                ).max()
            )
            for arm in self.robot.arms
        )

    def _handed_ms(self) -> Array:
        """Return how long each target took from being published to being handed over."""
        latency = [
            (to_ns(stamp) - self.published_ns[number - 1]) / 1e6
            for trace in self.traces
            for number, stamp in zip(trace.target_number, trace.handed_stamp, strict=True)
        ]
        return np.array(latency)

    def _rate(self, messages: list[Any]) -> float:
        stamps = [to_ns(message.header.stamp) for message in messages]
        return sum(stamp >= self.begin_ns for stamp in stamps) / self.elapsed_s


def processor_s(pid: int) -> tuple[float, float]:
    """Return the processor time [s] of a process, and that of its children."""
    tasks = Path('/proc', str(pid), 'task').glob('*/children')
    children = [child for task in tasks for child in task.read_text().split()]
    return _ticks_s([str(pid)]), _ticks_s(children)


def _ticks_s(processes: list[str]) -> float:
    ticks = 0
    for process in processes:
        fields = Path('/proc', process, 'stat').read_text().rpartition(')')[2].split()
        ticks += int(fields[11]) + int(fields[12])  # user and system
    return ticks / os.sysconf('SC_CLK_TCK')


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
