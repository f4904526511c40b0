"""The guard of the remote centre: no lateral motion while the tool is not through its cannula.

The chain keeps the remote centre still at every joint position (yaw and pitch turn about it). But
with the tip inside the cannula or above it, a small sideways motion of the tip asks for large yaw
and pitch, which would lever the cannula. So Cartesian and teleoperated goals move such a tool only
along its shaft: yaw and pitch stay, insertion, roll and wrist are free. Joint commands are not
guarded: they say themselves what yaw and pitch shall do.
"""

from __future__ import annotations

from collections.abc import Sequence

from telesurgery_arm.axes import Axes
from telesurgery_arm.description import ArmModel
from telesurgery_arm.limits import ROUNDING, Clamp, Limit

YAW, PITCH, INSERTION = 0, 1, 2
"""Where these joints stand in the chain of every arm."""
RE_ENTRY = 0.01
"""Over this depth past the cannula [m] the lateral speed may grow from none to the limit."""
BRAKING_WAY = 0.01
"""More than a tool needs to stop in [m]: 0.2 m/s against 2 m/s^2, three times as much, is 3 mm."""
STILL = 1e-4
"""Yaw and pitch slower than this [rad/s] stand: what they still do is less than a micrometre."""


def is_through_cannula(model: ArmModel, insertion: float) -> bool:
    """Return whether the tool at this insertion [m] is through its cannula."""
    return insertion >= model.cannula_insertion


def is_near_cannula(model: ArmModel, q: Sequence[float], goal: Sequence[float]) -> bool:
    """Return whether the way from ``q`` to ``goal`` ``(n,)`` comes to where the guard acts."""
    end = model.cannula_insertion
    depth = min(q[INSERTION], goal[INSERTION])
    return depth < end + RE_ENTRY + BRAKING_WAY and end > model.joints[INSERTION].lower


def guard_way(
    model: ArmModel, q: Sequence[float], goal: Sequence[float]
) -> tuple[list[float], tuple[Clamp, ...]]:
    """Return a Cartesian goal ``(n,)`` that is safe to move to from ``q``, and what was held back.

    If the way begins or ends inside the cannula, yaw and pitch stay where they are.
    """
    shallowest = min(q[INSERTION], goal[INSERTION])
    if is_through_cannula(model, shallowest):
        return list(goal), ()
    return [q[YAW], q[PITCH], *goal[INSERTION:]], _held_back(model, q, goal, shallowest)


def guard_step(
    model: ArmModel, chain: Axes, goal: Sequence[float], dt: float
) -> tuple[list[float], tuple[Clamp, ...]]:
    """Return a Cartesian goal ``(n,)`` for the next ``dt`` [s] that is safe to follow.

    The tool does not get into the cannula before yaw and pitch stand, and out of it their speed
    grows with the depth, up to ``RE_ENTRY``.
    """
    end = model.cannula_insertion
    stop = chain.stopping_point
    depth = min(chain.q[INSERTION], stop[INSERTION])
    shallowest = min(depth, goal[INSERTION])
    if shallowest < end:
        insertion = goal[INSERTION]
        if max(abs(chain.qd[YAW]), abs(chain.qd[PITCH])) > STILL:
            insertion = max(insertion, min(end, stop[INSERTION]))
        held = [stop[YAW], stop[PITCH], insertion, *goal[INSERTION + 1 :]]
        return held, _held_back(model, stop, goal, shallowest)
    freedom = max(depth - end, 0.0) / RE_ENTRY
    if freedom >= 1.0:
        return list(goal), ()
    share = 1.0
    for axis in (YAW, PITCH):
        way, most = abs(goal[axis] - stop[axis]), freedom * chain.limits.velocity[axis] * dt
        if way * share > most:
            share = most / way
    lateral = [stop[axis] + share * (goal[axis] - stop[axis]) for axis in (YAW, PITCH)]
    return [*lateral, *goal[INSERTION:]], ()


def _held_back(
    model: ArmModel, q: Sequence[float], goal: Sequence[float], insertion: float
) -> tuple[Clamp, ...]:
    lateral = max(abs(goal[YAW] - q[YAW]), abs(goal[PITCH] - q[PITCH]))
    if lateral <= ROUNDING:
        return ()
    return (Clamp(Limit.CANNULA, 'tip', insertion, model.cannula_insertion, 'm'),)
