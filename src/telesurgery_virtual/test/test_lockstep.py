"""A session in lockstep with a simulator: every tick its steps, and the same again every time."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from telesurgery_arm.description import RobotDescription
from telesurgery_console.console_recording import TimeSource
from telesurgery_console.replay import Replay, load_timeline
from telesurgery_core.types import JointSample
from telesurgery_gazebo.description import read_robot
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.lockstep import LockstepPlant
from telesurgery_gazebo.loopback import LoopbackPlant
from telesurgery_gazebo.loopback_simulator import LoopbackSimulator
from telesurgery_gazebo.rates import Reporting
from telesurgery_virtual.configuration_files import load_configuration
from telesurgery_virtual.lockstep import LockstepResult, run_in_lockstep
from telesurgery_virtual.session import Plant

SECONDS = 1.0


@pytest.fixture(scope='module')
def robot(workspace: Path) -> RobotDescription:
    return RobotDescription.load(workspace / 'config' / 'arms.yaml')


def session(workspace: Path, plant: Plant) -> LockstepResult:
    recording = workspace / 'recordings' / 'dvtrainer_two_hands'
    hands = Replay(load_timeline(recording, TimeSource.HEADER, 100.0).part(3.0, SECONDS))
    configuration = load_configuration(workspace / 'config', link='rome_beijing', seed=3)
    clock = itertools.count(0.0, 10.0)
    return run_in_lockstep(hands, configuration, plant, SECONDS, lambda: next(clock))


class Hurried(LoopbackSimulator):
    """A simulator whose velocities depend on which of its states were heard."""

    def start(self, listener: Any) -> None:
        rng = np.random.default_rng()

        def on_joints(sample: JointSample, sim_time_s: float) -> None:
            velocity = sample.velocity * rng.uniform(0.5, 2.0) + rng.uniform(0.0, 0.01)
            listener.on_joints(JointSample(sample.stamp_ns, sample.position, velocity), sim_time_s)

        heard = Mock(wraps=listener)
        heard.on_joints = on_joints
        super().start(heard)


def in_lockstep(
    workspace: Path, robot: RobotDescription, kind: type[LoopbackSimulator] = LoopbackSimulator
) -> LockstepResult:
    tree = read_robot(
        workspace / 'urdf' / 'telesurgery.urdf.xacro', workspace / 'config' / 'arms.yaml'
    )
    simulator = kind(Joints.of(robot), tree, Reporting(), lockstep=True)
    with LockstepPlant(simulator) as plant:
        return session(workspace, plant)


def test_the_same_input_leads_to_the_same_bits_on_a_stepped_simulator_and_in_virtual_time(
    workspace: Path, robot: RobotDescription
) -> None:
    stepped = in_lockstep(workspace, robot)
    assert stepped.digest == in_lockstep(workspace, robot).digest
    virtual = session(workspace, LoopbackPlant(Joints.of(robot)))
    # The arms count as at rest a little sooner on what may tremble, and the rest begins sooner.
    np.testing.assert_allclose(stepped.positions, virtual.positions, atol=1e-3)
    assert len(stepped.times) == round(SECONDS * 500.0)
    assert stepped.positions.std(axis=0).max() > 1e-3  # the arms have moved
    assert stepped.speed == pytest.approx(SECONDS / 10.0, rel=0.01)


def test_the_machine_s_haste_does_not_show_in_the_result(
    workspace: Path, robot: RobotDescription
) -> None:
    hurried = in_lockstep(workspace, robot, Hurried)
    assert hurried.digest == in_lockstep(workspace, robot).digest


def test_the_tips_error_is_against_what_was_told_a_tick_before(robot: RobotDescription) -> None:
    joints = robot.joint_slice('PSM1')
    targets = np.zeros((3, len(robot.joint_names)))
    targets[:, joints.start + 2] = (0.10, 0.11, 0.12)  # the insertion, in metres
    positions = np.roll(targets, 1, axis=0)
    positions[2, joints.start + 2] += 0.001
    result = LockstepResult(np.arange(3.0), targets, positions, 1.0)
    assert result.tip_errors_mm(robot, 'PSM1') == pytest.approx([0.0, 1.0], abs=1e-9)


def test_what_was_written_is_read_again(robot: RobotDescription, tmp_path: Path) -> None:
    positions = np.random.default_rng(1).normal(size=(4, len(robot.joint_names)))
    result = LockstepResult(np.arange(4.0), positions, positions, 1.0)
    result.write(tmp_path / 'joints.npz', robot)
    with np.load(tmp_path / 'joints.npz') as file:
        assert file['joint_names'].tolist() == list(robot.joint_names)
        np.testing.assert_array_equal(file['positions'], positions)
