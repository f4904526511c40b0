"""From a wanted tip pose to joint positions that every limit agrees with."""

from __future__ import annotations

from collections.abc import Sequence

from telesurgery_arm.description import ArmModel
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.inverse import Outcome, deviation, solver_for
from telesurgery_arm.kinematics import forward_once
from telesurgery_arm.limits import Clamp, Deviation, Scaling
from telesurgery_arm.workspace import Workspace
from telesurgery_core.transforms import Array

Acted = Clamp | Deviation | Scaling
"""A limit that acted, or what it came to."""


class UnreachableError(CommandRefusedError):
    """No joint positions bring the tip to the wanted pose, or near it."""

    def __init__(self, clamps: Sequence[Clamp]) -> None:
        """Say it with the limits that stand in the way."""
        super().__init__(
            f'{"; ".join(map(str, clamps))}; allowed: a pose that the tool reaches through its '
            'port; move the goal'
        )
        self.clamps = tuple(clamps)


class CartesianGoals:
    """Workspace, inverse kinematics, joint limits and the RCM guard of one arm, in this order."""

    def __init__(self, model: ArmModel, workspace: Workspace, *, nearest: bool) -> None:
        """Go to the nearest pose when one is out of reach, or refuse it.

        Raises KinematicsError for a chain without a closed form.
        """
        self._model = model
        self._solver = solver_for(model)
        self._workspace = workspace
        self._nearest = nearest

    def solve(
        self, T_rcm_tip: Array, q: Sequence[float], reference: Sequence[float], *, rewind: bool
    ) -> tuple[tuple[float, ...], tuple[Acted, ...]]:
        """Return joint positions ``(n,)`` for a pose ``(4, 4)``, and what acted.

        They are the nearest to ``reference``; the arm stands at ``q``. ``rewind`` allows the roll
        joint a whole turn. Raises UnreachableError.
        """
        T, outside = T_rcm_tip, tuple[Clamp, ...]()
        if not self._workspace.contains(T):
            T, outside = self._workspace.clamp(T, forward_once(self._model, q)[:3, 3])
        solution = self._solver.solve(T, reference, rewind=rewind)
        if solution.outcome is Outcome.REACHED and not outside:
            return solution.q, ()
        limited = (*outside, *solution.clamps)
        if solution.outcome is Outcome.UNREACHABLE or (limited and not self._nearest):
            raise UnreachableError(limited)
        metres, radians = deviation(self._model, solution.q, T_rcm_tip)
        why = 'the nearest within the limits' if limited else 'near a singularity'
        return solution.q, (*limited, Deviation(metres, radians, why))
