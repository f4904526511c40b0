"""The shipped guarding does not hinder the shipped recording: nothing comes into its way."""

import numpy as np
import pytest

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.frames import Frames
from telesurgery_arm.guarding.build import build_guard
from telesurgery_arm.guarding.description import load_guarding
from telesurgery_arm.inverse import solver_for
from telesurgery_arm.kinematics import forward
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_core.transforms import pose
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.pipeline import Pipeline

PERIOD_S = 0.02
FASTEST_M_PER_S = 0.05
"""Tips of the recording are slower than this [m/s] at the default scale."""


@pytest.fixture(scope='module')
def commands(workspace):
    path = workspace / 'recordings' / 'dvtrainer_two_hands'
    device = Replay(load_timeline(path, TimeSource.HEADER, 1.0 / PERIOD_S))
    pipeline = Pipeline(MotionParameters())
    now, commands = 0.0, []
    while not device.finished:
        sample = device.poll(now)
        if sample is not None:
            commands.append(pipeline.step(sample, now))
        now += PERIOD_S
    return commands


def test_no_tool_of_the_recording_comes_near_enough_to_be_slowed(workspace, commands):
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    guard = build_guard(
        load_guarding(workspace / 'config' / 'guarding.yaml'), robot, workspace / 'config'
    )
    frames = Frames(robot)
    frames.see(forward(robot.model_of('ECM'), robot.model_of('ECM').home))
    q = {arm: tuple(robot.model_of(arm).home) for arm in robot.arms}
    epochs, latched = {}, {}
    nearest = np.inf
    for command in commands[::5]:
        for hand in (command.left, command.right):
            if not hand.engaged:
                continue
            arm, model = hand.arm, robot.model_of(hand.arm)
            if epochs.get(arm) != hand.epoch:
                epochs[arm] = hand.epoch
                latched[arm] = frames.T_base_rcm(arm) @ forward(model, q[arm])
            D, T = hand.T_displacement, latched[arm]
            wanted = pose(D[:3, :3] @ T[:3, :3], D[:3, 3] + T[:3, 3])
            q[arm] = solver_for(model).solve(frames.T_rcm_base(arm) @ wanted, q[arm]).q
        postures = [
            skeleton.at([*q[arm], *([0.4] if skeleton.has_jaw else [])])
            for arm, skeleton in zip(robot.arms, guard.skeletons, strict=True)
        ]
        for check in guard.checks:
            if not check.outer:
                seen = check.look([postures[arm] for arm in check.arms], np.arange(check.count))
                nearest = min(nearest, float(seen.slack.min()))
    assert set(epochs) == {'PSM1', 'PSM2'}
    assert nearest > guard.checks[0].damper.safe_distance(FASTEST_M_PER_S)
