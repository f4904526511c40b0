"""The robot as it ships."""

import pytest

from telesurgery_arm.description import RobotDescription


@pytest.fixture(scope='session')
def robot_description(workspace):
    return RobotDescription.load(workspace / 'config' / 'arms.yaml')


@pytest.fixture(scope='session')
def psm(robot_description):
    return robot_description.models['PSM']


@pytest.fixture(scope='session')
def ecm(robot_description):
    return robot_description.models['ECM']
