"""Limits act as they say, and say that they act."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm.limits import AxisLimits, Clamp, Limit

DT = 0.002


@pytest.fixture(scope='module')
def limits(psm):
    return AxisLimits.of_chain(psm)


def test_a_position_within_the_limits_is_left_alone(psm, limits):
    assert limits.clamp_position(psm.home) == (list(psm.home), ())


def test_a_position_beyond_a_limit_goes_to_the_limit_and_says_so(limits):
    q, clamps = limits.clamp_position([0.0, -2.0, 0.3, 0.0, 0.0, 0.0])
    assert q == [0.0, -0.925, 0.24, 0.0, 0.0, 0.0]
    assert [str(clamp) for clamp in clamps] == [
        'pitch: position -2 rad limited to -0.925 rad',
        'insertion: position 0.3 m limited to 0.24 m',
    ]


def test_rounding_is_no_violation(limits):
    q, clamps = limits.clamp_position([0.0, 0.0, 0.24 + 1e-12, 0.0, 0.0, 0.0])
    assert (q[2], clamps) == (0.24, ())


def test_a_slow_step_is_left_alone(limits):
    step = [0.001] * 2 + [0.0001] + [0.001] * 3
    assert limits.limit_step(step, DT) == (step, None)


def test_a_fast_step_is_shortened_along_its_way(limits):
    step = [0.0, 0.001, 0.0008, 0.03, 0.0, -0.01]  # insertion twice too fast
    shortened, clamp = limits.limit_step(step, DT)
    assert shortened == pytest.approx([0.5 * way for way in step])
    assert clamp == Clamp(Limit.SPEED, 'insertion', pytest.approx(0.4), 0.2, 'm/s')


@given(st.lists(st.floats(-1e9, 1e9), min_size=6, max_size=6))
def test_no_step_is_faster_than_the_limits(limits, step):
    shortened, clamp = limits.limit_step(step, DT)
    for way, velocity in zip(shortened, limits.velocity, strict=True):
        assert abs(way) <= velocity * DT * (1 + 1e-12)
    assert (clamp is None) == (list(shortened) == list(step))


def test_a_jaws_limits_are_those_of_its_opening_angle(psm):
    jaw = AxisLimits.of_jaw(psm.jaw)
    assert (jaw.lower, jaw.upper) == ((-0.349,), (1.396,))
    assert jaw.velocity[0] == pytest.approx(math.radians(720))
