"""What the default filter promises beyond what every filter does."""

import numpy as np
import pytest
from filter_signals import reach, rms, run, shaking, times, vector_filter

from telesurgery_motion.filters.surprise import GATE, Surprise


def band_limited(t, strength):
    return shaking(t, strength, frequencies_hz=(7.3, 9.1, 12.4))


@pytest.mark.parametrize('rate_hz', [60.0, 100.0, 500.0, 1000.0])
def test_error_is_halved_and_intent_not_delayed_at_any_rate(rate_hz):
    t = times(5.0, rate_hz)
    meant, trembling = reach(t), shaking(t)
    late = t > 3.0
    error = (run(vector_filter('adaptive'), meant + trembling, 1.0 / rate_hz) - meant)[late]
    velocity = np.gradient(meant, t, axis=0)[late]

    assert rms(error) < 0.5 * rms(trembling[late])
    assert abs((velocity * error).sum() / np.square(velocity).sum()) < 0.005


@pytest.mark.parametrize('strength', [2e-5, 1e-4, 5e-4])
def test_tremor_of_any_strength_is_learnt(strength):
    t = times(8.0)
    meant, trembling = reach(t), band_limited(t, strength)
    late = t > 5.0
    error = (run(vector_filter('adaptive'), meant + trembling) - meant)[late]

    assert rms(error) < 0.5 * rms(trembling[late])


def test_without_tremor_it_keeps_quiet():
    t = times(10.0)
    meant = reach(t)

    assert rms((run(vector_filter('adaptive'), meant) - meant)[t > 3.0]) < 5e-6


def test_when_tremor_ends_it_lets_go():
    t = times(20.0)
    meant = reach(t)
    trembling = np.where(t < 8.0, 1.0, 0.0)[:, None, None] * shaking(t)
    error = run(vector_filter('adaptive'), meant + trembling) - meant

    assert rms(error[t > 17.0]) < 1e-5


@pytest.mark.parametrize('step_m', [1e-5, 5e-5])
def test_a_coarse_sensor_is_no_tremor(step_m):
    t = times(8.0)
    meant, trembling = reach(t), shaking(t)
    seen = np.round((meant + trembling) / step_m) * step_m
    late = t > 4.0

    assert rms((run(vector_filter('adaptive'), seen) - meant)[late]) < 0.5 * rms(trembling[late])


@pytest.mark.parametrize('rate_hz', [100.0, 500.0])
def test_a_hand_that_starts_after_a_long_rest_is_followed(rate_hz):
    """50 mm in half a second, out of eight seconds of trembling stillness."""
    t = times(10.0, rate_hz)
    s = np.clip((t - 8.0) / 0.5, 0.0, 1.0)
    meant = np.zeros((len(t), 1, 3))
    meant[:, 0, 0] = 0.05 * (10 * s**3 - 15 * s**4 + 6 * s**5)
    error = run(vector_filter('adaptive'), meant + shaking(t, 2e-5), 1.0 / rate_hz) - meant

    assert np.linalg.norm(error, axis=2).max() < 0.01 * 0.05


def test_samples_lost_and_late_do_not_matter():
    rng = np.random.default_rng(4)
    dt = rng.uniform(0.001, 0.009, 2400)
    dt[::200] = 0.12
    t = np.concatenate([[0.0], np.cumsum(dt)])
    meant, trembling = reach(t), shaking(t)
    late = t > 5.0
    error = (run(vector_filter('adaptive'), meant + trembling, dt) - meant)[late]

    assert rms(error) < 0.5 * rms(trembling[late])


def test_alternating_innovations_are_no_surprise_and_steady_ones_are():
    expected, dt = np.ones(1), 0.005
    for sign, surprises in ((-1.0, False), (1.0, True)):
        surprise = Surprise()
        factors = [
            surprise.factor(np.full((1, 3), 2.0 * GATE * sign**k), expected, dt) for k in range(40)
        ]
        assert any(factor is not None for factor in factors) is surprises
