"""Forward kinematics and Jacobian of a chain in modified Denavit-Hartenberg form.

A joint's frame is ``Rot_x(alpha) Trans_x(a) Rot_z(theta) Trans_z(d)`` in the frame before it
(Craig, Introduction to Robotics). The base of the chain is the remote centre of motion, ``rcm``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from telesurgery_arm.description import ArmModel
from telesurgery_arm.vectors import Vector, combined, cross
from telesurgery_core.transforms import Array

_LAST_ROW = [0.0, 0.0, 0.0, 1.0]


def forward(model: ArmModel, q: ArrayLike) -> Array:
    """Return ``T_rcm_tip`` ``(..., 4, 4)`` at joint positions ``(..., n)`` [rad or m]."""
    T_rcm_joint = joint_frames(model, q)
    T: Array = T_rcm_joint[..., -1, :, :] @ model.T_last_tip
    return T


def joint_frames(model: ArmModel, q: ArrayLike) -> Array:
    """Return the poses of all joints' frames in rcm ``(..., n, 4, 4)``."""
    q = np.asarray(q, dtype=float)
    frames = np.empty((*q.shape, 4, 4))
    T: Array = np.eye(4)
    for index, (ca, sa, a, d, offset, prismatic) in enumerate(model.dh):
        value = q[..., index] + offset
        theta, length = (np.zeros_like(value), value + d) if prismatic else (value, d)
        ct, st = np.cos(theta), np.sin(theta)
        step = np.zeros((*value.shape, 4, 4))
        step[..., 0, 0], step[..., 0, 1], step[..., 0, 3] = ct, -st, a
        step[..., 1, 0], step[..., 1, 1] = ca * st, ca * ct
        step[..., 1, 2], step[..., 1, 3] = -sa, -sa * length
        step[..., 2, 0], step[..., 2, 1] = sa * st, sa * ct
        step[..., 2, 2], step[..., 2, 3] = ca, ca * length
        step[..., 3, 3] = 1.0
        T = T @ step
        frames[..., index, :, :] = T
    return frames


def jacobian(model: ArmModel, q: ArrayLike) -> Array:
    """Return the geometric Jacobian ``(..., 6, n)`` at the tip, in the rcm frame.

    ``J @ qd`` is the tip's twist: linear velocity [m/s] above angular velocity [rad/s].
    """
    T_rcm_joint = joint_frames(model, q)
    p_tip = (T_rcm_joint[..., -1, :, :] @ model.T_last_tip)[..., :3, 3]
    axis = T_rcm_joint[..., :3, 2]  # (..., n, 3)
    lever = p_tip[..., None, :] - T_rcm_joint[..., :3, 3]
    prismatic = np.array([row[5] for row in model.dh])[:, None]
    linear = np.where(prismatic, axis, np.cross(axis, lever))
    angular = np.where(prismatic, 0.0, axis)
    J: Array = np.swapaxes(np.concatenate([linear, angular], axis=-1), -1, -2)
    return J


def forward_once(model: ArmModel, q: Sequence[float]) -> Array:
    """Return ``forward`` for one configuration: the same in plain floats, five times faster."""
    x, y, z, p, _ = _walk(model, q)
    rows = model.R_last_tip
    tip = [
        [v * a + w * b + u * c for a, b, c in zip(*rows, strict=True)]
        for v, w, u in zip(x, y, z, strict=True)
    ]
    return np.array([*([*row, point] for row, point in zip(tip, p, strict=True)), _LAST_ROW])


def twist_once(model: ArmModel, q: Sequence[float], qd: Sequence[float]) -> tuple[Vector, Vector]:
    """Return linear [m/s] and angular velocity [rad/s] of the tip: ``jacobian @ qd``, faster."""
    _, _, _, p, axes = _walk(model, q)
    linear: Vector = (0.0, 0.0, 0.0)
    angular: Vector = (0.0, 0.0, 0.0)
    for (axis, origin), (*_, prismatic), speed in zip(axes, model.dh, qd, strict=True):
        if prismatic:
            linear = combined(1.0, linear, speed, axis)
        else:
            lever = combined(1.0, p, -1.0, origin)
            linear = combined(1.0, linear, speed, cross(axis, lever))
            angular = combined(1.0, angular, speed, axis)
    return linear, angular


def _walk(
    model: ArmModel, q: Sequence[float]
) -> tuple[Vector, Vector, Vector, Vector, list[tuple[Vector, Vector]]]:
    """Return the last joint frame's axes and origin, and the axis and origin of every joint."""
    xx, xy, xz, yx, yy, yz, zx, zy, zz = 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0
    px = py = pz = 0.0
    axes = []
    for (ca, sa, a, d, offset, prismatic), value in zip(model.dh, q, strict=True):
        px, py, pz = px + a * xx, py + a * xy, pz + a * xz
        ux, uy, uz = ca * yx + sa * zx, ca * yy + sa * zy, ca * yz + sa * zz
        zx, zy, zz = ca * zx - sa * yx, ca * zy - sa * yy, ca * zz - sa * yz
        if prismatic:
            yx, yy, yz = ux, uy, uz
            length = value + offset + d
        else:
            ct, st = math.cos(value + offset), math.sin(value + offset)
            xx, xy, xz, yx, yy, yz = (
                *(ct * xx + st * ux, ct * xy + st * uy, ct * xz + st * uz),
                *(ct * ux - st * xx, ct * uy - st * xy, ct * uz - st * xz),
            )
            length = d
        px, py, pz = px + length * zx, py + length * zy, pz + length * zz
        axes.append(((zx, zy, zz), (px, py, pz)))
    return (xx, xy, xz), (yx, yy, yz), (zx, zy, zz), (px, py, pz), axes
