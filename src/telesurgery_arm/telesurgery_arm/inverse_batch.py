"""Inverse kinematics of an instrument for many poses at once, for studies and reports.

The same closed form as ``telesurgery_arm.instrument`` in numpy, without what a control loop needs
around limits and singularities: a pose is solved exactly, or it is said not to be solved.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from telesurgery_arm.description import ArmModel
from telesurgery_arm.limits import ROUNDING
from telesurgery_arm.shaft import insertion_offset
from telesurgery_core.transforms import Array


def solve_instrument(
    model: ArmModel, T: Array, reference: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Return joint positions ``(m, 6)`` for ``T_rcm_tip`` ``(m, 4, 4)``, and which are exact.

    ``reference`` ``(m, 6)`` or ``(6,)`` chooses the turn of the roll joint and, where two branches
    are within the limits (the wrist inside the cannula), the nearer one. A row that is not exact
    is beyond limits or singular and holds NaN.
    """
    reference = np.broadcast_to(reference, (len(T), 6))
    p = T[:, :3, 3]
    R_rcm_last = T[:, :3, :3] @ np.array(model.R_last_tip).T
    x6, y5 = R_rcm_last[:, :, 0], R_rcm_last[:, :, 2]
    span = model.upper - model.lower
    best = np.full((len(T), 6), np.nan)
    nearest = np.full(len(T), np.inf)
    with np.errstate(divide='ignore', invalid='ignore'):  # singular poses become NaN rows
        n = np.cross(p, y5)
        n /= np.linalg.norm(n, axis=1, keepdims=True)
        for branch in (n, -n):
            q = _solve_planes(model, p, branch, y5, x6, reference)
            inside = (q >= model.lower - ROUNDING) & (q <= model.upper + ROUNDING)
            distance = np.sum(np.abs(q - reference) / span, axis=1)
            better = inside.all(axis=1) & (distance < nearest)
            best[better], nearest[better] = q[better], distance[better]
    return np.clip(best, model.lower, model.upper), np.isfinite(nearest)


def _solve_planes(
    model: ArmModel, p: Array, n: Array, y5: Array, x6: Array, reference: Array
) -> Array:
    x5 = np.cross(y5, n)
    w = p - model.joints[5].a * x5
    way = np.copysign(np.linalg.norm(w, axis=1), _dot(x5, w))
    u = w / way[:, None]
    yaw = np.arctan2(u[:, 0], -u[:, 2])
    pitch = np.arctan2(-u[:, 1], np.hypot(u[:, 0], u[:, 2]))
    x3 = np.stack(
        [-np.sin(yaw) * np.sin(pitch), -np.cos(pitch), np.cos(yaw) * np.sin(pitch)], axis=1
    )
    x4 = np.cross(n, u)
    roll = np.arctan2(_dot(x4, np.cross(u, x3)), _dot(x4, x3))
    roll += math.tau * np.round((reference[:, 3] - roll) / math.tau)
    wrist_pitch = np.arctan2(-_dot(y5, u), _dot(x5, u))
    wrist_yaw = np.arctan2(_dot(x6, x5), _dot(x6, n))
    return np.stack(
        [yaw, pitch, way - insertion_offset(model), roll, wrist_pitch, wrist_yaw], axis=1
    )


def _dot(v: Array, w: Array) -> Array:
    result: Array = np.einsum('ij,ij->i', v, w)
    return result
