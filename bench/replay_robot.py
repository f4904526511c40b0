"""A real research kit's recorded PSM2, replayed as a master onto our PSM2.

    ./telesurgery bench replay_robot [--lockstep classic] [--gazebo] [--seconds 34] [--bag BAG]

The recording (joints that the kit's PSM2 was told, 99 Hz) goes through replay, lead-in, motion at
scale 1 without a tremor filter, arms and a plant: the loopback plant in virtual time, with
--lockstep a Gazebo that is stepped by the arms' ticks, and with --gazebo Gazebo 11 in real time,
which only a machine that keeps up with it can show. There is no link delay. Where the recording is
absent nothing is measured.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import harness
import numpy as np
from faults_study.gazebo import stepped
from following_study.plants import GazeboPlant
from scipy.interpolate import CubicSpline

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.guarding.description import GuardingDescription
from telesurgery_arm.kinematics import forward
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.lead_in import led_in
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_console.replay_mapping import load_replay_mapping
from telesurgery_console.timeline import Timeline
from telesurgery_core.transforms import Array, inverse
from telesurgery_core.types import ConsoleSample, Hand
from telesurgery_gazebo.lockstep import LockstepPlant
from telesurgery_gazebo.selection import choose
from telesurgery_recording.reader import Recording
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.session import Configuration, Tick, VirtualSession

CONFIG = harness.WORKSPACE / 'config'
BAG = harness.WORKSPACE.parent / 'shared' / 'data' / 'dvrk' / 'psm2_traj_01'
ARM = 'PSM2'
LONGEST_LAG_S = 0.15


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--bag', type=Path, default=BAG, help='the recording')
    parser.add_argument('--seconds', type=float, default=34.0, help='of it')
    parser.add_argument('--gazebo', action='store_true', help='in Gazebo in real time, too')
    parser.add_argument(
        '--lockstep', nargs='+', choices=('classic', 'gz'), default=[], help='in these, too'
    )
    arguments = parser.parse_args(argv)
    if not arguments.bag.exists():
        print(f'{arguments.bag} is not on this machine: nothing is measured')
        return 0
    robot = RobotDescription.load(CONFIG / 'arms.yaml')
    timeline = load_timeline(
        arguments.bag,
        TimeSource.HEADER,
        200.0,
        mapping=load_replay_mapping(CONFIG / 'replay' / 'dvrk_psm2.yaml'),
        kinematics=lambda arm, q: forward(robot.model_of(arm), q),
    ).part(0.0, arguments.seconds)
    rows = [_robots_own(arguments.bag), _replayed('loopback', timeline, None)]
    for name in arguments.lockstep:
        with stepped(name, harness.WORKSPACE) as stepped_plant:
            rows.append(_replayed(f'{name} in lockstep', timeline, stepped_plant))
    selection = choose('auto', os.environ)
    if arguments.gazebo and selection.simulator == 'classic':
        with GazeboPlant(robot, harness.WORKSPACE) as plant:
            row = _replayed('gazebo', timeline, plant)
            rows.append(
                {**row, 'real_time_factor': plant.real_time_factor, 'stood_s': plant.stood_s}
            )
    elif arguments.gazebo:
        print(selection.warning)
    harness.report(
        'replay_robot',
        rows,
        settings={'bag': arguments.bag.name, 'seconds_s': arguments.seconds},
        notes='kit: what the kit measured against what it was told, in the recording itself. Lag: '
        'the shift at which the two paths lie closest; errors are what is left there, nothing '
        'else is taken out. The loopback plant itself lags by its time constant of 10 ms.',
    )
    return 0


def _robots_own(bag: Path) -> dict[str, object]:
    """Return how far the kit's own tip was behind its setpoint."""
    paths = {}
    with Recording(bag) as recording:
        for name in ('setpoint', 'measured'):
            messages = map(recording.decode, recording.messages([f'/PSM2/{name}_cp']))
            rows = [
                (m.header.stamp.sec + 1e-9 * m.header.stamp.nanosec, m.pose.position)
                for m in messages
            ]
            t = np.array([row[0] for row in rows])
            t, first = np.unique(t, return_index=True)
            p = np.array([(q.x, q.y, q.z) for _, q in rows])[first]
            paths[name] = (t, p)
    begin = paths['setpoint'][0][0]
    told = CubicSpline(paths['setpoint'][0] - begin, paths['setpoint'][1])
    t, p = paths['measured'][0] - begin, paths['measured'][1]
    inside = (t > 0.5) & (t < told.x[-1])
    return {'plant': 'kit', **_aligned(told, t[inside], p[inside]), 'holds_count': None}


def _replayed(
    name: str, timeline: Timeline, plant: GazeboPlant | LockstepPlant | None
) -> dict[str, object]:
    """Play the recording; return how far the tip of the plant was behind it."""
    configuration = _configuration()
    robot = configuration.robot
    device = _LedIn()
    session = VirtualSession(device, configuration, plant=plant)
    session.make_ready('PSM1', ARM, 'PSM3', 'ECM')
    if isinstance(plant, GazeboPlant):
        plant.begin(session.now)
    ticks: list[Tick] = []
    session.run(0.1, ticks.append)
    tip = _tips(robot, np.array([ticks[-1].joints.position]))[0]
    led = led_in(timeline, {Hand.RIGHT: tip}, 1.0)
    lead_s = (led.samples[-1].stamp_ns - timeline.samples[-1].stamp_ns) * 1e-9
    device.replay = Replay(led)
    ticks.clear()
    begin = session.now
    gc.collect()
    gc.disable()  # a collection among all that is kept of the run stops its clock for 0.1 s
    session.run(lead_s + timeline.duration_ns * 1e-9, ticks.append)
    gc.enable()
    t = np.array([tick.joints.stamp_ns for tick in ticks]) * 1e-9 - begin - lead_s
    p = _tips(robot, np.array([tick.joints.position for tick in ticks]))[:, :3, 3]
    samples = [(s.stamp_ns * 1e-9, s.right) for s in timeline.samples]
    hand = CubicSpline(
        [t for t, right in samples if right is not None],
        [right.T_view_hand[:3, 3] for _, right in samples if right is not None],
    )
    inside = (t > 0.5) & (t < hand.x[-1])
    row = {'plant': name, **_aligned(hand, t[inside], p[inside])}
    return {**row, 'holds_count': session.robot.supervisor.holds}


class _LedIn:
    """A device that says nothing until the replay is put into it."""

    replay: Replay | None = None
    finished = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.replay, name)

    def poll(self, now: float) -> ConsoleSample | None:
        """See ``Device``."""
        return None if self.replay is None else self.replay.poll(now)

    def next_poll(self, now: float) -> float:
        """See ``Device``."""
        return now + 0.005 if self.replay is None else self.replay.next_poll(now)


def _configuration() -> Configuration:
    whole = load_configuration(CONFIG, link='none')
    motion = replace(whole.motion, right_arm=ARM, left_arm='', scale=1.0, filter='none')
    return replace(whole, motion=motion, guarding=GuardingDescription())


def _tips(robot: RobotDescription, joints: Array) -> Array:
    """Return the tips ``(n, 4, 4)`` in the view of joints ``(n, 25)``; the endoscope stands."""

    def world(arm: str, q: Array) -> Array:
        model = robot.model_of(arm)
        own = q[:, robot.joint_slice(arm)][:, : len(model.joints)]
        T: Array = robot.T_world_rcm(arm) @ forward(model, own)
        return T

    tips: Array = inverse(world('ECM', joints[:1]))[0] @ world(ARM, joints)
    return tips


def _aligned(told: CubicSpline, t: Array, p: Array) -> dict[str, object]:
    """Return the lag of points ``p`` ``(n, 3)`` behind a path, and the errors left at it."""

    def left(lag: float) -> Array:
        result: Array = np.linalg.norm(p - told(t - lag), axis=1)
        return result

    lags = np.arange(0.0, LONGEST_LAG_S, 0.0005)
    lag = float(lags[int(np.argmin([np.sqrt(np.mean(left(x) ** 2)) for x in lags]))])
    return {
        'lag_ms': 1e3 * lag,
        'error_rms_mm': 1e3 * float(np.sqrt(np.mean(left(lag) ** 2))),
        'error_p99_mm': 1e3 * float(np.percentile(left(lag), 99)),
        'error_max_mm': 1e3 * float(left(lag).max()),
        'not_aligned_rms_mm': 1e3 * float(np.sqrt(np.mean(left(0.0) ** 2))),
        'speed_mean_mm_per_s': 1e3 * float(np.linalg.norm(told(t, 1), axis=1).mean()),
        'points_count': len(t),
    }


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
