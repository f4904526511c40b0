"""Inverse kinematics of many poses at once, of one arm or of several, for studies and reports.

What is within the limits and away from singularities is solved by the same closed forms as in the
control loop, in numpy. What is not goes through the very solver of the control loop, pose by pose,
so that every row has the outcome, the limits and the nearest joint positions that an arm would
have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from telesurgery_arm.description import ArmModel, RobotDescription
from telesurgery_arm.errors import KinematicsError
from telesurgery_arm.inverse import Outcome, deviation, solver_for
from telesurgery_arm.limits import ROUNDING, Clamp, Deviation
from telesurgery_arm.shaft import insertion_offset
from telesurgery_core.transforms import Array

_TELLING = math.sin(math.radians(5.0))
"""Sine of the angle between tip and wrist-yaw axis, seen from the remote centre, below which the
control loop's solver decides whether the wrist is damped."""
_CENTRE = 1e-6
"""With the tip this close to the remote centre [m] the pose says nothing of yaw and pitch."""
_WRIST_CENTRE = 1e-8
"""The same for the centre of the wrist [m]."""


@dataclass(frozen=True)
class Solutions:
    """Joint positions for ``m`` poses, and how each came out."""

    q: Array
    """``(m, n)`` [rad or m]; NaN for joints that an arm has not, and for what was refused."""
    reached: NDArray[np.bool_]
    """``(m,)``: the joint positions are those of the pose."""
    others: dict[int, Other]
    """Those that are not reached, by their number."""

    def outcome(self, index: int) -> Outcome:
        """Return how a pose came out."""
        return Outcome.REACHED if self.reached[index] else self.others[index].outcome


@dataclass(frozen=True, slots=True)
class Other:
    """Why a pose is not reached, and how far from it the nearest is that was found."""

    outcome: Outcome
    clamps: tuple[Clamp, ...]
    """The limits that stand in the way, and by how much; none for a singular pose."""
    deviation: Deviation


def solve_many(
    model: ArmModel, T: Array, near: ArrayLike, *, nearest: bool = True, rewind: bool = False
) -> Solutions:
    """Return joint positions for ``T_rcm_tip`` ``(m, 4, 4)``, nearest to ``near``.

    ``near`` ``(m, n)`` or ``(n,)`` chooses the turn of the roll joint and, where two branches are
    within the limits (the wrist inside the cannula), the nearer one; it is brought within the
    limits. A pose out of reach gets the nearest joint positions, or NaN without ``nearest``.
    ``rewind`` allows the roll joint a whole turn where it would end beyond its limit.

    Raises KinematicsError for numbers that are not finite, or a model without a closed form.
    """
    solver, n = solver_for(model), len(model.joints)
    near = np.clip(np.broadcast_to(_finite('near', near), (len(T), n)), model.lower, model.upper)
    q = _exact_instrument(model, _finite('T', T), near) if n == 6 else _endoscope(model, T, near)
    beyond = (q < model.lower - ROUNDING) | (q > model.upper + ROUNDING)
    reached = np.logical_and.reduce(np.isfinite(q) & ~beyond, axis=1)
    q = np.clip(q, model.lower, model.upper)
    others = {}
    for index in np.flatnonzero(~reached).tolist():
        solution = solver.solve(T[index], near[index].tolist(), rewind=rewind)
        q[index] = solution.q
        if solution.outcome is Outcome.REACHED:
            reached[index] = True
            continue
        metres, radians = deviation(model, solution.q, T[index])
        others[index] = Other(
            solution.outcome, solution.clamps, Deviation(metres, radians, solution.outcome.value)
        )
        if not nearest:
            q[index] = np.nan
    return Solutions(q, reached, others)


def solve_arms(
    robot: RobotDescription,
    arms: Sequence[str],
    T: Array,
    near: Array,
    *,
    nearest: bool = True,
    rewind: bool = False,
) -> Solutions:
    """Do ``solve_many`` for poses of several arms: ``arms`` names the arm of each.

    ``T`` is ``(m, 4, 4)``, ``near`` ``(m, n)`` with the joints of the longest chain; what an arm
    has not is NaN in the result and ignored in ``near``.
    """
    if not len(arms) == len(T) == len(near):
        raise KinematicsError(
            f'arms, T and near have {len(arms)}, {len(T)} and {len(near)} rows; allowed: as many '
            'of each; give one arm and one reference a pose'
        )
    models = {arm: robot.model_of(arm) for arm in set(arms)}
    width = max((len(model.joints) for model in models.values()), default=0)
    q, reached = np.full((len(T), width), np.nan), np.zeros(len(T), dtype=bool)
    others: dict[int, Other] = {}
    for model in {id(model): model for model in models.values()}.values():
        rows = np.flatnonzero([models[arm] is model for arm in arms])
        n = len(model.joints)
        part = solve_many(model, T[rows], near[rows, :n], nearest=nearest, rewind=rewind)
        q[rows, :n], reached[rows] = part.q, part.reached
        others.update({int(rows[index]): other for index, other in part.others.items()})
    return Solutions(q, reached, others)


def _exact_instrument(model: ArmModel, T: Array, near: Array) -> Array:
    """Return the nearer of the two branches ``(m, 6)``, or NaN where neither is within limits."""
    p = T[:, :3, 3]
    R_rcm_last = T[:, :3, :3] @ np.array(model.R_last_tip).T
    x6, y5 = R_rcm_last[:, :, 0], R_rcm_last[:, :, 2]
    span = model.upper - model.lower
    best = np.full((len(T), 6), np.nan)
    distances = np.full(len(T), np.inf)
    with np.errstate(divide='ignore', invalid='ignore'):  # singular poses become NaN rows
        n = np.cross(p, y5)
        length = np.linalg.norm(n, axis=1, keepdims=True)
        n /= length
        distance = np.linalg.norm(p, axis=1, keepdims=True)
        inside = distance < model.joints[5].a - insertion_offset(model)
        telling = (inside | (length > _TELLING * distance)) & (distance > _CENTRE)
        n[~telling[:, 0]] = np.nan
        for branch in (n, -n):
            q = _solve_planes(model, p, branch, y5, x6, near)
            fits = ((q >= model.lower - ROUNDING) & (q <= model.upper + ROUNDING)).all(axis=1)
            far = np.sum(np.abs(q - near) / span, axis=1)
            better = fits & (far < distances)
            best[better], distances[better] = q[better], far[better]
    return best


def _solve_planes(model: ArmModel, p: Array, n: Array, y5: Array, x6: Array, near: Array) -> Array:
    x5 = np.cross(y5, n)
    w = p - model.joints[5].a * x5
    # The wrist pitches by less than a right angle: that is the side of the remote centre.
    way = np.copysign(np.linalg.norm(w, axis=1), _dot(x5, w))
    u = w / np.where(np.abs(way) < _WRIST_CENTRE, np.nan, way)[:, None]
    yaw, pitch = _yaw_pitch(u)
    x3 = _side(yaw, pitch)
    x4 = np.cross(n, u)
    roll = _nearest_turn(np.arctan2(_dot(x4, np.cross(u, x3)), _dot(x4, x3)), near[:, 3])
    wrist_pitch = np.arctan2(-_dot(y5, u), _dot(x5, u))
    wrist_yaw = np.arctan2(_dot(x6, x5), _dot(x6, n))
    insertion = way - insertion_offset(model)
    return np.stack([yaw, pitch, insertion, roll, wrist_pitch, wrist_yaw], axis=1)


def _endoscope(model: ArmModel, T: Array, near: Array) -> Array:
    """Return the joint positions ``(m, 4)``; NaN where the tip says nothing of the shaft."""
    p = _finite('T', T)[:, :3, 3]
    way = np.linalg.norm(p, axis=1)
    with np.errstate(divide='ignore', invalid='ignore'):
        u = p / np.where(way < _CENTRE, np.nan, way)[:, None]
    yaw, pitch = _yaw_pitch(u)
    x = _side(yaw, pitch)
    y = np.cross(u, x)
    R_last = T[:, :3, :3] @ np.array(model.R_last_tip).T
    sine = _dot(y, R_last[:, :, 0]) - _dot(x, R_last[:, :, 1])
    cosine = _dot(x, R_last[:, :, 0]) + _dot(y, R_last[:, :, 1])
    roll = _nearest_turn(np.arctan2(sine, cosine), near[:, 3])
    return np.stack([yaw, pitch, way - insertion_offset(model), roll], axis=1)


def _yaw_pitch(u: Array) -> tuple[Array, Array]:
    return (
        np.arctan2(u[:, 0], -u[:, 2]),
        np.arctan2(-u[:, 1], np.hypot(u[:, 0], u[:, 2])),
    )


def _side(yaw: Array, pitch: Array) -> Array:
    return np.stack(
        [-np.sin(yaw) * np.sin(pitch), -np.cos(pitch), np.cos(yaw) * np.sin(pitch)], axis=1
    )


def _nearest_turn(angle: Array, near: Array) -> Array:
    turned: Array = angle + math.tau * np.round((near - angle) / math.tau)
    return turned


def _dot(v: Array, w: Array) -> Array:
    result: Array = np.einsum('ij,ij->i', v, w)
    return result


def _finite(what: str, values: ArrayLike) -> Array:
    array = np.asarray(values, dtype=float)
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        at = ', '.join(map(str, wrong[0].tolist()))
        raise KinematicsError(
            f'{what}[{at}] is {array[tuple(wrong[0])]}; allowed: finite numbers; leave such '
            'poses out'
        )
    return array
