"""The tip on its way: from wanted poses, as they come, to what the joints shall do in this tick.

Here are the first stages of a tick: interpolation between wanted poses, inverse kinematics with
the limits of position, the guard of the remote centre. The limits of speed, acceleration and jerk
along the way follow (``telesurgery_arm.pursuit``), then the guarding of all arms together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from telesurgery_arm import rcm
from telesurgery_arm.axes import Axes
from telesurgery_arm.cartesian import Acted, CartesianGoals, UnreachableError
from telesurgery_arm.description import ArmModel
from telesurgery_arm.interpolation import PoseInterpolation
from telesurgery_arm.kinematics import forward_once
from telesurgery_arm.limits import Scaling
from telesurgery_arm.workspace import Workspace
from telesurgery_core.transforms import Array

KNOT_M, KNOT_RAD = 0.0005, 0.02
"""The way is solved at knots no further apart than this; between them the joints go straight,
which is within a micrometre of the tip's straight line."""
BEND_RAD = 0.05
"""Where a joint turns by more than this from knot to knot, near a singularity, every tick is one:
the tip, 9.1 mm beside the wrist's axis, would leave its line by 3 um otherwise."""
FASTEST_M_S, FASTEST_RAD_S = 0.25, 10.0
"""No way is faster than this: about what the joints can do, a knot a tick at 500 Hz. Where much is
to be made up for at once, after a gap, the joints would else go straight to its far end, and the
tip beside its line."""
AHEAD_S = 0.0025
"""The way waits for joints that are behind by more than they can go in this time [s]: so they stay
on it, and a motion that is too fast is slowed down on its path."""
MEAN_S = 0.1
"""Over this time [s] it is told how much it is slowed down."""
NOW = 1e-6
"""What is due within this time [s] is due now."""


class Guidance:
    """Leads the joints of one arm along wanted tip poses ``T_rcm_tip``."""

    def __init__(
        self,
        model: ArmModel,
        chain: Axes,
        workspace: Workspace,
        *,
        nearest: bool,
        extrapolation_s: float,
    ) -> None:
        """Raise KinematicsError for a chain without a closed form.

        ``nearest``: go to the nearest pose when one is out of reach, else stay. The motion of the
        wanted poses is continued for ``extrapolation_s`` [s] past the newest one.
        """
        self._model = model
        self._chain = chain
        self._goals = CartesianGoals(model, workspace, nearest=nearest)
        self._extrapolation = extrapolation_s
        self._way: PoseInterpolation | None = None
        self._reference: Sequence[float] = chain.q
        self._due = self._knot = 0.0  # time until the next knot, and from knot to knot
        self._share = 1.0  # of the speed asked for that the way has
        self._pace = 1.0  # of it that the joints have had of late

    def aim(self, T_rcm_tip: Array, spread_s: float) -> None:
        """Want the tip at ``(4, 4)``; wanted poses are about ``spread_s`` [s] apart."""
        if self._way is None:
            self._reference = self._chain.stopping_point
            self._way = PoseInterpolation(forward_once(self._model, self._reference))
        ahead = min(self._extrapolation / spread_s, 1.0) if spread_s > 0.0 else 0.0
        self._way.aim(T_rcm_tip, spread_s, ahead)
        metres, radians = self._way.length
        least_s = max(metres / FASTEST_M_S, radians / FASTEST_RAD_S)
        self._share = 1.0
        if spread_s < least_s:
            if spread_s > 0.0:  # else it was as fast as it can
                self._share = spread_s / least_s
            spread_s = least_s
            self._way.spread_over(spread_s)
        self._knot = spread_s / max(metres / KNOT_M, radians / KNOT_RAD, 1.0)
        self._due = 0.0

    def release(self) -> None:
        """Want nothing any more."""
        self._way = None

    def step(self, dt: float) -> tuple[Acted, ...]:
        """Say where the joints shall go during the next ``dt`` [s]; return the limits that acted.

        A pose out of reach leaves them where they were going.
        """
        if self._way is None or dt <= 0.0:
            return ()
        guarded = rcm.is_near_cannula(self._model, self._chain.q, self._reference)
        if self._due > 0.0 and not guarded:
            self._due -= dt
            return ()
        waits = self._chain.is_behind(AHEAD_S)
        self._pace += dt / MEAN_S * ((0.0 if waits else self._share) - self._pace)
        if waits and not guarded:
            return (Scaling(self._pace),)
        ahead = dt if guarded else max(min(self._knot, self._way.left), dt)
        q, acted = self._solved(self._way, ahead)
        if ahead > dt and self._bends(q):
            ahead = dt
            q, acted = self._solved(self._way, ahead)
        if self._share < 1.0:
            acted = (Scaling(self._pace), *acted)
        self._way.advance(ahead)
        self._due = math.inf if self._way.left == 0.0 else ahead - dt - NOW
        self._reference = q
        if guarded:
            goal, held = rcm.guard_step(self._model, self._chain, q, dt)
            acted = (*acted, *held)
        else:
            goal = list(q)
        self._chain.follow(goal, ahead)
        return acted

    def _solved(
        self, way: PoseInterpolation, ahead: float
    ) -> tuple[Sequence[float], tuple[Acted, ...]]:
        try:
            return self._goals.solve(
                way.after(ahead), self._chain.q, self._reference, rewind=False
            )
        except UnreachableError as error:
            return self._reference, error.clamps

    def _bends(self, q: Sequence[float]) -> bool:
        return any(
            abs(after - before) > BEND_RAD
            for after, before in zip(q, self._reference, strict=True)
        )

    def solve(self, T_rcm_tip: Array, *, rewind: bool) -> tuple[list[float], tuple[Acted, ...]]:
        """Return joint positions ``(n,)`` for a move to a pose ``(4, 4)``, and what acted.

        ``rewind`` allows the roll joint a whole turn. Raises UnreachableError.
        """
        q = self._chain.q
        goal, acted = self._goals.solve(T_rcm_tip, q, q, rewind=rewind)
        allowed, held = rcm.guard_way(self._model, q, goal)
        return allowed, (*acted, *held)
