"""The in-memory plant does what its limits and its targets say, and the same every time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.description import RobotDescription
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.loopback import LoopbackPlant


@pytest.fixture(scope='module')
def joints(workspace):
    return Joints.of(RobotDescription.load(workspace / 'config' / 'arms.yaml'))


def test_a_jaw_joint_is_half_the_jaw(joints, workspace):
    robot = RobotDescription.load(workspace / 'config' / 'arms.yaml')
    jaw = joints.names.index('PSM2_jaw')
    assert joints.upper[jaw] == robot.models['PSM'].jaw.upper / 2
    assert joints.velocity[jaw] == robot.models['PSM'].jaw.velocity / 2
    assert joints.names == robot.joint_names


def test_it_stands_still_without_a_target(joints):
    plant = LoopbackPlant(joints)
    plant.advance(1.0)
    assert not plant.position.any()
    assert not plant.velocity.any()


def test_it_reaches_its_target(joints):
    plant = LoopbackPlant(joints)
    target = 0.25 * joints.upper + 0.1 * joints.lower
    plant.command(target)
    plant.advance(5.0)
    np.testing.assert_allclose(plant.position, target, atol=1e-12)
    assert not plant.velocity.any()


def test_it_lags_by_its_time_constant(joints):
    """A first-order lag has done 1 - 1/e of a small step after one time constant."""
    plant = LoopbackPlant(joints, time_constant_s=0.02)
    target = np.full(25, 1e-5)
    target[joints.names.index('ECM_pitch')] = -1e-5
    plant.command(target)
    plant.advance(0.02)
    np.testing.assert_allclose(plant.position, target * (1 - np.exp(-1)), rtol=1e-9)


@given(st.lists(st.floats(-10, 10), min_size=25, max_size=25))
def test_it_keeps_its_limits(joints, target):
    plant = LoopbackPlant(joints)
    plant.command(np.array(target))
    before = plant.position
    for tick in range(1, 40):
        plant.advance(tick * 0.005)
        assert (plant.position >= joints.lower).all()
        assert (plant.position <= joints.upper).all()
        assert (np.abs(plant.velocity) <= joints.velocity * (1 + 1e-12)).all()
        moved = np.abs(plant.position - before)
        assert (moved <= joints.velocity * 0.005 * (1 + 1e-9)).all()
        before = plant.position


def test_velocity_is_the_slope_of_position(joints):
    plant = LoopbackPlant(joints)
    plant.command(joints.upper)
    plant.advance(0.010)
    before = plant.position
    plant.advance(0.011)
    np.testing.assert_allclose(plant.velocity, (plant.position - before) / 0.001, atol=1e-9)


@given(st.lists(st.floats(0.0001, 0.02), min_size=1, max_size=50))
def test_how_often_it_is_advanced_changes_nothing(joints, intervals):
    finely, at_once = LoopbackPlant(joints), LoopbackPlant(joints)
    for plant in (finely, at_once):
        plant.command(joints.upper / 3)
    times = np.cumsum(intervals)
    for now in times:
        finely.advance(now)
    at_once.advance(times[-1])
    np.testing.assert_array_equal(finely.position, at_once.position)
    assert finely.sim_time_s == at_once.sim_time_s


def test_time_never_runs_backwards(joints):
    plant = LoopbackPlant(joints, start=100.0)
    plant.command(joints.upper)
    plant.advance(100.5)
    position = plant.position
    plant.advance(99.0)
    np.testing.assert_array_equal(plant.position, position)
    assert plant.sim_time_s == pytest.approx(0.5)


def test_a_wrong_number_of_targets_is_refused_by_its_shape(joints):
    with pytest.raises(SimulatorError, match=r'shape \(24,\); allowed: \(25,\)'):
        LoopbackPlant(joints).command(np.zeros(24))


@pytest.mark.parametrize('value', [np.nan, np.inf, -np.inf])
def test_a_target_that_is_no_number_is_refused_by_name(joints, value):
    plant = LoopbackPlant(joints)
    target = np.zeros(25)
    target[3] = value
    with pytest.raises(SimulatorError, match='PSM1_roll'):
        plant.command(target)
    plant.advance(1.0)
    assert not plant.position.any()


def test_a_sample_is_read_only_and_carries_its_stamp(joints):
    sample = LoopbackPlant(joints).sample(stamp_ns=7)
    assert sample.stamp_ns == 7
    with pytest.raises(ValueError, match='read-only'):
        sample.position[0] = 1.0
