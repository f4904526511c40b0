"""``./telesurgery demo --lockstep``: the recorded session step by step, in one process."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace

import numpy as np

from telesurgery_bringup.demo_settings import Settings
from telesurgery_bringup.workspace import Workspace

ARMS = ('PSM1', 'PSM2')
"""Those that the recorded hands drive."""

RATE_HZ = 100.0
"""Samples of the hands a second, as in the demo in real time."""


def run_demo_in_lockstep(settings: Settings, workspace: Workspace) -> int:
    """Run the session, print what it led to and write the joints' trajectory."""
    from telesurgery_core.errors import TelesurgeryError

    print(
        f'demo: {settings.bag.name} drives PSM1 and PSM2 over {settings.link} for '
        f'{settings.seconds:g} s in lockstep, simulator {settings.sim}; results go to '
        f'{settings.output}',
        flush=True,
    )
    try:
        _run(settings, workspace)
    except TelesurgeryError as error:
        print(f'demo: error: {error}', file=sys.stderr)
        return 1
    return 0


def _run(settings: Settings, workspace: Workspace) -> None:
    from telesurgery_console.replay import Replay
    from telesurgery_gazebo.lockstep import LockstepPlant
    from telesurgery_gazebo.making import make_simulator
    from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters
    from telesurgery_gazebo.selection import choose
    from telesurgery_virtual.configuration_files import load_configuration
    from telesurgery_virtual.experiment import Experiment, playable
    from telesurgery_virtual.lockstep import run_in_lockstep

    configuration = load_configuration(
        workspace.root / 'config',
        link=settings.link,
        seed=settings.seed,
        tremor_filter=settings.filter,
    )
    motion = replace(
        configuration.motion,
        scale=settings.scale,
        right_arm=settings.right_arm,
        left_arm=settings.left_arm,
    )
    configuration = replace(configuration, motion=motion)
    timeline = playable(
        Experiment(
            bag=str(settings.bag),
            mapping=settings.mapping,
            time=settings.time,
            start_s=settings.start_s,
            seconds=settings.seconds,
            rate_hz=RATE_HZ,
        ),
        workspace.root / 'config',
    )
    choice = choose(settings.sim, os.environ)
    if choice.warning:
        print(f'demo: {choice.warning}')
    parameters = SimulatorParameters(cameras=False)
    files = SceneFiles.of(parameters, workspace.root)
    robot = configuration.robot
    simulator = make_simulator(choice.simulator, parameters, files, robot, lockstep=True)
    with LockstepPlant(simulator) as plant:
        replay = Replay(timeline, speed=settings.speed)
        result = run_in_lockstep(replay, configuration, plant, settings.seconds, time.monotonic)
    settings.output.mkdir(parents=True, exist_ok=True)
    result.write(settings.output / 'joints.npz', robot)
    print(
        f'\nsimulator {choice.simulator}: {result.times[-1] - result.times[0]:.1f} s in '
        f'{result.wall_s:.1f} s, {result.speed:.2f} times real time'
    )
    for arm in ARMS:
        errors = result.tip_errors_mm(robot, arm)
        print(
            f'{arm}: tip {np.sqrt(np.mean(errors**2)):.3f} mm RMS, at most {errors.max():.3f} mm '
            'from where it was told to be a tick before'
        )
    print(f'joints: {result.digest} (equal digests are equal trajectories, to the bit)')
    print(f'written to {settings.output}')
