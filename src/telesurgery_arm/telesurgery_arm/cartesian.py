"""From a wanted tip pose to joint positions that every limit agrees with."""

from __future__ import annotations

from collections.abc import Sequence

from telesurgery_arm import rcm
from telesurgery_arm.description import ArmModel
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.inverse import Outcome, solver_for
from telesurgery_arm.kinematics import forward_once
from telesurgery_arm.limits import Clamp, Limit
from telesurgery_arm.workspace import Workspace
from telesurgery_core.transforms import Array


class UnreachableError(CommandRefusedError):
    """No joint positions bring the tip near the wanted pose."""

    def __init__(self, clamp: Clamp) -> None:
        """Say it with the limit that stands in the way."""
        super().__init__(
            f'{clamp}; allowed: a point that the tool reaches through its port; move the goal'
        )
        self.clamp = clamp


class CartesianGoals:
    """Workspace, inverse kinematics, joint limits and the RCM guard of one arm, in this order."""

    def __init__(self, model: ArmModel, workspace: Workspace) -> None:
        """Raise KinematicsError for a chain without a closed form."""
        self._model = model
        self._solver = solver_for(model)
        self._workspace = workspace

    def goal(
        self, T_rcm_tip: Array, q: Sequence[float], *, rewind: bool
    ) -> tuple[list[float], tuple[Clamp, ...]]:
        """Return the joint goal ``(n,)`` for a pose ``(4, 4)``, seen from ``q``, and what acted.

        ``rewind`` allows the roll joint a whole turn. Raises UnreachableError.
        """
        p_now = forward_once(self._model, q)[:3, 3]
        T, outside = self._workspace.clamp(T_rcm_tip, p_now)
        solution = self._solver.solve(T, q, rewind=rewind)
        if solution.outcome is Outcome.UNREACHABLE:
            raise UnreachableError(Clamp(Limit.REACH, 'tip', float(T[2, 3]), 0.0, 'm'))
        goal, held = rcm.guard(self._model, q, solution.q)
        return goal, (*outside, *solution.clamps, *held)
