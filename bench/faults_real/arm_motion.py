"""What one arm did among real processes, after something had failed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from faults_study.measures import (
    ArmMotion,
    Commanded,
    farthest,
    path,
    uncommanded,
    until_it_stands,
)
from faults_study.tips import tips_of

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array

STILL_M_S = 2e-3
"""A tip in Gazebo that stands trembles by less."""
STILL_WINDOW_S = 0.06
LEAST_POINTS = 3
"""Of a way that has a speed."""
FOLLOWED = ('following', 'aligning')


@dataclass(frozen=True)
class Moments:
    """Of one run, on the monotonic clock [s]."""

    struck_at: float
    """The fault began to come."""
    fault_at: float
    """It was there; from here times count."""
    act_at: float
    """The operator acted."""


@dataclass(frozen=True)
class Way:
    """A tip's way."""

    at: Array
    """Times ``(n,)`` [s]."""
    p: Array
    """Places ``(n, 3)`` [m]."""

    @classmethod
    def of_all(cls, robot: RobotDescription, times: Array, joints: Array) -> dict[str, Way]:
        """Return the way of every arm's tip, from the positions of all joints ``(n, 25)``."""
        return {arm: cls(times, p) for arm, p in tips_of(robot, joints).items()}

    def between(self, begin: float, end: float) -> Way:
        """Return the part of it between two moments [s]."""
        chosen = (self.at >= begin) & (self.at <= end)
        return Way(self.at[chosen], self.p[chosen])


def arm_motion(
    body: Way,
    told: Way,
    states: list[tuple[float, str]],
    commanded: Commanded,
    moments: Moments,
    back_s: float,
    *,
    dead: bool,
    slow: bool,
) -> ArmMotion:
    """Return what an arm did: the way of its tip, ``body``, and the one that it was ``told``.

    ``states``: what the supervisor has said of it, with times; ``back_s``: how long a command may
    take [s]; ``dead``: nobody can command it from the fault on; ``slow``: its body is slow or
    gives way, so that what it is told says more of the arm.
    """
    way = told if slow else body
    p0 = way.p[: max(1, int(np.searchsorted(way.at, commanded.at[0])))].mean(axis=0)
    held = next(
        (at for at, state in states if at > moments.struck_at and state not in FOLLOWED), None
    )
    if dead:
        held = moments.fault_at
    held_s = None if held is None else max(held - moments.fault_at, 0.0)
    after = way.between(moments.struck_at, moments.act_at)
    if len(after.at) < LEAST_POINTS:  # no joint has been seen since
        return ArmMotion(held_s, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    until = np.inf if held is None else held
    rest = _last_motion(after)
    rests = held is not None and after.at[-1] - after.at[rest] > STILL_WINDOW_S

    # A hand that turns round stands, too; nobody moves the arm only when it is held as well.
    stands = max(rest, int(np.searchsorted(after.at, until)))

    def outside(part: Way) -> float:
        if len(part.at) < LEAST_POINTS:
            return 0.0
        return float(uncommanded(part.at, part.p, commanded, p0, back_s, until).max(initial=0.0))

    braking = told.between(until, moments.act_at).p
    return ArmMotion(
        held_s=held_s,
        rest_s=max(float(after.at[rest]) - moments.fault_at, 0.0) if rests else None,
        path_m=path(after.p[: rest + 1 : 5]),
        braking_m=0.0 if dead else path(until_it_stands(braking)),
        uncommanded_m=0.0 if dead else outside(after),
        after_rest_m=farthest(after.p[stands:]) if rests and not dead else 0.0,
        end_speed_m_s=0.0,
        body_m=outside(body.between(moments.struck_at, moments.act_at)) if slow else 0.0,
    )


def _last_motion(way: Way) -> int:
    """Return the index from which a tip stands."""
    last = len(way.at) - 1
    ahead = np.minimum(np.searchsorted(way.at, way.at + STILL_WINDOW_S), last)
    moving = np.linalg.norm(way.p[ahead] - way.p, axis=1) > STILL_M_S * STILL_WINDOW_S
    newest = int(np.flatnonzero(moving)[-1]) if moving.any() else 0
    return min(int(ahead[newest]), last)
