"""Unit quaternions of four plain floats (x, y, z, w), for the control loop; see ``vectors``."""

from __future__ import annotations

import math

from telesurgery_core.transforms import Array, quaternion_from_rotation

Quaternion = tuple[float, float, float, float]
Rows = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

_STRAIGHT = 1e-4
"""Below this angle [rad] on the unit sphere a chord is the arc, to 1e-9 of its length."""


def from_rotation(R: Array) -> Quaternion:
    """Return the quaternion, w >= 0, of a rotation ``(3, 3)``."""
    x, y, z, w = quaternion_from_rotation(R).tolist()
    return (x, y, z, w)


def rows(q: Quaternion) -> Rows:
    """Return the rows of the rotation matrix."""
    x, y, z, w = q
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )


def between(a: Quaternion, b: Quaternion, share: float) -> Quaternion:
    """Return what lies ``share`` of the shortest turn from ``a`` to ``b`` (slerp).

    A share above 1 goes on beyond ``b`` with the same turn.
    """
    cosine = sum(p * q for p, q in zip(a, b, strict=True))
    sign = 1.0 if cosine >= 0.0 else -1.0
    angle = math.atan2(
        math.sqrt(sum((q - cosine * p) ** 2 for p, q in zip(a, b, strict=True))), abs(cosine)
    )
    if angle < _STRAIGHT:
        first, second = 1.0 - share, sign * share
    else:
        sine = math.sin(angle)
        first, second = (
            math.sin((1.0 - share) * angle) / sine,
            math.sin(share * angle) / sine * sign,
        )
    x, y, z, w = (first * p + second * q for p, q in zip(a, b, strict=True))
    length = math.sqrt(x * x + y * y + z * z + w * w)
    return (x / length, y / length, z / length, w / length)
