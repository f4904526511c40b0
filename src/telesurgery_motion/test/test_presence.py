import math

import numpy as np
import pytest

from telesurgery_core.transforms import pose, rotation_about, rotation_from_vector
from telesurgery_core.types import HandSample
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.presence import PresenceGesture, roll

PARAMETERS = MotionParameters(presence_gesture=True)


def held(gripper_deg=0.0, R=None):
    R = np.eye(3) if R is None else R
    return HandSample(pose(R, np.zeros(3)), math.radians(gripper_deg))


def made(*samples):
    gesture = PresenceGesture(PARAMETERS)
    for sample in samples:
        gesture.observe(sample)
    return gesture.made


def test_where_it_is_not_asked_for_it_is_made():
    assert PresenceGesture(MotionParameters()).made


def test_a_still_hand_makes_no_sign():
    assert not made(*[held(30.0)] * 100)


@pytest.mark.parametrize(('opened_deg', 'sign'), [(39.0, False), (40.1, True)])
def test_the_gripper_opened_by_forty_degrees_is_a_sign(opened_deg, sign):
    assert made(held(50.0), held(5.0), held(5.0 + opened_deg)) is sign


def test_a_gripper_that_closes_is_no_sign():
    assert not made(held(60.0), held(0.0))


@pytest.mark.parametrize('way', [1.0, -1.0])
@pytest.mark.parametrize(('rolled_deg', 'sign'), [(3.9, False), (4.1, True)])
def test_a_roll_of_four_degrees_is_a_sign(rolled_deg, sign, way):
    start = rotation_from_vector([0.3, -0.7, 0.2])
    rolled = start @ rotation_about('z', way * math.radians(rolled_deg))

    assert made(held(R=start), held(R=rolled)) is sign


def test_a_wrist_that_only_bends_is_no_sign():
    assert not made(held(), held(R=rotation_about('x', 0.5)), held(R=rotation_about('y', 0.5)))


def test_a_sign_counts_until_it_is_forgotten():
    gesture = PresenceGesture(PARAMETERS)
    gesture.observe(held(0.0))
    gesture.observe(held(45.0))
    gesture.observe(held(45.0))
    assert gesture.made

    gesture.forget()
    gesture.observe(held(45.0))
    assert not gesture.made


@pytest.mark.parametrize('angle', [-3.1, -1.0, 0.0, 0.3, 3.1])
def test_the_roll_is_the_twist_about_the_own_axis(angle):
    assert roll(rotation_about('z', angle)) == pytest.approx(angle)
    assert roll(rotation_about('x', 0.4) @ rotation_about('z', angle)) == pytest.approx(angle)
