"""Closed-form inverse kinematics of a wristed instrument (PSM): six joints, a full tip pose.

With ``p`` the tip, ``y5`` the wrist-yaw axis and ``w`` the wrist-pitch centre: ``w`` lies on the
shaft, and ``p = w + a x5`` with ``x5`` at right angles to ``y5``. Shaft, ``x5`` and ``y5`` lie in
one plane through the RCM whose normal is the wrist-pitch axis ``n``, so ``n`` is along ``p x y5``
and everything else follows by plane geometry.

What the pose leaves open is a sign of ``n`` and a sign of the way from the RCM to ``w``. Only one
choice is within the limits while the wrist is past the RCM; the others show how far beyond its
limits a wrist would have to bend, and serve to stay near the reference there.

Where roll or wrist pitch are at a limit, yaw, pitch and insertion are found anew with these two as
they are: the tip stays where it is wanted and its orientation gives way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from telesurgery_arm.description import ArmModel
from telesurgery_arm.errors import KinematicsError
from telesurgery_arm.limits import AxisLimits, Clamp, Limit
from telesurgery_arm.shaft import aim, direction, insertion_offset, nearest_turn, side, yaw_pitch
from telesurgery_arm.solution import Outcome, Solution, above_port
from telesurgery_arm.vectors import Vector, combined, cross, dot, unit
from telesurgery_core.transforms import Array

_DAMPED = math.sin(math.radians(5.0))
"""Sine of the angle between wrist-yaw axis and ``p`` below which ``n`` is damped. With the wrist
past the RCM this lies beyond the wrist's own limit, so nothing that can be reached is lost."""
_EXACT = 1e-9
"""The same with the wrist inside the cannula, where the singularity lies within the limits."""
_CENTRE = 1e-6
"""With the tip this close to the RCM [m] the pose says nothing of yaw and pitch."""
_WRIST_CENTRE = 1e-8
"""The same for the centre of the wrist; rounding of the pose turns the shaft by 1e-9 rad there."""


@dataclass(frozen=True, slots=True)
class _Plane:
    """The plane through the RCM that the shaft and the wrist lie in."""

    p: Vector
    """The tip."""
    n: Vector
    """The plane's normal: the wrist-pitch axis."""
    y5: Vector
    """The wrist-yaw axis."""
    x6: Vector
    """The last joint's x axis."""
    damped: bool
    """The normal was taken from the reference, in part."""

    def reversed(self) -> _Plane:
        """Return the same plane with its normal on the other side."""
        n = (-self.n[0], -self.n[1], -self.n[2])
        return _Plane(self.p, n, self.y5, self.x6, self.damped)


class InstrumentSolver:
    """Solver for one kind of instrument."""

    def __init__(self, model: ArmModel) -> None:
        """Raise KinematicsError unless the model is a remote-centre arm with such a wrist."""
        self._offset = insertion_offset(model)
        pitch, yaw = model.joints[4:]
        quarter = -math.pi / 2
        if any(
            (joint.alpha, joint.offset, joint.d) != (quarter, quarter, 0.0)
            for joint in (pitch, yaw)
        ):
            raise KinematicsError(
                f'the wrist is {pitch}, {yaw}; allowed: alpha and offset of -pi/2, d of 0; '
                'solve this arm numerically or correct arms.yaml'
            )
        self._a = yaw.a
        self._R_last_tip = model.R_last_tip
        self._limits = AxisLimits.of_chain(model)
        names = self._limits.names
        self._placing, self._bending = names[:3], names[3:5]

    def solve(self, T: Array, reference: Sequence[float], *, rewind: bool = False) -> Solution:
        """Return joint positions for ``T_rcm_tip`` ``(4, 4)``, nearest to ``reference`` ``(6,)``.

        The roll joint turns further than a whole turn. A solution continues the reference's turn
        and stops at the limit; with ``rewind`` it may be a whole turn away instead (for moves,
        never for following).
        """
        rows = T.tolist()
        p: Vector = (rows[0][3], rows[1][3], rows[2][3])
        # Axes of the last joint's frame: x6, and z6 which is y5.
        x6, y5 = (_times(rows, self._R_last_tip[row]) for row in (0, 2))
        distance = math.sqrt(dot(p, p))
        centred = distance < _CENTRE
        if centred:  # it may as well lie a little way along the shaft
            p, distance = combined(_CENTRE, direction(*reference[:2]), 0.0, p), _CENTRE
        inside = distance < self._a - self._offset
        n, damped = self._wrist_pitch_axis(
            p, distance, y5, reference, _EXACT if inside else _DAMPED
        )
        if damped:
            y5 = unit(combined(1.0, y5, -dot(y5, n), n))
        plane = _Plane(p, n, y5, x6, damped or centred)
        first = self._solve_plane(plane, 1.0, reference, rewind=rewind)
        if first.outcome is Outcome.REACHED and not inside:
            return first
        others = [
            self._solve_plane(facing, sign, reference, rewind=rewind)
            for facing in (plane, plane.reversed())
            for sign in ((1.0, -1.0) if inside else (1.0,))
        ]
        return min(others, key=lambda solution: self._rank(solution, reference))

    def _wrist_pitch_axis(
        self,
        p: Vector,
        distance: float,
        y5: Vector,
        reference: Sequence[float],
        threshold: float,
    ) -> tuple[Vector, bool]:
        """Return the wrist-pitch axis, pulled towards the reference's where it is undetermined."""
        n = cross(p, y5)
        length = math.sqrt(dot(n, n))
        share = length / (threshold * distance)
        if share >= 1.0:
            return unit(n), False
        yaw, pitch, _, roll, _, _ = reference
        x3, z3 = side(yaw, pitch), direction(yaw, pitch)
        last = combined(-math.sin(roll), x3, math.cos(roll), cross(z3, x3))
        if abs(dot(last, p)) > (1.0 - _EXACT) * distance:
            last = x3  # the reference's own axis points at the tip: any other will do
        weight = math.copysign(share * share, dot(last, n))
        if length > 0.0:
            last = combined(1.0 - abs(weight), last, weight / length, n)
        # Whatever is blended, the plane must go through the tip.
        return unit(combined(1.0, last, -dot(last, p) / (distance * distance), p)), True

    def _solve_plane(
        self, plane: _Plane, sign: float, reference: Sequence[float], *, rewind: bool
    ) -> Solution:
        """Solve within a plane, with the wrist past (+1) or before (-1) the RCM."""
        p, n, y5, x6, damped = plane.p, plane.n, plane.y5, plane.x6, plane.damped
        x5 = cross(y5, n)
        w = combined(1.0, p, -self._a, x5)
        way = math.copysign(math.sqrt(dot(w, w)), sign)
        centred = abs(way) < _WRIST_CENTRE
        if centred:
            u = direction(reference[0], reference[1])
            way = dot(w, u)
        else:
            u = (w[0] / way, w[1] / way, w[2] / way)
        yaw, pitch = yaw_pitch(u)
        x3, x4 = side(yaw, pitch), cross(n, u)
        roll = math.atan2(dot(x4, cross(u, x3)), dot(x4, x3))
        q = (
            *(yaw, pitch, way - self._offset, self._turned(roll, reference[3], rewind)),
            nearest_turn(math.atan2(-dot(y5, u), dot(x5, u)), reference[4]),
            nearest_turn(math.atan2(dot(x6, x5), dot(x6, n)), reference[5]),
        )
        clamped, clamps = self._limits.clamp_position(q)
        if clamped[3] != q[3] or clamped[4] != q[4]:
            try:
                clamped, more = self._limits.clamp_position(
                    self._aim(p, clamped[3], clamped[4], dot(p, u), x6, reference[5])
                )
            except ValueError:
                near = Clamp(
                    Limit.CENTRE,
                    'tip',
                    math.sqrt(dot(p, p)),
                    self._a * abs(math.sin(clamped[4])),
                    'm',
                )
                return Solution(tuple(reference), Outcome.UNREACHABLE, (near,))
            clamps = (*(clamp for clamp in clamps if clamp.what in self._bending), *more)
        if u[2] >= 0.0 and not self._limits.lower[0] <= yaw <= self._limits.upper[0]:
            return Solution(tuple(reference), Outcome.UNREACHABLE, (above_port(p),))
        reached = Outcome.LIMITED if clamps else Outcome.REACHED
        singular = damped or centred
        return Solution(tuple(clamped), Outcome.SINGULAR if singular else reached, clamps)

    def _aim(
        self,
        p: Vector,
        roll: float,
        wrist_pitch: float,
        ahead: float,
        x6: Vector,
        wrist_yaw: float,
    ) -> tuple[float, ...]:
        """Return the joints that bring the tip to ``p`` with this roll and wrist pitch.

        The wrist yaw brings ``x6`` as near as it can, within half a turn of ``wrist_yaw``. Raises
        ValueError when ``p`` is too close to the RCM.
        """
        c, s = math.cos(wrist_pitch), math.sin(wrist_pitch)
        aside = self._a * s
        yaw, pitch, along = aim(p, aside * math.cos(roll), aside * math.sin(roll), ahead)
        u, x3 = direction(yaw, pitch), side(yaw, pitch)
        x4 = combined(math.cos(roll), x3, math.sin(roll), cross(u, x3))
        nearest = math.atan2(dot(x6, combined(s, x4, c, u)), dot(x6, cross(u, x4)))
        insertion = along - self._a * c - self._offset
        return yaw, pitch, insertion, roll, wrist_pitch, nearest_turn(nearest, wrist_yaw)

    def _turned(self, roll: float, reference: float, rewind: bool) -> float:
        turned = nearest_turn(roll, reference)
        if rewind and turned > self._limits.upper[3]:
            return turned - math.tau
        if rewind and turned < self._limits.lower[3]:
            return turned + math.tau
        return turned

    def _rank(self, solution: Solution, reference: Sequence[float]) -> tuple[bool, bool, float]:
        """Order solutions: the tip there before the tip elsewhere, then by nearness."""
        distance = sum(
            abs(value - last) / (upper - lower)
            for value, last, lower, upper in zip(
                solution.q, reference, self._limits.lower, self._limits.upper, strict=True
            )
        )
        elsewhere = solution.outcome is Outcome.UNREACHABLE or any(
            clamp.what in self._placing for clamp in solution.clamps
        )
        return elsewhere, bool(solution.clamps), distance


def _times(rows: list[list[float]], v: Sequence[float]) -> Vector:
    """Return the rotation in ``rows`` times ``v``."""
    (r0, r1, r2, _), (s0, s1, s2, _), (t0, t1, t2, _), _ = rows
    a, b, c = v
    return (r0 * a + r1 * b + r2 * c, s0 * a + s1 * b + s2 * c, t0 * a + t1 * b + t2 * c)
