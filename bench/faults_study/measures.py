"""What the tips did after something had failed, against what the operator had commanded.

Commanded is what the hands came to in a motion part that never fails. A tip may be anywhere within
the hull of what was commanded in the time that a command may take, and for an arm that is held,
of what was commanded in that time before the hold. Each hand swings on a line, so that the hull is
a piece of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faults_study.session import FaultSession
from faults_study.tips import DRIVEN
from telesurgery_core.transforms import Array
from telesurgery_core.types import Hand
from telesurgery_safety.states import MOTION, Motion

AT_REST_M_S = 5e-4
"""A tip that is slower stands."""
SAME_M = 1e-6
"""Points that are nearer are the same."""
LAG_S = 0.15
"""The longest gap between commands before a hold, and what the arms and the plant lag."""


@dataclass(frozen=True)
class Commanded:
    """One hand's commands as a function of the time they were made at."""

    at: Array
    """Times ``(n,)`` [s], rising."""
    p: Array
    """Displacements of the tip in the view ``(n, 3)`` [m]."""

    @classmethod
    def of(cls, session: FaultSession, hand: Hand, until: float) -> Commanded:
        """Return those of the engagement that the hand was in at first."""
        rows = []
        for at, command in session.log.commands:
            own = command.right if hand is Hand.RIGHT else command.left
            if at <= until and own.engaged:
                rows.append((at, *own.T_displacement[:3, 3]))
        table = np.array(rows)
        return cls(table[:, 0], table[:, 1:])


def uncommanded(
    times: Array, p: Array, commanded: Commanded, p0: Array, back_s: float, held_at: float
) -> Array:
    """Return how far a tip's points ``(n, 3)`` at ``times`` are outside of the hull ``(n,)`` [m].

    ``p0`` is where the tip was when the engagement began; ``back_s`` is how long a command may
    take; from ``held_at`` on nothing newer counts. A tip that stands may stay where it stands.
    """
    extent = commanded.p[np.argmax(np.linalg.norm(commanded.p, axis=1))]
    u = extent / max(float(np.linalg.norm(extent)), 1e-12)
    wanted = commanded.p @ u
    ends = np.minimum(times, held_at)
    speed = np.linalg.norm(np.gradient(p, times, axis=0), axis=1)
    moved_at = np.maximum.accumulate(np.where(speed > AT_REST_M_S, times, times[0]))
    first = np.searchsorted(commanded.at, np.minimum(ends, moved_at) - back_s)
    last = np.maximum(np.searchsorted(commanded.at, ends, side='right'), first + 1)
    along = (p - p0) @ u
    aside = np.linalg.norm(p - p0 - along[:, None] * u, axis=1)
    low = np.array([wanted[a:b].min(initial=np.inf) for a, b in zip(first, last, strict=True)])
    high = np.array([wanted[a:b].max(initial=-np.inf) for a, b in zip(first, last, strict=True)])
    beyond = np.maximum(np.maximum(low - along, along - high), 0.0)
    result: Array = np.hypot(aside, beyond)
    return result


def path(p: Array) -> float:
    """Return the length of a way ``(n, 3)`` [m]."""
    return float(np.linalg.norm(np.diff(p, axis=0), axis=1).sum())


def farthest(p: Array) -> float:
    """Return the greatest distance of points ``(n, 3)`` from the first [m]."""
    return float(np.linalg.norm(p - p[0], axis=1).max(initial=0.0)) if len(p) else 0.0


@dataclass(frozen=True)
class ArmMotion:
    """One driven arm after the fault; times count from it [s]."""

    held_s: float | None
    """When the supervisor let nobody move it any more; None: it never did."""
    rest_s: float | None
    """When its tip stood, to stand from then on; None: it went on."""
    path_m: float
    """Way from the fault to that rest."""
    braking_m: float
    """Way of its target from the hold until it stands."""
    uncommanded_m: float
    after_rest_m: float
    """Farthest from where it came to rest, before anybody acted."""
    end_speed_m_s: float
    body_m: float = 0.0
    """How far the body itself was outside of what was commanded, where what it was told is judged:
    it is slow, or gives way as a mass on a spring does."""


def arm_motion(
    session: FaultSession,
    hand: Hand,
    fault_at: float,
    act_at: float,
    delay_s: float,
    *,
    gone: bool,
    slow: bool,
) -> ArmMotion:
    """Return what the arm of ``hand`` did between the fault and the operator's act.

    ``gone``: nobody can command it from the fault on. ``slow``: its body is slow or gives way, so
    that what it is told says more of the arm.
    """
    arm = DRIVEN[hand]
    index = session.arms.index(arm)
    now = np.array(session.log.now)
    until = int(np.searchsorted(now, act_at))
    begin = int(np.searchsorted(now, fault_at))
    tips = session.tips(np.array(session.log.joints[:until]))[arm]
    told = session.tips(np.array(session.log.targets[:until]))[arm]
    body = tips
    if slow:
        tips = told
    states = [ticks[index] for ticks in session.log.states[:until]]
    may_move = np.array([MOTION[state] is Motion.TELEOPERATED for state in states])
    left = np.flatnonzero(~may_move[begin:])
    held = None if not left.size else int(left[0]) + begin
    if gone:
        held = begin
    times = now[:until]
    held_at = np.inf if held is None else float(times[held])
    moving = np.linalg.norm(np.diff(tips, axis=0), axis=1) > AT_REST_M_S / 500.0
    last_motion = int(np.flatnonzero(moving)[-1]) + 1 if moving.any() else 0
    rests = last_motion < until - 25 and held is not None
    rest = max(last_motion, begin) if rests else until - 1
    p0 = tips[int(np.searchsorted(now, _engaged_at(session))) - 1]
    commanded = Commanded.of(session, hand, act_at)

    def outside(p: Array) -> float:
        back_s, t = delay_s + LAG_S, times[begin : len(p)]
        return float(uncommanded(t, p[begin:], commanded, p0, back_s, held_at).max())

    placed = until if held is None or not slow else placed_at(told, body, held)

    return ArmMotion(
        held_s=None if held is None else held_at - fault_at,
        rest_s=float(times[rest]) - fault_at if rests else None,
        path_m=path(tips[begin : rest + 1]),
        braking_m=0.0 if held is None else path(until_it_stands(told[held - 1 : rest + 1])),
        uncommanded_m=max(outside(tips[:placed]), farthest(tips[placed:])),
        after_rest_m=farthest(tips[rest:]) if rests else 0.0,
        end_speed_m_s=float(np.linalg.norm(tips[-1] - tips[-26])) * 20.0,
        body_m=outside(body) if slow else 0.0,
    )


def placed_at(told: Array, body: Array, held: int) -> int:
    """Return the tick in which a held arm is first told to be where its body is ``(n, 3)``.

    So it begins when its joints are heard of again. That moves nothing, however far a body that
    lagged is from the line of its targets; what it is told from then on counts from there. The
    length of the way, where it never is.
    """
    changed = held + 1 + np.flatnonzero(np.linalg.norm(np.diff(told[held:], axis=0), axis=1))
    there = changed[np.linalg.norm(told[changed] - body[changed], axis=1) < SAME_M]
    return int(there[0]) if there.size else len(told)


def until_it_stands(p: Array) -> Array:
    """Return the beginning of a way ``(n, 3)``, up to where it stands for the first time.

    What a target does later is to begin where the joints are when they are heard of again.
    """
    stands = np.flatnonzero(np.linalg.norm(np.diff(p, axis=0), axis=1) == 0.0)
    return p[: stands[0] + 1] if stands.size else p


def _engaged_at(session: FaultSession) -> float:
    """Return when the hands were engaged first; they stood then."""
    return next(at for at, command in session.log.commands if command.right.engaged)
