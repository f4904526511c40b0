from dataclasses import replace
from math import radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_motion.jaw import jaw_angle
from telesurgery_motion.parameters import MotionParameters

PARAMETERS = MotionParameters()


@pytest.mark.parametrize(
    ('gripper_deg', 'jaw_rad'), [(0.0, 0.0), (30.0, 0.698), (60.0, 1.396), (-60.0, -0.349)]
)
def test_known_angles(gripper_deg, jaw_rad):
    assert jaw_angle(radians(gripper_deg), PARAMETERS) == pytest.approx(jaw_rad, abs=1e-5)


@given(st.floats(-1e6, 1e6))
def test_no_gripper_asks_for_more_than_the_jaw_can(angle):
    assert PARAMETERS.jaw_lower_rad <= jaw_angle(angle, PARAMETERS) <= PARAMETERS.jaw_upper_rad


def test_the_map_may_be_turned_round():
    reversed_map = replace(PARAMETERS, jaw_closed_rad=1.0, jaw_open_rad=0.0)

    assert jaw_angle(0.0, reversed_map) == 1.0
    assert jaw_angle(1.0472, reversed_map) == pytest.approx(0.0)
