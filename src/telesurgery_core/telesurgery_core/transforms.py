"""Rigid motions as plain numpy arrays.

A pose ``T_a_b`` is a ``(4, 4)`` homogeneous matrix: the pose of b in a. A rotation ``R_a_b`` is
``(3, 3)``. Quaternions are ``(4,)`` in the order x, y, z, w (as in geometry_msgs). Every function
broadcasts over leading dimensions unless its text says otherwise.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_IDENTITY: Array = np.eye(4)


def pose(R: ArrayLike, p: ArrayLike) -> Array:
    """Return poses ``(..., 4, 4)`` of rotations ``(..., 3, 3)`` and points ``(..., 3)`` [m]."""
    R, p = np.asarray(R, dtype=float), np.asarray(p, dtype=float)
    if R.ndim == 2 and p.ndim == 1:  # by far the most frequent
        T = _IDENTITY.copy()
        T[:3, :3], T[:3, 3] = R, p
        return T
    T = np.zeros((*np.broadcast_shapes(R.shape[:-2], p.shape[:-1]), 4, 4))
    T[..., :3, :3] = R
    T[..., :3, 3] = p
    T[..., 3, 3] = 1.0
    return T


def inverse(T: Array) -> Array:
    """Return the inverse of rigid motions ``(..., 4, 4)``."""
    R_t = np.swapaxes(T[..., :3, :3], -1, -2)
    return pose(R_t, -(R_t @ T[..., :3, 3, None])[..., 0])


def skew(v: ArrayLike) -> Array:
    """Return ``(..., 3, 3)`` with ``skew(v) @ w == cross(v, w)``."""
    v = np.asarray(v, dtype=float)
    S = np.zeros((*v.shape, 3))
    S[..., 0, 1], S[..., 0, 2] = -v[..., 2], v[..., 1]
    S[..., 1, 0], S[..., 1, 2] = v[..., 2], -v[..., 0]
    S[..., 2, 0], S[..., 2, 1] = -v[..., 1], v[..., 0]
    return S


def rotation_about(axis: str, angle: float) -> Array:
    """Return the ``(3, 3)`` rotation by ``angle`` [rad] about the axis 'x', 'y' or 'z'."""
    c, s = math.cos(angle), math.sin(angle)
    if axis == 'x':
        return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    if axis == 'y':
        return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    if axis == 'z':
        return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    raise ValueError(f"axis is {axis!r}; allowed: 'x', 'y', 'z'")


def rotation_from_rpy(rpy: ArrayLike) -> Array:
    """Return the ``(3, 3)`` rotation of URDF roll, pitch, yaw ``(3,)`` [rad] (fixed axes)."""
    roll, pitch, yaw = np.asarray(rpy, dtype=float)
    return rotation_about('z', yaw) @ rotation_about('y', pitch) @ rotation_about('x', roll)


def rotation_from_quaternion(xyzw: ArrayLike) -> Array:
    """Return ``(..., 3, 3)`` from unit quaternions ``(..., 4)`` (x, y, z, w)."""
    q = np.asarray(xyzw, dtype=float)
    x, y, z, w = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    R = np.empty((*q.shape[:-1], 3, 3))
    R[..., 0, 0] = 1 - 2 * (y * y + z * z)
    R[..., 0, 1] = 2 * (x * y - z * w)
    R[..., 0, 2] = 2 * (x * z + y * w)
    R[..., 1, 0] = 2 * (x * y + z * w)
    R[..., 1, 1] = 1 - 2 * (x * x + z * z)
    R[..., 1, 2] = 2 * (y * z - x * w)
    R[..., 2, 0] = 2 * (x * z - y * w)
    R[..., 2, 1] = 2 * (y * z + x * w)
    R[..., 2, 2] = 1 - 2 * (x * x + y * y)
    return R


def quaternion_from_rotation(R: Array) -> Array:
    """Return the unit quaternion ``(4,)`` (x, y, z, w), w >= 0, of one rotation ``(3, 3)``."""
    return np.array(quaternion_numbers(R))


def quaternion_numbers(R: Array) -> tuple[float, float, float, float]:
    """Return ``quaternion_from_rotation`` as plain numbers: what a few of them are faster as.

    Shepperd's method: the largest of the four components is computed first, so that no
    rotation loses precision.
    """
    xx, xy, xz, yx, yy, yz, zx, zy, zz = R.reshape(9).tolist()
    trace = xx + yy + zz
    if trace >= max(xx, yy, zz):
        x, y, z, w = zy - yz, xz - zx, yx - xy, 1.0 + trace
    elif xx >= max(yy, zz):
        x, y, z, w = 1.0 + xx - yy - zz, xy + yx, xz + zx, zy - yz
    elif yy >= zz:
        x, y, z, w = xy + yx, 1.0 - xx + yy - zz, yz + zy, xz - zx
    else:
        x, y, z, w = xz + zx, yz + zy, 1.0 - xx - yy + zz, yx - xy
    length = math.sqrt(x * x + y * y + z * z + w * w)
    if w < 0.0:
        length = -length
    return x / length, y / length, z / length, w / length


def rotation_vector(R: Array) -> Array:
    """Return the rotation vector ``(3,)`` [rad] of ``(3, 3)``: axis times angle in 0..pi."""
    x, y, z, w = quaternion_numbers(R)
    sine = math.sqrt(x * x + y * y + z * z)
    factor = 2.0 if sine < 1e-12 else 2.0 * math.atan2(sine, w) / sine
    return np.array([x * factor, y * factor, z * factor])


def rotation_from_vector(v: ArrayLike) -> Array:
    """Return the rotation ``(3, 3)`` of a rotation vector ``(3,)`` [rad] (Rodrigues)."""
    x, y, z = np.asarray(v, dtype=float).tolist()
    xx, yy, zz = x * x, y * y, z * z
    square = xx + yy + zz
    a, b = 1.0, 0.5  # second order of the series: below 1e-6 rad the error is below 1e-18
    if square >= 1e-12:
        angle = math.sqrt(square)
        a, b = math.sin(angle) / angle, (1.0 - math.cos(angle)) / square
    return np.array(
        [
            [1.0 - b * (yy + zz), b * x * y - a * z, b * x * z + a * y],
            [b * x * y + a * z, 1.0 - b * (xx + zz), b * y * z - a * x],
            [b * x * z - a * y, b * y * z + a * x, 1.0 - b * (xx + yy)],
        ]
    )


def rotation_angle(R: Array) -> float:
    """Return the angle [rad] in 0..pi by which ``R`` ``(3, 3)`` turns."""
    return float(np.linalg.norm(rotation_vector(R)))


def orthonormalised(R: Array) -> Array:
    """Return the rotation nearest to ``R`` ``(3, 3)`` in the Frobenius norm (SVD)."""
    U, _, Vt = np.linalg.svd(R)
    U[:, 2] *= np.linalg.det(U @ Vt)
    result: Array = U @ Vt
    return result


def frozen(array: ArrayLike) -> Array:
    """Return a read-only copy as float64."""
    copy = np.array(array, dtype=float)
    copy.flags.writeable = False
    return copy
