"""The shaft's direction and the aim of a point beside it, there and back."""

import math

import numpy as np
import pytest

from telesurgery_arm.shaft import aim, direction, insertion_offset, nearest_turn, side, yaw_pitch
from telesurgery_arm.vectors import combined, cross, dot


def random_angles(count=500):
    return np.random.default_rng(2).uniform((-1.58, -0.92), (1.58, 0.92), (count, 2)).tolist()


def test_the_direction_gives_yaw_and_pitch_back():
    for yaw, pitch in random_angles():
        u = direction(yaw, pitch)
        assert dot(u, u) == pytest.approx(1.0)
        assert dot(u, side(yaw, pitch)) == pytest.approx(0.0, abs=1e-15)
        assert yaw_pitch(u) == pytest.approx((yaw, pitch))


@pytest.mark.parametrize('along', [0.2, 0.03, -0.03])
def test_a_point_beside_the_shaft_is_brought_to_its_place(along):
    for yaw, pitch in random_angles():
        u, x = direction(yaw, pitch), side(yaw, pitch)
        p = combined(1.0, combined(0.005, x, -0.007, cross(u, x)), along, u)
        found_yaw, found_pitch, found_along = aim(p, 0.005, -0.007, along)
        assert math.remainder(found_yaw - yaw, math.tau) == pytest.approx(0.0, abs=1e-9)
        assert (found_pitch, found_along) == pytest.approx((pitch, along), abs=1e-9)


def test_a_place_too_close_to_the_remote_centre_is_refused():
    with pytest.raises(ValueError, match='0.005 m off the shaft cannot be brought'):
        aim((0.0, 0.0, -0.003), 0.005, 0.0, 0.1)


def test_an_angle_goes_to_the_turn_of_its_reference():
    assert nearest_turn(0.1, 6.0) == pytest.approx(0.1 + math.tau)
    assert nearest_turn(0.1, -6.0) == pytest.approx(0.1 - math.tau)


def test_the_wrist_lies_15_6_mm_before_the_remote_centre_at_insertion_zero(psm):
    assert insertion_offset(psm) == pytest.approx(-0.0156)
