"""The way from pose to pose is straight, even, exact at its end, and never beyond it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_arm import quaternions
from telesurgery_arm.interpolation import PoseInterpolation
from telesurgery_core.transforms import pose, rotation_from_vector, rotation_vector

START = pose(rotation_from_vector((0.3, -0.2, 0.5)), (0.01, 0.02, -0.15))
GOAL = pose(rotation_from_vector((0.5, 0.1, 0.2)), (0.02, 0.01, -0.13))

points = st.tuples(*[st.floats(-0.1, 0.1)] * 3)
vectors = st.tuples(*[st.floats(-1.0, 1.0)] * 3)
poses = st.builds(lambda v, p: pose(rotation_from_vector(v), p), vectors, points)


def turned(T, other):
    return rotation_vector(T[:3, :3].T @ other[:3, :3])


def test_half_of_the_time_is_half_of_the_way_and_of_the_turn():
    way = PoseInterpolation(START)
    way.aim(GOAL, 0.01)
    half = way.after(0.005)
    assert half[:3, 3] == pytest.approx((START[:3, 3] + GOAL[:3, 3]) / 2)
    assert turned(START, half) == pytest.approx(turned(START, GOAL) / 2)


def test_the_end_is_the_very_pose_that_was_wanted():
    way = PoseInterpolation(START)
    way.aim(GOAL, 0.01)
    way.advance(0.02)
    assert way.left == 0.0
    assert way.after(0.0) is GOAL


def test_a_new_aim_goes_on_from_where_the_way_is():
    way = PoseInterpolation(START)
    way.aim(GOAL, 0.01)
    way.advance(0.004)
    here = way.after(0.0)
    way.aim(START, 0.01)
    assert way.after(0.0) == pytest.approx(here, abs=1e-15)


def test_the_turn_is_the_shortest():
    way = PoseInterpolation(START)
    way.aim(pose(START[:3, :3] @ rotation_from_vector((0.0, 0.0, -3.0)), START[:3, 3]), 1.0)
    assert turned(START, way.after(0.1)) == pytest.approx([0.0, 0.0, -0.3])


def test_without_time_the_pose_is_there_at_once():
    way = PoseInterpolation(START)
    way.aim(GOAL, 0.0)
    assert way.after(0.002) is GOAL


def test_the_length_of_a_way_is_in_metres_and_radians():
    way = PoseInterpolation(START)
    way.aim(GOAL, 0.01)
    metres, radians = way.length
    assert metres == pytest.approx(np.linalg.norm(GOAL[:3, 3] - START[:3, 3]))
    assert radians == pytest.approx(np.linalg.norm(turned(START, GOAL)))


@given(
    st.lists(st.tuples(poses, st.floats(0.0, 0.05), st.integers(0, 30)), min_size=1, max_size=12),
)
def test_no_coordinate_ever_leaves_the_range_of_what_was_wanted(orders):
    way = PoseInterpolation(START)
    low = high = START[:3, 3]
    for T, spread, ticks in orders:
        way.aim(T, spread)
        low, high = np.minimum(low, T[:3, 3]), np.maximum(high, T[:3, 3])
        for _ in range(ticks):
            way.advance(0.002)
            p = way.after(0.0)[:3, 3]
            assert (p >= low - 1e-15).all()
            assert (p <= high + 1e-15).all()


@given(poses, poses, st.floats(0.0, 1.0))
def test_a_turn_in_between_lies_on_the_shortest_turn(a, b, share):
    p, q = (quaternions.from_rotation(T[:3, :3]) for T in (a, b))
    between = np.array(quaternions.rows(quaternions.between(p, q, share)))
    assert between.T @ between == pytest.approx(np.eye(3), abs=1e-12)
    whole = turned(a, b)
    part = rotation_vector(a[:3, :3].T @ between)
    assert part == pytest.approx(share * whole, abs=1e-7)
    assert quaternions.angle(p, q) == pytest.approx(np.linalg.norm(whole), abs=1e-7)


def test_ahead_goes_on_beyond_by_a_share_of_the_last_step():
    way = PoseInterpolation(START)
    way.aim(GOAL, 0.01, ahead=0.25)
    end = way.after(0.01)
    assert end[:3, 3] == pytest.approx(GOAL[:3, 3] + 0.25 * (GOAL[:3, 3] - START[:3, 3]))
    assert turned(START, end) == pytest.approx(1.25 * turned(START, GOAL))
    way.aim(GOAL, 0.01, ahead=0.25)  # the same again: nothing moves, so nothing is ahead
    assert way.after(0.01) == pytest.approx(GOAL)
