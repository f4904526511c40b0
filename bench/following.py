"""Surgeons' hands (JIGSAWS) through motion and arms: how closely the tips follow them.

    ./telesurgery bench following [--seconds 40] [--gazebo Suturing|...|none]

Both hands of each trial go through motion, arms and a plant: the loopback plant in virtual time,
and for one trial Gazebo in real time, without cameras. There is no link delay. What the tips do is
compared with the scaled hands themselves.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import harness
from following_study.hands import RecordedHands
from following_study.measures import followed
from following_study.plants import GazeboPlant
from following_study.session import Trial, run

from telesurgery_arm.description import RobotDescription
from telesurgery_core.types import Hand
from telesurgery_gazebo.selection import choose
from telesurgery_virtual.configuration_files import load_configuration

CONFIG = harness.WORKSPACE / 'config'
JIGSAWS = harness.WORKSPACE.parent / 'shared' / 'data' / 'jigsaws'


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seconds', type=float, default=40.0, help='of each trial')
    parser.add_argument('--rate', type=float, default=200.0, help='of the device [Hz]')
    parser.add_argument('--trials', type=Path, default=JIGSAWS, help='folder of recordings')
    parser.add_argument('--gazebo', default='Suturing', help='trial that Gazebo gets, or none')
    parser.add_argument('--guarded', action='store_true', help='with the fixtures of config/')
    arguments = parser.parse_args(argv)
    trials = [RecordedHands.load(path) for path in sorted(arguments.trials.iterdir())]
    wanted = {'rate_hz': arguments.rate, 'guarded': arguments.guarded}
    rows: list[dict[str, object]] = []
    for hands in trials:
        seconds = min(arguments.seconds, hands.duration_s - 0.2)
        trial = run(hands, CONFIG, seconds, **wanted, plant=None)
        rows += rows_of('loopback', hands, trial, ('told', 'measured'))
        if hands.name.startswith(arguments.gazebo):
            rows += gazebo_rows(hands, seconds, **wanted)
    harness.report(
        'following',
        rows,
        settings={
            'seconds_s': arguments.seconds,
            'device_rate_hz': arguments.rate,
            'scale_factor': load_configuration(CONFIG).motion.scale,
            'tremor_filter': load_configuration(CONFIG).motion.filter,
            'guarded': arguments.guarded,
        },
        notes='told: the tips of the joint targets; measured: those of the plant. Lag: the shift '
        'at which the tip lies closest to the scaled hand; errors are what is left there, '
        'not_aligned is the error without any shift. Where the hand turns further than the wrist '
        'can, the tip keeps its place and its orientation gives way. The loopback plant itself '
        'lags by its time constant of 10 ms.',
    )
    return 0


def gazebo_rows(
    hands: RecordedHands, seconds: float, *, rate_hz: float, guarded: bool
) -> list[dict[str, object]]:
    """Play a trial to Gazebo; nothing where there is none."""
    selection = choose('auto', os.environ)
    if selection.simulator != 'classic':
        print(selection.warning)
        return []
    robot = RobotDescription.load(CONFIG / 'arms.yaml')
    with GazeboPlant(robot, harness.WORKSPACE) as plant:
        trial = run(hands, CONFIG, seconds, rate_hz, guarded=guarded, plant=plant)
        factor = plant.real_time_factor
    rows = rows_of('Gazebo', hands, trial, ('told', 'measured'))
    print(
        f'Gazebo: real-time factor {factor:.2f}, the session waited {plant.stood_s:.2f} s for '
        'this machine: below 0.95, or with more than some percent, the figures tell of the machine'
    )
    return rows


def rows_of(
    plant: str, hands: RecordedHands, trial: Trial, whats: tuple[str, ...]
) -> list[dict[str, object]]:
    """Return the figures of both hands."""
    scale = load_configuration(CONFIG).motion.scale
    for text in sorted(trial.limits):
        print(f'{plant}, {hands.name}: {text}')
    return [
        {
            'plant': plant,
            'trial': hands.name.partition('_')[0],
            'hand': hand.value,
            'tip': what,
            **followed(
                hands.hands[hand],
                trial.engaged_at,
                scale,
                getattr(trial, what)[0],
                getattr(trial, what)[1][hand],
            ),
            'holds_count': trial.holds,
        }
        for hand in Hand
        for what in whats
    ]


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
