"""Filters of vectors, applied to poses."""

import numpy as np
import pytest
from filter_signals import DT, shaking, times
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_core.transforms import (
    pose,
    rotation_about,
    rotation_angle,
    rotation_from_vector,
)
from telesurgery_motion.filters.parameters import NAMES, TremorParameters
from telesurgery_motion.filters.pose_filter import COARSEST_STEP_M, LONGEST_GAP_S
from telesurgery_motion.filters.table import make_filter

each_filter = pytest.mark.parametrize('name', NAMES)


def filter_named(name):
    return make_filter(TremorParameters(filter=name))


@each_filter
def test_the_first_pose_passes_as_it_is(name):
    T = pose(rotation_from_vector([0.3, -1.0, 0.2]), [0.01, 0.02, 0.03])

    assert filter_named(name).step(T, DT) is T


def test_no_filter_is_the_identity_to_the_bit():
    tremor = filter_named('none')
    for angle in (0.0, 0.1, 3.0):
        T = pose(rotation_about('x', angle), [angle, 0.0, 0.0])
        assert tremor.step(T, DT) is T


@each_filter
def test_a_hand_at_rest_stays_at_rest(name):
    tremor = filter_named(name)
    T = pose(rotation_from_vector([2.0, 1.0, -0.5]), [0.1, -0.2, 0.3])

    assert all(np.allclose(tremor.step(T, DT), T, atol=1e-12) for _ in range(50))


@each_filter
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_result_is_a_pose_at_any_sample_times(name, seed):
    rng = np.random.default_rng(seed)
    tremor = filter_named(name)
    for gap_ns in rng.integers(0, 400_000_000, 40):
        T = pose(rotation_from_vector(rng.uniform(-1.5, 1.5, 3)), rng.uniform(-0.1, 0.1, 3))
        R = tremor.step(T, gap_ns * 1e-9)[:3, :3]

        assert np.allclose(R @ R.T, np.eye(3), atol=1e-9)
        assert np.linalg.det(R) == pytest.approx(1.0)


@each_filter
def test_rotation_is_followed_through_several_turns(name):
    """Two turns in eight seconds: neither a quaternion's sign nor a vector's wrap may show."""
    tremor = filter_named(name)
    for angle in np.arange(0.0, 4.0 * np.pi, 0.008):
        T = pose(rotation_about('z', angle), np.zeros(3))
        R = tremor.step(T, DT)[:3, :3]

        # The slowest, Butterworth at 6 Hz, is 38 ms late: 0.06 rad at this speed.
        assert rotation_angle(R @ T[:3, :3].T) < 0.1


def test_tremor_of_the_orientation_is_taken_out_wherever_the_hand_points():
    t = times(8.0)
    shakes = shaking(t, strength=1e-3)[:, 0]
    tremor, left = filter_named('adaptive'), []
    for s, shake in zip(t, shakes, strict=True):
        R = rotation_from_vector([2.8 * np.sin(0.7 * s), 0.5 * s, 1.0 - np.cos(0.9 * s)])
        result = tremor.step(pose(rotation_from_vector(shake) @ R, np.zeros(3)), DT)
        left.append(rotation_angle(result[:3, :3] @ R.T))
    late = t > 4.0

    assert np.sqrt(np.square(np.array(left)[late]).mean()) < 0.5 * np.sqrt(
        np.square(shakes[late]).sum(axis=1).mean()
    )


@each_filter
@pytest.mark.parametrize('dt', [0.0, -0.01])
def test_a_pose_that_is_not_later_changes_nothing(name, dt):
    if name == 'none':
        return
    tremor, other = filter_named(name), filter_named(name)
    for k in range(20):
        T = pose(rotation_about('x', 0.001 * k), [0.0001 * k, 0.0, 0.0])
        before = tremor.step(T, DT)
        other.step(T, DT)
    assert tremor.step(pose(np.eye(3), [1.0, 2.0, 3.0]), dt) is before

    following = pose(rotation_about('x', 0.02), [0.002, 0.0, 0.0])
    assert np.array_equal(tremor.step(following, DT), other.step(following, DT))


@each_filter
def test_after_a_long_gap_the_hand_is_where_it_is(name):
    tremor = filter_named(name)
    for k in range(30):
        tremor.step(pose(np.eye(3), [0.001 * k, 0.0, 0.0]), DT)
    T = pose(rotation_about('y', 0.5), [0.2, 0.0, 0.0])

    assert tremor.step(T, LONGEST_GAP_S + 0.01) is T


def moved_and_frozen(name):
    """A filter whose master has moved, and has repeated its last pose for long; that pose."""
    tremor = filter_named(name)
    for k in range(60):
        tremor.step(pose(np.eye(3), [0.0005 * k, 0.0, 0.0]), DT)
    for _ in range(int(LONGEST_GAP_S / DT) + 2):
        tremor.step(pose(np.eye(3), [0.0295, 0.0, 0.0]), DT)
    return tremor, 0.0295


@each_filter
@pytest.mark.parametrize('leap', [1.1 * COARSEST_STEP_M, 0.005, 0.014, 0.1])
def test_a_master_that_repeats_itself_and_comes_back_elsewhere_is_taken_as_it_is(name, leap):
    tremor, x = moved_and_frozen(name)
    T = pose(np.eye(3), [x + leap, 0.0, 0.0])

    assert tremor.step(T, DT) is T
    for _ in range(100):  # and nothing rings
        assert np.allclose(tremor.step(T, DT), T, rtol=0.0, atol=1e-9)


def test_the_step_of_a_coarse_sensor_is_smoothed_however_rare():
    tremor, x = moved_and_frozen('butterworth')

    result = tremor.step(pose(np.eye(3), [x + 0.9 * COARSEST_STEP_M, 0.0, 0.0]), DT)

    assert result[0, 3] - x < 0.1 * COARSEST_STEP_M


@each_filter
def test_a_reset_forgets_everything(name):
    used, fresh = filter_named(name), filter_named(name)
    for k in range(30):
        used.step(pose(rotation_about('x', 0.01 * k), [0.001 * k, 0.0, 0.0]), DT)
    used.reset()

    for k in range(5):
        T = pose(rotation_about('z', 0.02 * k), [0.0, 0.004 * k, 0.0])
        assert np.array_equal(used.step(T, DT), fresh.step(T, DT))
