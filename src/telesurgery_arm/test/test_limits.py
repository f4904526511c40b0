"""Limits act as they say, and say that they act."""

import math

import pytest

from telesurgery_arm.limits import AxisLimits, Clamp, Deviation, Limit


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


def test_a_limit_of_speed_says_by_what_factor_the_motion_is_scaled():
    clamp = Clamp(Limit.SPEED, 'insertion', 0.4, 0.2, 'm/s')
    assert str(clamp) == ('insertion: speed 0.4 m/s limited to 0.2 m/s (the motion scaled by 0.5)')


def test_a_deviation_says_how_far_and_why():
    deviation = Deviation(0.0012, math.radians(3.4), 'near a singularity')
    words = 'tip: 1.200 mm and 3.40 deg from the wanted pose (near a singularity)'
    assert str(deviation) == words


def test_a_jaws_limits_are_those_of_its_opening_angle(psm):
    jaw = AxisLimits.of_jaw(psm.jaw)
    assert (jaw.lower, jaw.upper) == ((-0.349,), (1.396,))
    assert jaw.velocity[0] == pytest.approx(math.radians(720))
