"""Vectors of three plain floats: several times faster than small numpy arrays.

The closed-form kinematics runs inside the control loop on these.
"""

from __future__ import annotations

import math

Vector = tuple[float, float, float]


def dot(v: Vector, w: Vector) -> float:
    """Return the scalar product."""
    return v[0] * w[0] + v[1] * w[1] + v[2] * w[2]


def cross(v: Vector, w: Vector) -> Vector:
    """Return the vector product."""
    return (
        v[1] * w[2] - v[2] * w[1],
        v[2] * w[0] - v[0] * w[2],
        v[0] * w[1] - v[1] * w[0],
    )


def combined(a: float, v: Vector, b: float, w: Vector) -> Vector:
    """Return ``a v + b w``."""
    return (a * v[0] + b * w[0], a * v[1] + b * w[1], a * v[2] + b * w[2])


def unit(v: Vector) -> Vector:
    """Return ``v`` at length one."""
    length = math.sqrt(dot(v, v))
    return (v[0] / length, v[1] / length, v[2] / length)
