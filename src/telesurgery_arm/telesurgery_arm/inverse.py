"""Inverse kinematics: joint positions for a tip pose, in closed form.

``solver_for(model)`` gives the solver of a kind of arm. A solution says how it came out, and its
joint positions are always within the joint limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from telesurgery_arm.description import ArmModel
from telesurgery_arm.endoscope import EndoscopeSolver
from telesurgery_arm.errors import KinematicsError
from telesurgery_arm.instrument import InstrumentSolver
from telesurgery_arm.kinematics import forward_once
from telesurgery_arm.solution import Outcome, Solution
from telesurgery_core.transforms import Array, rotation_angle

__all__ = ['Outcome', 'Solution', 'Solver', 'deviation', 'solver_for']


class Solver(Protocol):
    """Finds joint positions for tip poses of one kind of arm."""

    def solve(self, T: Array, reference: Sequence[float], *, rewind: bool = False) -> Solution:
        """Return joint positions for ``T_rcm_tip`` ``(4, 4)``, nearest to ``reference``."""


def solver_for(model: ArmModel) -> Solver:
    """Return the solver of a model; KinematicsError when there is no closed form for it."""
    if len(model.joints) == 6:
        return InstrumentSolver(model)
    if len(model.joints) == 4:
        return EndoscopeSolver(model)
    raise KinematicsError(
        f'the arm has {len(model.joints)} joints; allowed: 6 (instrument) or 4 (endoscope); '
        'solve this arm numerically'
    )


def deviation(model: ArmModel, q: Sequence[float], T: Array) -> tuple[float, float]:
    """Return how far the tip at ``q`` is from the pose ``T`` ``(4, 4)``: [m] and [rad]."""
    T_rcm_tip = forward_once(model, q)
    return (
        float(np.linalg.norm(T_rcm_tip[:3, 3] - T[:3, 3])),
        rotation_angle(T_rcm_tip[:3, :3].T @ T[:3, :3]),
    )
