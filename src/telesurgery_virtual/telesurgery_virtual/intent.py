"""What became of what the hands meant: error, lag, completion and holds of one session.

The intent is where the hands were (without tremor that was added), scaled, since each engagement.
The outcome is where the tip of the arm was, in the view, since the arm first saw that engagement.
So nothing is counted twice: after a hold the next engagement begins anew, as it does for an
operator who looks at the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array
from telesurgery_core.types import Hand
from telesurgery_motion.assignment import ENDOSCOPE
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.journal import Journal, Looked

LONGEST_LAG_S, COARSE_S, FINE_S = 0.8, 0.02, 0.005
"""Lags at which intent and outcome are compared: up to here, every so far, then finer [s]."""
NONE = -1
BY_THE_OPERATOR = ('', 'operator absent', 'manual')
"""Kinds of hold that nothing was wrong with."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of one session; NaN where there is nothing to measure."""

    length_s: float
    """How long it was."""
    samples: int
    """Samples of engaged hands that the errors are made of."""
    error_mm: float
    """RMS distance of the tips from where the hands are at the same moment."""
    aligned_error_mm: float
    """The same with the lag taken out, while the arms follow."""
    lag_ms: float
    """Delay at which tips and hands lie closest."""
    intended_mm: float
    """Length of the way that the hands meant."""
    completion_ratio: float
    """Share of it during which the arms followed."""
    engagements: int
    holds: int
    """How often a monitor put an arm on hold; an operator who goes does not count."""
    hold_s: float
    """Time with at least one arm so on hold."""
    commands: int
    delay_p50_ms: float
    """From a command's stamp to its arrival."""
    delay_p99_ms: float
    jitter_ms: float
    """Mean change of that delay from arrival to arrival."""
    loss_ratio: float
    """Share of the commands that never arrived."""


@dataclass(slots=True)
class _Way:
    """One hand: what it meant at its samples, and of which engagement."""

    arm: str
    t: list[float]
    d: list[Array]
    """Displacement since the engagement, scaled [m]."""
    epoch: list[int]


def outcome_of(journal: Journal, robot: RobotDescription, scale: float, holds: int) -> Outcome:
    """Work out the figures of a session whose translation was scaled by ``scale``."""
    ways = [way for hand in Hand for way in _ways_of(journal, hand, scale)]
    tips = {way.arm: _tips_of(journal, robot, way.arm) for way in ways}
    t = np.array([look.now for look in journal.looks])
    latched = {way.arm: _latched_at(journal, way.arm) for way in ways}
    compared = [_Compared(way, t, *tips[way.arm], latched[way.arm]) for way in ways]
    lag = _best_lag(compared)
    at_once = np.concatenate([c.error(0.0) for c in compared] or [np.zeros(0)])
    aligned = np.concatenate([c.error(lag, following=True) for c in compared] or [np.zeros(0)])
    intended = sum(c.length.sum() for c in compared)
    followed = sum(float(c.length[c.follows(lag)].sum()) for c in compared)
    delays = _delays_ms(journal)
    return Outcome(
        length_s=journal.ticks[-1] - journal.ticks[0] if journal.ticks else 0.0,
        samples=int(at_once.size),
        error_mm=_rms(at_once) * 1e3,
        aligned_error_mm=_rms(aligned) * 1e3,
        lag_ms=lag * 1e3,
        intended_mm=float(intended) * 1e3,
        completion_ratio=float(followed / intended) if intended > 0.0 else math.nan,
        engagements=len({(way.arm, e) for way in ways for e in way.epoch if e != NONE}),
        holds=holds,
        hold_s=_hold_seconds(journal.looks, {way.arm for way in ways}),
        commands=len(journal.samples),
        delay_p50_ms=_percentile(delays, 50.0),
        delay_p99_ms=_percentile(delays, 99.0),
        jitter_ms=float(np.abs(np.diff(delays)).mean()) if delays.size > 1 else math.nan,
        loss_ratio=_loss(journal),
    )


class _Compared:
    """The way that a hand meant beside the way that a tip went."""

    def __init__(
        self,
        way: _Way,
        t: Array,
        tip: Array,
        following: NDArray[np.bool_],
        latched: dict[int, float],
    ) -> None:
        epoch = np.array(way.epoch, dtype=np.int64)
        self._engaged = epoch != NONE
        self._t_hand = np.array(way.t)[self._engaged]
        self._d = np.array(way.d).reshape(-1, 3)[self._engaged]
        epoch = epoch[self._engaged]
        self._t, self._tip, self._following = t, tip, following
        numbers, place = np.unique(epoch, return_inverse=True)
        self._latched = np.array([latched.get(int(e), math.inf) for e in numbers])[place]
        known = np.where(np.isfinite(self._latched), self._latched, t[-1] if t.size else 0.0)
        self._origin = self._tip_at(known)
        step = np.diff(self._d, axis=0, prepend=self._d[:1])
        step[np.diff(epoch, prepend=epoch[:1]) != 0] = 0.0
        self.length = np.linalg.norm(step, axis=1)
        """Length of the way meant from sample to sample ``(n,)`` [m]."""

    def error(self, lag: float, *, following: bool = False) -> Array:
        """Return how far the tip is, ``lag`` [s] later, from what was meant ``(n,)`` [m]."""
        at = self._t_hand + lag
        went = np.where((at >= self._latched)[:, None], self._tip_at(at) - self._origin, 0.0)
        error: Array = np.linalg.norm(self._d - went, axis=1)
        inside = at <= self._t[-1] if self._t.size else np.zeros(at.shape, dtype=bool)
        return error[inside & self.follows(lag)] if following else error[inside]

    def follows(self, lag: float) -> NDArray[np.bool_]:
        """Return at which samples the arm follows ``lag`` [s] later."""
        at = self._t_hand + lag
        index = np.clip(np.searchsorted(self._t, at, side='right') - 1, 0, None)
        follows: NDArray[np.bool_] = self._following[index] & (at >= self._latched)
        return follows

    def _tip_at(self, at: Array) -> Array:
        return np.column_stack([np.interp(at, self._t, self._tip[:, axis]) for axis in range(3)])


def _ways_of(journal: Journal, hand: Hand, scale: float) -> list[_Way]:
    """Return what a hand meant, by the arm that it drove; the endoscope's way is none of it."""
    ways: dict[str, _Way] = {}
    origin, latched_epoch = np.zeros(3), NONE
    for noted in journal.samples:
        command = noted.command.left if hand is Hand.LEFT else noted.command.right
        meant = noted.meant.hand(hand)
        if meant is None or command.arm in ('', ENDOSCOPE):
            continue
        way = ways.setdefault(command.arm, _Way(command.arm, [], [], []))
        p = meant.T_view_hand[:3, 3]
        if command.engaged and command.epoch != latched_epoch:
            origin, latched_epoch = p, command.epoch
        way.t.append(noted.now)
        way.d.append(scale * (p - origin) if command.engaged else np.zeros(3))
        way.epoch.append(command.epoch if command.engaged else NONE)
    return [way for way in ways.values() if any(epoch != NONE for epoch in way.epoch)]


def _tips_of(
    journal: Journal, robot: RobotDescription, arm: str
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the tip in the view ``(n, 3)`` [m] at every look, and whether its arm followed."""
    number = journal.arms.index(arm)
    model, joints = robot.model_of(arm), robot.joint_slice(arm)
    q = np.array([look.joints[joints][: len(model.joints)] for look in journal.looks])
    T_base_rcm = np.array([look.T_base_rcm[number] for look in journal.looks])
    p = (T_base_rcm @ forward(model, q))[:, :3, 3]
    following = np.array(
        [look.states[number] is SafetyState.FOLLOWING for look in journal.looks], dtype=bool
    )
    return p, following


def _latched_at(journal: Journal, arm: str) -> dict[int, float]:
    """Return when the arm first saw each engagement [s], of those that it was told of."""
    latched: dict[int, float] = {}
    for arrival in journal.arrivals:
        if arrival.followed:
            for name, epoch in arrival.epochs:
                if name == arm:
                    latched.setdefault(epoch, arrival.now)
    return latched


def _best_lag(compared: Sequence[_Compared]) -> float:
    """Return the lag [s] at which outcome and intent lie closest while the arms follow."""

    def mean_square(lag: float) -> float:
        errors = [c.error(lag, following=True) for c in compared]
        error = np.concatenate(errors) if errors else np.zeros(0)
        return float(np.square(error).mean()) if error.size else math.inf

    coarse = np.arange(0.0, LONGEST_LAG_S + COARSE_S, COARSE_S)
    start = float(coarse[int(np.argmin([mean_square(float(lag)) for lag in coarse]))])
    fine = np.arange(max(start - COARSE_S, 0.0), start + COARSE_S + FINE_S, FINE_S)
    means = [mean_square(float(lag)) for lag in fine]
    best = int(np.argmin(means))
    if not math.isfinite(means[best]):
        return math.nan
    if 0 < best < len(means) - 1 and math.isfinite(means[best - 1] + means[best + 1]):
        before, here, after = means[best - 1 : best + 2]
        bend = before - 2.0 * here + after
        if bend > 0.0:  # the vertex of the parabola through the three
            return float(fine[best]) + 0.5 * (before - after) / bend * FINE_S
    return float(fine[best])


def _hold_seconds(looks: Sequence[Looked], arms: set[str]) -> float:
    held = sum(any(kind not in BY_THE_OPERATOR for kind in look.kinds) for look in looks)
    return held * (looks[1].now - looks[0].now) if arms and len(looks) > 1 else 0.0


def _delays_ms(journal: Journal) -> Array:
    return np.array([1e3 * a.now - 1e-6 * a.stamp_ns for a in journal.arrivals])


def _loss(journal: Journal) -> float:
    """Return the share lost of the commands that had time enough to arrive."""
    arrived = {arrival.sequence for arrival in journal.arrivals}
    if not arrived:
        return 1.0 if journal.samples else math.nan
    newest = max(arrived)
    sent = [s.command.sequence for s in journal.samples if s.command.sequence <= newest]
    return 1.0 - sum(number in arrived for number in sent) / len(sent) if sent else math.nan


def _rms(values: Array) -> float:
    return float(np.sqrt(np.square(values).mean())) if values.size else math.nan


def _percentile(values: Array, percent: float) -> float:
    return float(np.percentile(values, percent)) if values.size else math.nan
