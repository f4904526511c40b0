import math

import numpy as np
import pytest
from filter_signals import DT

from telesurgery_core.transforms import rotation_from_vector
from telesurgery_motion.filters.one_euro import OneEuro, smoothing_factor


def low_pass(cutoff_hz, beta=0.0):
    one = OneEuro(min_cutoff_hz=cutoff_hz, beta=beta, derivative_cutoff_hz=1.0)
    one.reset(np.zeros((1, 3)))
    return one


def test_along_one_axis_it_is_the_reference_implementation():
    reference = pytest.importorskip('OneEuroFilter', reason='pip install OneEuroFilter')
    rng = np.random.default_rng(3)
    t = np.cumsum(rng.uniform(0.002, 0.02, 500))
    x = 0.05 * np.sin(3.0 * t) + rng.normal(scale=1e-4, size=500)
    theirs = reference.OneEuroFilter(200.0, mincutoff=2.0, beta=200.0, dcutoff=2.0)
    ours = OneEuro(2.0, 200.0, 2.0)
    ours.reset(np.array([[x[0], 0.0, 0.0]]))
    expected = [theirs(value, moment) for value, moment in zip(x, t, strict=True)]
    found = [x[0]]
    for value, dt in zip(x[1:], np.diff(t), strict=True):
        found.append(float(ours.step(np.array([[value, 0.0, 0.0]]), float(dt))[0, 0]))

    np.testing.assert_allclose(found, expected, atol=1e-14)


def test_without_beta_it_is_a_first_order_low_pass():
    one, tau, dt = low_pass(2.0), 1.0 / (2.0 * math.pi * 2.0), 1e-4
    for _ in range(round(tau / dt)):
        y = one.step(np.ones((1, 3)), dt)

    assert y[0, 0] == pytest.approx(1.0 - math.exp(-1.0), abs=1e-3)  # backward Euler at tau/800


def test_a_very_high_cut_off_lets_everything_through():
    moved = np.array([[0.01, -0.02, 0.03]])

    assert np.allclose(low_pass(1e12).step(moved, DT), moved, rtol=1e-9)


def test_a_fast_hand_is_filtered_less_than_a_slow_one():
    lags = {}
    for speed in (0.005, 0.2):
        one = low_pass(2.0, beta=50.0)
        for k in range(1, 400):
            y = one.step(np.full((1, 3), speed * k * DT), DT)
        lags[speed] = 399 * DT - y[0, 0] / speed

    assert lags[0.2] < 0.3 * lags[0.005]


def test_the_speed_is_that_of_the_vector():
    R, rng = rotation_from_vector([0.4, 0.9, -0.3]), np.random.default_rng(1)
    points = np.cumsum(rng.normal(scale=1e-4, size=(200, 1, 3)), axis=0)
    plain, turned = low_pass(3.0, beta=80.0), low_pass(3.0, beta=80.0)
    for p in points:
        assert np.allclose(plain.step(p, DT) @ R.T, turned.step(p @ R.T, DT), atol=1e-15)


def test_the_smoothing_factor_stays_between_nothing_and_everything():
    factors = smoothing_factor(np.array([1e-6, 1.0, 1e6]), 0.01)

    assert 0.0 < factors[0] < factors[1] < factors[2] < 1.0
