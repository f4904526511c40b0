"""Joint positions read from link poses are those that put the links there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.transforms import quaternion_from_rotation
from telesurgery_gazebo.classic.joint_reader import JointReader
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.joints import Joints


@pytest.fixture(scope='module')
def joints(robot):
    return Joints.of(robot)


@pytest.fixture(scope='module')
def published(tree):
    """The links that Gazebo has: those that a joint moves, and the cart, fixed in the world."""
    return ('cart', *(joint.child for joint in tree.joint_of.values()))


def link_states(tree, links, joints, position):
    poses = tree.link_poses(dict(zip(joints.names, position, strict=True)))
    p = np.array([poses[link][:3, 3] for link in links])
    q = np.array([quaternion_from_rotation(poses[link][:3, :3]) for link in links])
    return p, q


@given(st.integers(0, 2**32 - 1))
def test_positions_are_those_of_the_forward_kinematics(tree, joints, published, seed):
    rng = np.random.default_rng(seed)
    position = rng.uniform(joints.lower, joints.upper).clip(-3.1, 3.1)
    reader = JointReader(tree, joints.names, published)
    read = reader.positions(*link_states(tree, published, joints, position))
    np.testing.assert_allclose(read, position, atol=1e-9)


def test_the_sign_of_a_quaternion_means_nothing(tree, joints, published):
    position = 0.4 * joints.upper
    p, q = link_states(tree, published, joints, position)
    q[::2] *= -1
    read = JointReader(tree, joints.names, published).positions(p, q)
    np.testing.assert_allclose(read, position, atol=1e-9)


def test_a_joint_turns_on_beyond_half_a_turn_and_back(tree, joints, published):
    reader = JointReader(tree, joints.names, published)
    roll = joints.names.index('PSM3_roll')
    sweep = np.concatenate((np.linspace(0, 4.5, 60), np.linspace(4.5, -4.5, 120)))
    position = np.zeros(len(joints.names))
    for angle in sweep:
        position[roll] = angle
        read = reader.positions(*link_states(tree, published, joints, position))
        assert read[roll] == pytest.approx(angle, abs=1e-9)


def test_a_joint_that_the_robot_has_not_is_named(tree, published):
    with pytest.raises(SimulatorError, match="no joint 'PSM4_yaw'; allowed: PSM1_yaw"):
        JointReader(tree, ['PSM4_yaw'], published)


def test_a_link_that_gazebo_has_not_is_named(tree, published):
    fewer = [link for link in published if link != 'PSM1_roll_link']
    with pytest.raises(SimulatorError, match="Gazebo has no link 'PSM1_roll_link'"):
        JointReader(tree, ['PSM1_roll'], fewer)
