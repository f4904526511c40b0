import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.transforms import pose, rotation_about, rotation_from_vector
from telesurgery_core.types import HandSample
from telesurgery_motion.held_world import HeldWorld, camera_displacement

points = st.tuples(*[st.floats(-0.3, 0.3)] * 3)


def at(x, y, z=0.0):
    return HandSample(pose(np.eye(3), [x, y, z]))


def test_two_hands_are_one_at_their_middle():
    T = HeldWorld().sample(at(0.2, 0.1, 0.4), at(-0.1, 0.1, 0.2)).T_view_hand

    assert T[:3, 3] == pytest.approx([0.05, 0.1, 0.3])
    assert T[:3, :3] == pytest.approx(np.eye(3))


@given(st.floats(-3.0, 3.0), st.floats(0.05, 0.3), points)
def test_a_handle_bar_that_turns_turns_the_hand(angle, half, middle):
    x, y = half * math.cos(angle), half * math.sin(angle)
    mx, my, mz = middle
    T = HeldWorld().sample(at(mx + x, my + y, mz), at(mx - x, my - y, mz)).T_view_hand

    assert T[:3, :3] == pytest.approx(rotation_about('z', angle), abs=1e-9)
    assert T[:3, 3] == pytest.approx(middle, abs=1e-12)


@pytest.mark.parametrize(('left', 'right'), [(None, at(0, 0)), (at(0, 0), None), (None, None)])
def test_one_hand_does_not_hold_the_world(left, right):
    assert HeldWorld().sample(left, right) is None


def test_hands_that_meet_turn_nothing():
    held = HeldWorld()
    held.sample(at(0.1, 0.1), at(-0.1, -0.1))
    T = held.sample(at(0.001, 0.0), at(0.0, 0.0)).T_view_hand

    assert T[:3, :3] == pytest.approx(rotation_about('z', math.pi / 4))


@given(points, st.floats(-1.0, 1.0))
def test_the_world_follows_the_hands_that_hold_it(p, angle):
    """A point that was between the hands is between them after the camera has moved."""
    T = pose(rotation_about('z', angle), p)
    camera = camera_displacement(T, held=True)

    assert camera[:3, 3] + np.array(p) == pytest.approx(np.zeros(3), abs=1e-15)
    assert camera[:3, :3] @ T[:3, :3] == pytest.approx(np.eye(3), abs=1e-12)


def test_one_hand_carries_the_endoscope_and_only_its_roll_is_left():
    v = rotation_from_vector([0.3, -0.2, 0.0]) @ rotation_about('z', 0.4)
    T = camera_displacement(pose(v, [0.01, 0.02, 0.03]), held=False)

    assert T[:3, 3] == pytest.approx([0.01, 0.02, 0.03])
    assert T[:3, :3] == pytest.approx(rotation_about('z', 0.4), abs=1e-12)
