"""Answers to questions about an arm's kinematics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from telesurgery_arm import validation
from telesurgery_arm.arm import Arm
from telesurgery_arm.inverse import Outcome, deviation, solver_for
from telesurgery_arm.kinematics import forward_once
from telesurgery_core.transforms import Array


@dataclass(frozen=True, slots=True)
class InverseAnswer:
    """Joint positions for a pose, and how they came out."""

    q: tuple[float, ...]
    """``(n,)`` [rad or m], within the limits."""
    reached: bool
    message: str
    """In words what is not as it was asked; empty when it is."""


def forward_kinematics(arm: Arm, q: Sequence[float]) -> Array:
    """Return ``T_rcm_tip`` ``(4, 4)`` at joint positions; CommandRefusedError for invalid ones."""
    return forward_once(
        arm.model, validation.joints('jp', q, [joint.name for joint in arm.model.joints])
    )


def inverse_kinematics(arm: Arm, T_rcm_tip: Array, reference: Sequence[float]) -> InverseAnswer:
    """Return joint positions for a pose, nearest to ``reference`` (empty: to the setpoint).

    Raises CommandRefusedError for an invalid reference.
    """
    names = [joint.name for joint in arm.model.joints]
    asked = validation.joints('jp', reference, names) if len(reference) else arm.chain.q
    near, outside = arm.chain.limits.clamp_position(asked)
    solution = solver_for(arm.model).solve(T_rcm_tip, near, rewind=True)
    if solution.outcome is Outcome.REACHED:
        clamped = '; '.join(f'the reference: {clamp}' for clamp in outside)
        return InverseAnswer(solution.q, True, clamped)
    metres, radians = deviation(arm.model, solution.q, T_rcm_tip)
    limits = ''.join(f'; {clamp}' for clamp in solution.clamps)
    return InverseAnswer(
        solution.q,
        False,
        f'{solution.outcome.value}: the nearest is {1e3 * metres:.3g} mm and '
        f'{math.degrees(radians):.3g} deg away{limits}',
    )
