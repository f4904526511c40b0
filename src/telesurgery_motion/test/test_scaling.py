import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.transforms import pose, rotation_about, rotation_angle, rotation_from_vector
from telesurgery_motion.filters.table import make_filter
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.scaling import Gains, ScaledDisplacement, scaled

TINY = 1e-12
"""Rounding of a handful of products of numbers below ten."""

points = st.tuples(*[st.floats(-0.3, 0.3)] * 3)
turns = st.tuples(*[st.floats(-1.5, 1.5)] * 3)
displacements = st.builds(lambda p, v: pose(rotation_from_vector(v), p), points, turns)
gains = st.builds(Gains, st.floats(0.0, 1.0), st.sampled_from([0.0, 0.05, 0.3, 0.7, 1.0]))


def identity():
    return pose(np.eye(3), np.zeros(3))


def test_translation_is_scaled_and_rotation_kept():
    T = scaled(pose(rotation_about('y', 0.4), [0.1, 0.2, -0.3]), Gains(0.2))

    assert T[:3, 3] == pytest.approx([0.02, 0.04, -0.06])
    assert np.array_equal(T[:3, :3], rotation_about('y', 0.4))


def test_a_rotation_is_scaled_about_its_own_axis():
    T = scaled(pose(rotation_from_vector([0.3, 0.6, -0.9]), np.zeros(3)), Gains(0.2, 1 / 3))

    assert T[:3, :3] == pytest.approx(rotation_from_vector([0.1, 0.2, -0.3]), abs=TINY)


@given(displacements, turns, gains)
def test_scaling_commutes_with_a_change_of_frame(T, frame, gains):
    Q = pose(rotation_from_vector(frame), np.zeros(3))

    assert scaled(Q @ T @ Q.T, gains) == pytest.approx(Q @ scaled(T, gains) @ Q.T, abs=TINY)


@given(displacements)
def test_gains_of_one_are_the_identity(T):
    assert np.array_equal(scaled(T, Gains(1.0)), T)


@given(st.lists(st.tuples(displacements, gains), min_size=1, max_size=20))
def test_a_change_of_gains_never_moves_what_is_sent(steps):
    """At every change the hand is where it was: so must be what is sent, whatever the gains."""
    displacement = ScaledDisplacement()
    for T, new in steps:
        before = displacement.step(T, displacement._gains or new)

        assert displacement.step(T, new) == pytest.approx(before, abs=TINY)


@given(st.lists(displacements, min_size=1, max_size=10), gains)
def test_without_a_change_only_the_newest_displacement_counts(path, gains):
    """Law 1: what was lost on the way to here changes nothing."""
    if gains.rotation not in (0.0, 1.0):
        gains = Gains(gains.translation)
    whole, alone = ScaledDisplacement(), ScaledDisplacement()
    for T in path:
        sent = whole.step(T, gains)

    assert np.array_equal(sent, alone.step(path[-1], gains))


@given(displacements, displacements, gains)
def test_a_lock_keeps_its_part_where_it_is_and_lets_the_other_go(T_before, T_after, gains):
    displacement = ScaledDisplacement()
    before = displacement.step(T_before, gains)
    turned = displacement.step(T_after, Gains(0.0, 1.0))
    assert np.array_equal(turned[:3, 3], before[:3, 3])

    displacement.begin()
    before = displacement.step(T_before, gains)
    moved = displacement.step(T_after, Gains(1.0, 0.0))
    assert moved[:3, :3] == pytest.approx(before[:3, :3], abs=TINY)


steps = st.tuples(*[st.floats(-2e-4, 2e-4)] * 3)
"""What a hand moves within 5 ms [m]; filters take more for a leap of the device."""


@given(st.lists(steps, min_size=2, max_size=20), st.floats(0.05, 1.0))
def test_scaling_commutes_with_a_linear_filter(path, scale):
    before, after = (make_filter(MotionParameters(filter='butterworth')) for _ in range(2))
    gains = Gains(scale)
    for p in np.cumsum(path, axis=0):
        T = pose(np.eye(3), p)
        filtered = scaled(before.step(T, 0.005), gains)

        assert after.step(scaled(T, gains), 0.005) == pytest.approx(filtered, abs=TINY)


def test_after_a_lock_the_hand_goes_on_from_where_it_is():
    displacement = ScaledDisplacement()
    for x, gain in ((0.1, 0.5), (0.3, 0.0), (0.3, 0.5), (0.4, 0.5)):
        sent = displacement.step(pose(np.eye(3), [x, 0.0, 0.0]), Gains(gain))

    assert sent[0, 3] == pytest.approx(0.5 * 0.1 + 0.0 * 0.2 + 0.5 * 0.1)


def test_a_scaled_rotation_goes_through_several_turns_without_a_jump():
    displacement, last = ScaledDisplacement(), np.eye(3)
    for angle in np.arange(0.0, 15.0, 0.05):
        R = displacement.step(pose(rotation_about('z', angle), np.zeros(3)), Gains(1.0, 0.5))
        R = R[:3, :3]

        assert rotation_angle(R @ last.T) < 0.026
        last = R
    assert pytest.approx(rotation_about('z', 0.5 * angle), abs=1e-9) == R
