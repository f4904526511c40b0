"""The cases of virtual time with a Gazebo in the place of the kinematic plant, step by step."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from telesurgery_arm.description import RobotDescription
from telesurgery_gazebo.lockstep import LockstepPlant
from telesurgery_gazebo.making import make_simulator
from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters


@contextlib.contextmanager
def stepped(name: str, workspace: Path) -> Iterator[LockstepPlant]:
    """Run a simulator whose time passes when it is asked to; SimulatorError when it cannot."""
    parameters = SimulatorParameters(cameras=False)
    files = SceneFiles.of(parameters, workspace)
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    simulator = make_simulator(name, parameters, files, robot, lockstep=True)
    with LockstepPlant(simulator) as plant:
        yield plant
