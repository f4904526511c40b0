"""The guard of the remote centre: no lateral motion while the tool is not through its cannula.

The chain keeps the remote centre still at every joint position (yaw and pitch turn about it). But
with the tip inside the cannula or above it, a small sideways motion of the tip asks for large yaw
and pitch, which would lever the cannula. So Cartesian and teleoperated goals move such a tool only
along its shaft. Joint commands are not guarded: they say themselves what yaw and pitch shall do.
"""

from __future__ import annotations

from collections.abc import Sequence

from telesurgery_arm.description import ArmModel
from telesurgery_arm.limits import ROUNDING, Clamp, Limit

YAW, PITCH, INSERTION = 0, 1, 2
"""Where these joints stand in the chain of every arm."""


def is_through_cannula(model: ArmModel, insertion: float) -> bool:
    """Return whether the tool at this insertion [m] is through its cannula."""
    return insertion >= model.cannula_insertion


def guard(
    model: ArmModel, q: Sequence[float], goal: Sequence[float]
) -> tuple[list[float], tuple[Clamp, ...]]:
    """Return a Cartesian goal ``(n,)`` that is safe to go to from ``q``, and what was held back.

    If the way begins or ends inside the cannula, yaw and pitch stay where they are.
    """
    shallowest = min(q[INSERTION], goal[INSERTION])
    if is_through_cannula(model, shallowest):
        return list(goal), ()
    lateral = max(abs(goal[YAW] - q[YAW]), abs(goal[PITCH] - q[PITCH]))
    clamp = Clamp(Limit.CANNULA, 'tip', shallowest, model.cannula_insertion, 'm')
    return [q[YAW], q[PITCH], *goal[INSERTION:]], (clamp,) if lateral > ROUNDING else ()
