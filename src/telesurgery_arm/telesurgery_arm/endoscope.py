"""Closed-form inverse kinematics of an endoscope arm (ECM): four joints, so a rule for the rest.

The tip's position gives yaw, pitch and insertion. The rule for roll: of all rolls, the one that
brings the tip's orientation nearest to the wanted one, by the angle between the two. With
``M = R_shaft^T R_wanted R_last_tip^T`` that is ``atan2(M10 - M01, M00 + M11)``, the maximum of the
trace. What is left of the orientation error is not an error: four joints cannot do more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from telesurgery_arm.description import ArmModel
from telesurgery_arm.limits import AxisLimits
from telesurgery_arm.shaft import direction, insertion_offset, nearest_turn, side, yaw_pitch
from telesurgery_arm.solution import Outcome, Solution, above_port
from telesurgery_arm.vectors import Vector, cross, dot
from telesurgery_core.transforms import Array

_CENTRE = 1e-6
"""With the tip this close to the RCM [m] the pose says nothing of yaw and pitch."""


class EndoscopeSolver:
    """Solver for one kind of endoscope arm."""

    def __init__(self, model: ArmModel) -> None:
        """Raise KinematicsError unless the model is a remote-centre arm without a wrist."""
        self._offset = insertion_offset(model)
        self._R_tip_last = np.array(model.R_last_tip).T
        self._limits = AxisLimits.of_chain(model)

    def solve(self, T: Array, reference: Sequence[float], *, rewind: bool = False) -> Solution:
        """Return joint positions for ``T_rcm_tip`` ``(4, 4)``, nearest to ``reference`` ``(4,)``.

        ``rewind`` changes nothing: this roll joint turns less than a whole turn.
        """
        p: Vector = tuple(T[:3, 3].tolist())
        way = math.sqrt(dot(p, p))
        singular = way < _CENTRE
        yaw, pitch = (
            (reference[0], reference[1])
            if singular
            else yaw_pitch((p[0] / way, p[1] / way, p[2] / way))
        )
        if p[2] >= 0.0 and not self._limits.lower[0] <= yaw <= self._limits.upper[0]:
            return Solution(tuple(reference), Outcome.UNREACHABLE, (above_port(p),))
        roll = nearest_turn(self._best_roll(T, yaw, pitch), reference[3])
        clamped, clamps = self._limits.clamp_position((yaw, pitch, way - self._offset, roll))
        reached = Outcome.LIMITED if clamps else Outcome.REACHED
        return Solution(tuple(clamped), Outcome.SINGULAR if singular else reached, clamps)

    def _best_roll(self, T: Array, yaw: float, pitch: float) -> float:
        x, z = side(yaw, pitch), direction(yaw, pitch)
        R_last: Array = T[:3, :3] @ self._R_tip_last
        (a, b), (c, d) = (np.array([x, cross(z, x)]) @ R_last[:, :2]).tolist()
        return math.atan2(c - b, a + d)
