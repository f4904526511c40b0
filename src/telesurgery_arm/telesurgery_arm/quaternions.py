"""Unit quaternions of four plain floats (x, y, z, w), for the control loop; see ``vectors``."""

from __future__ import annotations

import math

from telesurgery_core.transforms import Array, quaternion_numbers

Quaternion = tuple[float, float, float, float]
Rows = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

_STRAIGHT = 1e-4
"""Below this angle [rad] on the unit sphere a chord is the arc, to 1e-9 of its length."""


def from_rotation(R: Array) -> Quaternion:
    """Return the quaternion, w >= 0, of a rotation ``(3, 3)``."""
    return quaternion_numbers(R)


def rows(q: Quaternion) -> Rows:
    """Return the rows of the rotation matrix."""
    x, y, z, w = q
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )


def angle(a: Quaternion, b: Quaternion) -> float:
    """Return the angle [rad] in 0..pi of the turn from ``a`` to ``b``."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    x = aw * bx - ax * bw - ay * bz + az * by
    y = aw * by - ay * bw - az * bx + ax * bz
    z = aw * bz - az * bw - ax * by + ay * bx
    w = aw * bw + ax * bx + ay * by + az * bz
    return 2.0 * math.atan2(math.sqrt(x * x + y * y + z * z), abs(w))


def between(a: Quaternion, b: Quaternion, share: float) -> Quaternion:
    """Return what lies ``share`` of the shortest turn from ``a`` to ``b`` (slerp).

    A share above 1 goes on beyond ``b`` with the same turn.
    """
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    sign = 1.0 if ax * bx + ay * by + az * bz + aw * bw >= 0.0 else -1.0
    half = 0.5 * angle(a, b)
    if half < _STRAIGHT:
        first, second = 1.0 - share, sign * share
    else:
        sine = math.sin(half)
        first, second = math.sin((1.0 - share) * half) / sine, sign * math.sin(share * half) / sine
    x, y = first * ax + second * bx, first * ay + second * by
    z, w = first * az + second * bz, first * aw + second * bw
    length = math.sqrt(x * x + y * y + z * z + w * w)
    return (x / length, y / length, z / length, w / length)
