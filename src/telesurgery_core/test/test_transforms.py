import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.transforms import (
    frozen,
    inverse,
    orthonormalised,
    pose,
    quaternion_from_rotation,
    rotation_about,
    rotation_angle,
    rotation_from_quaternion,
    rotation_from_rpy,
    rotation_from_vector,
    rotation_vector,
    skew,
)

ROUNDING = 1e-12  # a few operations on numbers of order one in double precision

component = st.floats(-3.0, 3.0)
vectors = st.tuples(component, component, component).map(np.array)
rotations = vectors.map(rotation_from_vector)


@given(rotations)
def test_a_rotation_is_orthonormal(R: np.ndarray) -> None:
    np.testing.assert_allclose(R @ R.T, np.eye(3), atol=ROUNDING)
    assert np.linalg.det(R) == pytest.approx(1.0)


@given(rotations)
def test_quaternion_and_rotation_are_inverse(R: np.ndarray) -> None:
    q = quaternion_from_rotation(R)
    assert np.linalg.norm(q) == pytest.approx(1.0)
    assert q[3] >= 0
    np.testing.assert_allclose(rotation_from_quaternion(q), R, atol=ROUNDING)


@pytest.mark.parametrize('axis', ['x', 'y', 'z'])
def test_half_turns_lose_no_precision(axis: str) -> None:
    R = rotation_about(axis, np.pi)
    np.testing.assert_allclose(
        rotation_from_quaternion(quaternion_from_rotation(R)), R, atol=ROUNDING
    )
    assert rotation_angle(R) == pytest.approx(np.pi)


@given(vectors.filter(lambda v: float(np.linalg.norm(v)) < np.pi - 1e-3))
def test_rotation_vector_is_the_logarithm(v: np.ndarray) -> None:
    np.testing.assert_allclose(rotation_vector(rotation_from_vector(v)), v, atol=1e-9)


def test_a_tiny_rotation_vector_keeps_its_digits() -> None:
    v = np.array([1e-9, -2e-9, 3e-9])
    np.testing.assert_allclose(rotation_vector(rotation_from_vector(v)), v, rtol=1e-6)


@given(rotations, vectors)
def test_a_pose_and_its_inverse_cancel(R: np.ndarray, p: np.ndarray) -> None:
    T = pose(R, p)
    np.testing.assert_allclose(T @ inverse(T), np.eye(4), atol=1e-11)


@given(vectors, vectors)
def test_skew_is_the_cross_product(v: np.ndarray, w: np.ndarray) -> None:
    np.testing.assert_allclose(skew(v) @ w, np.cross(v, w), atol=ROUNDING)


def test_roll_pitch_yaw_turn_about_fixed_axes_in_that_order() -> None:
    R = rotation_from_rpy((np.pi / 2, 0.0, np.pi / 2))
    np.testing.assert_allclose(R @ [0, 1, 0], [0, 0, 1], atol=ROUNDING)
    np.testing.assert_allclose(R @ [1, 0, 0], [0, 1, 0], atol=ROUNDING)


@given(rotations)
def test_the_nearest_rotation_of_a_disturbed_one_is_close(R: np.ndarray) -> None:
    disturbed = R + 1e-3 * np.arange(9).reshape(3, 3)
    repaired = orthonormalised(disturbed)
    np.testing.assert_allclose(repaired @ repaired.T, np.eye(3), atol=ROUNDING)
    assert np.abs(repaired - R).max() < 0.05


def test_functions_broadcast_over_leading_dimensions() -> None:
    quaternions = np.array([[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]])
    R = rotation_from_quaternion(quaternions)
    assert R.shape == (2, 3, 3)
    T = pose(R, np.ones((2, 3)))
    np.testing.assert_allclose(inverse(T) @ T, np.broadcast_to(np.eye(4), (2, 4, 4)))


def test_an_unknown_axis_is_named() -> None:
    with pytest.raises(ValueError, match="axis is 'w'"):
        rotation_about('w', 1.0)


def test_frozen_arrays_refuse_writing() -> None:
    with pytest.raises(ValueError, match='read-only'):
        frozen([1.0])[0] = 2.0
