"""What holds for every tremor filter."""

import numpy as np
import pytest
from filter_signals import DT, FILTERS, RATE_HZ, reach, rms, run, shaking, times, vector_filter
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_core.transforms import rotation_from_vector
from telesurgery_motion.filters.parameters import NAMES, TremorParameters
from telesurgery_motion.filters.table import (
    ESTIMATORS,
    LOW_PASSES,
    make_filter,
    make_vector_filter,
)

each_filter = pytest.mark.parametrize('name', FILTERS)
each_estimator = pytest.mark.parametrize('name', ESTIMATORS)


def test_the_parameters_offer_exactly_the_filters_of_the_table():
    assert ('none', *LOW_PASSES, *ESTIMATORS) == NAMES


@each_filter
@pytest.mark.parametrize('rate_hz', [30.0, 100.0, 1000.0])
def test_a_constant_stays_what_it_is(name, rate_hz):
    x = np.broadcast_to([[0.3, -0.2, 0.1]], (500, 1, 3))

    assert np.allclose(run(vector_filter(name), x, 1.0 / rate_hz), x, atol=1e-12)


@each_filter
def test_a_hand_that_comes_to_rest_is_reached(name):
    t = times(8.0)
    x = reach(np.minimum(t, 2.0))
    left = run(vector_filter(name), x)[-1] - x[-1]

    assert np.abs(left).max() < 1e-6


@pytest.mark.parametrize('name', NAMES)
def test_a_filter_that_takes_nothing_out_is_the_identity_to_the_bit(name):
    inner = make_vector_filter(TremorParameters(filter=name, tremor_share=0.0))
    pose = np.eye(4)

    assert inner is None
    assert make_filter(TremorParameters(filter=name, tremor_share=0.0)).step(pose, DT) is pose


@each_filter
def test_half_a_share_takes_half_of_it_out(name):
    t = times(1.0)
    x = reach(t) + shaking(t)
    whole, half = (run(vector_filter(name, tremor_share=share), x) for share in (1.0, 0.5))

    if name in ESTIMATORS:
        assert np.abs(x - whole).max() < TremorParameters().tremor_limit_m  # it does not bind
    assert np.allclose(half, 0.5 * (x + whole), atol=1e-15)


@pytest.mark.parametrize(
    ('name', 'nothing'),
    [
        ('wflc', {'wflc_amplitude_rate': 0.0}),
        ('bmflc', {'bmflc_rate': 0.0}),
    ],
)
def test_an_estimator_that_learns_nothing_is_the_identity(name, nothing):
    t = times(1.0)
    x = reach(t) + shaking(t)

    assert np.array_equal(run(vector_filter(name, **nothing), x), x)


@each_filter
def test_the_same_signal_gives_the_same_result_to_the_bit(name):
    t = times(1.0)
    x = reach(t) + shaking(t)

    assert np.array_equal(run(vector_filter(name), x), run(vector_filter(name), x))


@each_filter
def test_a_reset_leaves_nothing_of_what_was(name):
    t = times(0.5)
    x = reach(t) + shaking(t)
    used = vector_filter(name)
    run(used, 3.0 * x)

    assert np.array_equal(run(used, x), run(vector_filter(name), x))


@each_filter
def test_vectors_beside_one_another_do_not_touch(name):
    t = times(0.5)
    one, other = reach(t) + shaking(t), 2.0 * reach(t, period_s=2.0)
    both = run(vector_filter(name), np.concatenate([one, other], axis=1))

    # To rounding: products of matrices are summed in another order for another number of them.
    assert np.allclose(both[:, :1], run(vector_filter(name), one), atol=1e-14)
    assert np.allclose(both[:, 1:], run(vector_filter(name), other), atol=1e-14)


@each_filter
def test_where_a_motion_takes_place_does_not_matter(name):
    t = times(0.5)
    x = reach(t) + shaking(t)
    far = np.array([10.0, -20.0, 5.0])

    # 20 m leave 4e-15 of a double; sums of some hundred samples of it.
    moved = run(vector_filter(name), x + far) - far
    assert np.allclose(moved, run(vector_filter(name), x), atol=1e-11)


@pytest.mark.parametrize('name', [name for name in FILTERS if name != 'wflc'])
def test_the_axes_chosen_do_not_matter(name):
    """WFLC has a frequency for each axis, as published, and is the exception."""
    t = times(0.5)
    x, R = reach(t) + shaking(t), rotation_from_vector([0.4, 0.9, -0.3])

    turned = run(vector_filter(name), x @ R.T)
    assert np.allclose(turned, run(vector_filter(name), x) @ R.T, atol=1e-12)


@pytest.mark.parametrize('name', ['butterworth', 'bmflc', 'bmflc_kalman'])
def test_a_linear_filter_filters_a_sum_as_the_sum_of_what_it_filters(name):
    """At irregular intervals too: what it does depends on time and not on the signal."""
    dt = np.random.default_rng(6).uniform(0.002, 0.01, 399)
    t = np.concatenate([[0.0], np.cumsum(dt)])
    one, other = reach(t), shaking(t) - shaking(t)[0]
    both = run(vector_filter(name), one + other, dt)

    assert np.allclose(
        both, run(vector_filter(name), one, dt) + run(vector_filter(name), other, dt), atol=1e-12
    )


@each_filter
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), longest_s=st.sampled_from([0.003, 0.03, 0.25]))
def test_any_sample_times_leave_a_filter_stable(name, seed, longest_s):
    """From 1 kHz to gaps: what comes out stays between what went in, and a little around it."""
    rng = np.random.default_rng(seed)
    dt = rng.uniform(0.0005, longest_s, 400)
    t = np.concatenate([[0.0], np.cumsum(dt)])
    x = reach(t) + shaking(t)
    y = run(vector_filter(name), x, dt)

    assert np.isfinite(y).all()
    if name in ESTIMATORS:
        assert np.abs(y - x).max() <= TremorParameters().tremor_limit_m + 1e-12
    else:
        assert np.abs(y).max() < 1.2 * np.abs(x).max()  # Butterworth's step overshoots by 4 %


@each_estimator
def test_nothing_is_ever_taken_out_beyond_the_limit(name):
    t = times(3.0)
    x = reach(t) + shaking(t, strength=0.002)
    y = run(vector_filter(name, tremor_limit_m=0.001), x)

    assert np.linalg.norm(y - x, axis=2).max() <= 0.001 + 1e-12


@pytest.mark.parametrize(
    ('name', 'share'), [('wflc', 0.8), ('bmflc', 1.0), ('bmflc_kalman', 0.6), ('adaptive', 0.4)]
)
def test_tremor_is_less_and_intent_is_not_delayed(name, share):
    """How much less docs/tremor.md tells; least mean squares hardly gains on voluntary motion."""
    t = times(12.0)
    meant, trembling = reach(t), shaking(t)
    late = t > 6.0
    error = (run(vector_filter(name), meant + trembling) - meant)[late]
    velocity = np.gradient(meant, t, axis=0)[late]
    lag_s = -(velocity * error).sum() / np.square(velocity).sum()

    assert rms(error) < share * rms(trembling[late])
    assert abs(lag_s) < 0.003


@each_filter
def test_a_single_outlier_hardly_shows(name):
    t = times(6.0)
    x = reach(t) + shaking(t)
    struck = x.copy()
    struck[800] += [0.05, -0.02, 0.03]
    shown = np.linalg.norm(run(vector_filter(name), struck) - run(vector_filter(name), x), axis=2)

    # What takes its place is off by the speed of tremor times the interval, 40 um here; a filter
    # may hand some of that on.
    assert shown.max() < 2e-4


@each_filter
def test_a_device_that_jumps_is_followed_at_the_third_sample_and_nothing_rings(name):
    t = times(6.0)
    x = reach(t) + shaking(t)
    offset = np.array([0.05, -0.02, 0.03])
    jumped = x + np.where(t >= 4.0, 1.0, 0.0)[:, None, None] * offset
    left = run(vector_filter(name), jumped) - run(vector_filter(name), x)

    assert np.abs(left[(t >= 4.0) & (t < 4.0 + 2 * DT)]).max() < 2e-4
    assert np.abs(left[t > 4.0 + 2.5 * DT] - offset).max() < 4e-4


def test_the_adaptive_filter_stays_sound_over_a_long_time():
    """Tremor comes and goes, nine times: the covariance stays one."""
    t = times(45.0, rate_hz=100.0)
    comes_and_goes = (np.sin(2.0 * np.pi * t / 10.0) > 0.0)[:, None, None]
    meant = reach(t)
    y = run(vector_filter('adaptive'), meant + comes_and_goes * shaking(t), 0.01)
    last = t > 35.0

    assert rms((y - meant)[last & ~comes_and_goes[:, 0, 0]]) < 3e-5


@pytest.mark.parametrize('name', ['butterworth', 'one_euro'])
def test_a_low_pass_lags(name):
    """What the estimators are there for."""
    t = times(4.0)
    x = reach(t)
    late = t > 2.0
    velocity = np.gradient(x, 1.0 / RATE_HZ, axis=0)[late]
    error = (run(vector_filter(name), x) - x)[late]

    assert -(velocity * error).sum() / np.square(velocity).sum() > 0.005
