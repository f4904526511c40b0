"""The step of one arm in one tick: as it is wanted, as it may be, and what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from telesurgery_arm.guarding.projection import project
from telesurgery_arm.guarding.skeleton import Posture
from telesurgery_core.transforms import Array

ROTATION_LENGTH = 0.05
"""One radian of the tip's rotation weighs as much as this way [m]: what is in the way stops the
tip rather than turning the tool."""
_JOINTS_WEIGHT = 1e-8
"""Weight of the joints themselves, which keeps the metric regular near singularities."""
_JAW_WEIGHT = 1.0
"""Weight of the jaw: what is in the arm's way neither opens nor closes it [m^2]."""


@dataclass(frozen=True)
class JointLimits:
    """Of all joints of an arm's targets, the jaw's included, as arrays ``(joints,)``."""

    lower: Array
    upper: Array
    velocity: Array


@dataclass
class Row:
    """One limit of an arm's step: ``toward @ step <= bound``."""

    toward: Array
    bound: float


class ArmStep:
    """What one arm wants to do in this tick, and what it may do.

    Attributes:
        wanted: its step as it is wanted ``(joints,)`` [rad or m].
        allowed: its step as it may be, so far.
        rows: what limits it, by check and pair.
    """

    def __init__(
        self, q: list[float], target: list[float], limits: JointLimits, *, on_path: bool
    ) -> None:
        """Go from ``q`` to ``target`` ``(joints,)``; ``on_path``: the step may only be shorter."""
        self.q = np.array(q)
        self.wanted: Array = np.array(target) - self.q
        self.allowed = self.wanted
        self.rows: dict[tuple[int, int], Row] = {}
        self._target = target
        self._limits = limits
        self._on_path = on_path
        self._M_inverse: Array | None = None
        self._moves = target != q

    @property
    def moves(self) -> bool:
        """Whether the allowed step leads anywhere."""
        return self._moves

    def solve(self, posture: Posture, dt: float) -> None:
        """Find the allowed step: the nearest to the wanted one within all rows and limits."""
        rows = list(self.rows.values())
        if self._on_path:
            self.allowed = self.wanted * _share(rows, self.wanted)
            return
        if self._M_inverse is None:
            self._M_inverse = np.asarray(np.linalg.inv(_metric(posture)), dtype=float)
        A = np.array([row.toward for row in rows])
        b = np.array([row.bound for row in rows])
        wanted = self._with_shorter_jaw(rows) if posture.skeleton.has_jaw else self.wanted
        step = self._within_positions(wanted, A, b, self._M_inverse)
        fastest = float((np.abs(step) / self._limits.velocity).max()) / dt
        self.allowed = step / fastest if fastest > 1.0 else step

    def shorten(self, share: float) -> None:
        """Go only a share (0..1) of the allowed step."""
        self.allowed = share * self.allowed
        self._moves = share > 0.0 and self._moves

    def end(self) -> list[float]:
        """Return where the allowed step leads ``(joints,)``; the very target if it is allowed."""
        if self.allowed is self.wanted:
            return self._target
        end = np.minimum(np.maximum(self.q + self.allowed, self._limits.lower), self._limits.upper)
        within: list[float] = end.tolist()
        return within

    def _with_shorter_jaw(self, rows: Sequence[Row]) -> Array:
        """Return the wanted step with a jaw that keeps all rows by itself.

        A jaw that opens against something stops; it does not push its arm away.
        """
        alone = np.zeros_like(self.wanted)
        alone[-1] = self.wanted[-1]
        share = _share(rows, alone)
        if share == 1.0:
            return self.wanted
        wanted = self.wanted.copy()
        wanted[-1] *= share
        return wanted

    def _within_positions(self, wanted: Array, A: Array, b: Array, M_inverse: Array) -> Array:
        """Project; a joint that would pass its position limit becomes a row as well."""
        up, down = self._limits.upper - self.q, self.q - self._limits.lower
        held: set[tuple[int, int]] = set()
        step = project(wanted, A, b, M_inverse)
        for _ in range(3):
            passed = {(j, 1) for j in np.nonzero(step > up + 1e-9)[0].tolist()}
            passed |= {(j, -1) for j in np.nonzero(-step > down + 1e-9)[0].tolist()}
            if passed <= held:
                break
            held |= passed
            more = np.zeros((len(held), len(step)))
            most = np.zeros(len(held))
            for row, (joint, sign) in enumerate(sorted(held)):
                more[row, joint] = sign
                most[row] = max(up[joint] if sign > 0 else down[joint], 0.0)
            step = project(wanted, np.concatenate([A, more]), np.concatenate([b, most]), M_inverse)
        return step


def _share(rows: Sequence[Row], wanted: Array) -> float:
    """Return the largest share (0..1) of a step that all rows allow."""
    share = 1.0
    for row in rows:
        speed = float(row.toward @ wanted)
        if speed > max(row.bound, 0.0):
            share = min(share, max(row.bound, 0.0) / speed)
    return share


def _metric(posture: Posture) -> Array:
    """Return the metric of steps ``(joints, joints)``: what they do to the tip."""
    J = posture.tip_jacobian()
    J[3:] *= ROTATION_LENGTH
    M = J.T @ J
    weight = np.full(len(M), _JOINTS_WEIGHT)
    if posture.skeleton.has_jaw:
        weight[-1] = _JAW_WEIGHT
    M[np.diag_indices_from(M)] += weight
    return M
