"""What the tests of the simulators share."""

from pathlib import Path

import pytest

from telesurgery_arm.description import RobotDescription
from telesurgery_gazebo.description import read_robot
from telesurgery_gazebo.urdf_tree import UrdfTree


@pytest.fixture(scope='session')
def robot(workspace: Path) -> RobotDescription:
    return RobotDescription.load(workspace / 'config' / 'arms.yaml')


@pytest.fixture(scope='session')
def tree(workspace: Path) -> UrdfTree:
    return read_robot(
        workspace / 'urdf' / 'telesurgery.urdf.xacro', workspace / 'config' / 'arms.yaml'
    )


@pytest.fixture(scope='session')
def recorded() -> Path:
    """Bytes recorded from a real Gazebo 11.1 with this robot."""
    return Path(__file__).parent / 'data'
