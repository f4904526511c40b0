"""The shipped recording and the shipped motion parameters keep both instruments within reach."""

import numpy as np
import pytest

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.frames import Frames
from telesurgery_arm.inverse import Outcome, solver_for
from telesurgery_arm.kinematics import forward
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_core.transforms import pose
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.pipeline import Pipeline

PERIOD_S = 0.005


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


@pytest.mark.parametrize(('side', 'arm'), [('right', 'PSM1'), ('left', 'PSM2')])
def test_the_instruments_reach_every_pose_of_the_recording(workspace, commands, side, arm):
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    model, frames = robot.model_of(arm), Frames(robot)
    frames.see(forward(robot.model_of('ECM'), robot.model_of('ECM').home))
    solver = solver_for(model)
    q = tuple(model.home)
    T_view_tip = frames.T_base_rcm(arm) @ forward(model, q)
    epoch, latched = None, T_view_tip
    widest = np.zeros(len(model.joints))
    for command in commands[::10]:
        hand = getattr(command, side)
        if not hand.engaged:
            continue
        if hand.epoch != epoch:
            epoch, latched = hand.epoch, T_view_tip
        T_view_tip = pose(
            hand.T_displacement[:3, :3] @ latched[:3, :3],
            hand.T_displacement[:3, 3] + latched[:3, 3],
        )
        solution = solver.solve(frames.T_rcm_base(arm) @ T_view_tip, q)
        assert solution.outcome is Outcome.REACHED
        q = solution.q
        middle, half = (model.upper + model.lower) / 2.0, (model.upper - model.lower) / 2.0
        widest = np.maximum(widest, np.abs((np.asarray(q) - middle) / half))

    assert epoch is not None
    assert (widest < 0.6).all(), f'share of each joint range that is used: {widest}'
