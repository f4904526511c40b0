import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_core.transforms import pose, rotation_about, rotation_angle, rotation_from_vector
from telesurgery_motion.one_euro import OneEuro, smoothing_factor
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.pose_filter import PoseFilter
from telesurgery_motion.tremor import FILTERS, make_filter

DT = 0.005
NAMES = sorted(FILTERS)


def filter_named(name):
    return make_filter(MotionParameters(filter=name))


def low_pass(cutoff_hz, beta=0.0):
    return OneEuro(min_cutoff_hz=cutoff_hz, beta=beta, derivative_cutoff_hz=1.0)


def test_the_parameters_offer_exactly_the_filters_of_the_table():
    field = MotionParameters.__dataclass_fields__['filter']

    assert field.metadata['meaning'].choices == tuple(FILTERS)


def test_no_filter_is_the_identity_to_the_bit():
    T = pose(rotation_from_vector([0.3, -1.0, 0.2]), [0.01, 0.02, 0.03])

    assert filter_named('none').step(T, DT) is T


@pytest.mark.parametrize('name', NAMES)
def test_a_hand_at_rest_stays_at_rest(name):
    tremor = filter_named(name)

    assert all(np.array_equal(tremor.step(np.eye(4), DT), np.eye(4)) for _ in range(50))


@pytest.mark.parametrize('name', NAMES)
@settings(max_examples=25, deadline=None)
@given(
    v=st.tuples(*[st.floats(-1.5, 1.5)] * 3),
    p=st.tuples(*[st.floats(-0.1, 0.1)] * 3),
    gaps_ns=st.lists(st.integers(0, 200_000_000), min_size=5, max_size=40),
)
def test_every_output_is_a_pose_between_start_and_input_at_any_sample_times(name, v, p, gaps_ns):
    tremor, T = filter_named(name), pose(rotation_from_vector(v), p)
    for dt_ns in gaps_ns:
        out = tremor.step(T, dt_ns * 1e-9)
        R = out[:3, :3]

        assert np.allclose(R @ R.T, np.eye(3), atol=1e-9)
        assert np.linalg.norm(out[:3, 3]) <= np.linalg.norm(p) + 1e-12
        assert rotation_angle(R) <= rotation_angle(T[:3, :3]) + 1e-9


@pytest.mark.parametrize('name', NAMES)
def test_a_step_is_reached_in_the_end(name):
    tremor, T = filter_named(name), pose(rotation_about('y', 0.7), [0.02, 0.0, -0.01])
    for _ in range(2000):
        out = tremor.step(T, DT)

    assert np.allclose(out, T, atol=1e-6)


@pytest.mark.parametrize('name', NAMES)
def test_a_filter_forgets_everything_at_a_reset(name):
    used, fresh = filter_named(name), filter_named(name)
    for k in range(30):
        used.step(pose(rotation_about('x', 0.01 * k), [0.001 * k, 0.0, 0.0]), DT)
    used.reset()

    T = pose(rotation_about('z', 0.02), [0.0, 0.004, 0.0])
    assert np.array_equal(used.step(T, DT), fresh.step(T, DT))


def test_rotation_is_followed_through_several_turns():
    """The quaternion of a turning hand changes sign; the filtered rotation must not jump."""
    tremor = PoseFilter(low_pass(5.0), low_pass(5.0))
    last = np.eye(3)
    for angle in np.arange(0.0, 4 * math.pi, 0.02):
        R = tremor.step(pose(rotation_about('z', angle), np.zeros(3)), DT)[:3, :3]

        assert rotation_angle(R @ last.T) < 0.03
        last = R


def test_without_beta_one_euro_is_a_first_order_low_pass():
    cutoff_hz, tau = 2.0, 1.0 / (2 * math.pi * 2.0)
    x = low_pass(cutoff_hz)
    x.reset(np.zeros(1))
    dt = 1e-4
    for _ in range(round(tau / dt)):
        y = x.step(np.ones(1), dt)

    assert y[0] == pytest.approx(1.0 - math.exp(-1.0), abs=1e-3)  # backward Euler at tau/800


def test_a_very_high_cut_off_lets_everything_through():
    x = low_pass(1e12)
    x.reset(np.zeros(3))
    moved = np.array([0.01, -0.02, 0.03])

    assert np.allclose(x.step(moved, DT), moved, rtol=1e-9)


def test_a_fast_hand_is_filtered_less_than_a_slow_one():
    lags = {}
    for speed in (0.005, 0.2):
        x = low_pass(2.0, beta=50.0)
        x.reset(np.zeros(1))
        for k in range(1, 400):
            y = x.step(np.array([speed * k * DT]), DT)
        lags[speed] = 399 * DT - y[0] / speed

    assert lags[0.2] < 0.3 * lags[0.005]


def test_the_result_does_not_depend_on_the_axes():
    R, rng = rotation_from_vector([0.4, 0.9, -0.3]), np.random.default_rng(1)
    points = np.cumsum(rng.normal(scale=1e-4, size=(200, 3)), axis=0)
    plain, turned = low_pass(3.0, beta=80.0), low_pass(3.0, beta=80.0)
    plain.reset(np.zeros(3))
    turned.reset(np.zeros(3))
    for p in points:
        assert np.allclose(R @ plain.step(p, DT), turned.step(R @ p, DT), atol=1e-15)


@pytest.mark.parametrize('dt', [0.0, -0.01])
def test_a_sample_without_time_changes_nothing(dt):
    x = low_pass(3.0)
    x.reset(np.zeros(1))
    before = x.step(np.array([1.0]), DT)

    assert np.array_equal(x.step(np.array([5.0]), dt), before)


def test_the_smoothing_factor_stays_between_nothing_and_everything():
    assert 0.0 < smoothing_factor(1.0, 1e-6) < smoothing_factor(1.0, 10.0) < 1.0
