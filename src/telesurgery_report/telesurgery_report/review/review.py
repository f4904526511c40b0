"""Everything that a review says of one session, worked out once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.transforms import Array
from telesurgery_report.review.decisions import Decision, decisions_of, holders_in_words
from telesurgery_report.review.evidence import Evidence
from telesurgery_report.review.holds import FOLLOWING, HOLD, Hold, holds_of, seconds_in
from telesurgery_report.review.movement import Movement, bimanual_share, movement_of
from telesurgery_report.review.network import Network, needs_of, network_of
from telesurgery_report.review.tremor import Tremor, tremors_of
from telesurgery_report.review.verdict import Measured, TipFollowing, Verdict, judge
from telesurgery_report.review.work import during, work_of
from telesurgery_report.session import NS_PER_S, Integers, PointTrack

SERIOUS = ('emergency stop', 'fault')
NOT_YET = ('powered off', 'disabled', 'homing')
"""States before an arm can be driven for the first time."""


@dataclass(frozen=True, slots=True)
class Engaging:
    """How the operator used one arm."""

    arm: str
    hand: str
    engagements: int
    engaged_s: float
    following_s: float
    """Of it, as far as the supervisor's rows tell."""


@dataclass(frozen=True, slots=True)
class Review:
    """What is said of a session."""

    evidence: Evidence
    verdict: Verdict
    measured: Measured
    network: Network
    needs: tuple[str, ...]
    holds: tuple[Hold, ...]
    decisions: tuple[Decision, ...]
    holders: str
    """Who held the arms, in words; empty: it was not recorded."""
    tips: Mapping[str, PointTrack]
    """By arm: where the tip was while hands drove the robot, in the patient frame."""
    setpoints: Mapping[str, PointTrack]
    """By arm: where it was told to be then."""
    movements: Mapping[str, Movement]
    """By arm, of those that moved then."""
    bimanual: float
    """Share of the moving time in which both instruments moved; NaN with fewer than two."""
    tremors: tuple[Tremor, ...]
    engagings: tuple[Engaging, ...]
    clutch_presses: int | None

    @property
    def name(self) -> str:
        """Name of the session."""
        return self.evidence.name


def review(evidence: Evidence) -> Review:
    """Work out everything that is said of a session."""
    session = evidence.session
    network = network_of(evidence)
    holds = tuple(holds_of(evidence))
    work = work_of(evidence)
    tips = during(work, evidence.tips)
    moved = {
        arm: movement
        for arm, track in tips.items()
        if (movement := movement_of(arm, track, session.start_ns)) is not None
        and movement.moving_s > 0.2
    }
    measured = _measured(evidence, network, holds)
    instruments = [moved[arm] for arm in moved if arm.startswith('PSM')]
    return Review(
        evidence=evidence,
        verdict=judge(measured),
        measured=measured,
        network=network,
        needs=tuple(needs_of(network)),
        holds=holds,
        decisions=decisions_of(evidence.events),
        holders=holders_in_words(evidence.holders),
        tips=tips,
        setpoints=during(work, evidence.setpoints),
        movements=moved,
        bimanual=bimanual_share(*instruments[:2]) if len(instruments) > 1 else math.nan,
        tremors=tuple(tremors_of(evidence)),
        engagings=tuple(_engagings(evidence)),
        clutch_presses=_presses(evidence),
    )


def _measured(evidence: Evidence, network: Network, holds: tuple[Hold, ...]) -> Measured:
    analysis = evidence.analysis
    latency = analysis.latency
    stopped = _stopped(evidence)
    total = latency.total_ms if latency else network.one_way_ms
    surgeon = evidence.links.get('surgeon') or next(iter(evidence.links.values()), None)
    return Measured(
        seconds=evidence.session.seconds,
        followed_s=seconds_in(evidence, FOLLOWING),
        held_s=seconds_in(evidence, HOLD),
        stopped=next(iter(stopped.values()), ''),
        stopped_arms=tuple(stopped),
        holds=holds,
        states_known=bool(evidence.arms),
        network=network,
        total_p50_ms=_percentile(total, 50.0),
        total_p99_ms=_percentile(total, 99.0),
        round_trip_p50_ms=_median(surgeon.round_trip_p50_ms) if surgeon else math.nan,
        tips=tuple(
            TipFollowing(arm, tracked.lag_ms, tracked.rms_mm)
            for arm, tracked in analysis.tracking.items()
        ),
        rcm_max_mm=max((float(d.max()) for d in analysis.shaft_mm.values()), default=math.nan),
        real_time_factor=_median(analysis.real_time_factors),
        other_reason=_commonest_reason(evidence),
    )


def _stopped(evidence: Evidence) -> dict[str, str]:
    """Return why arms that had been ready came into a state that ends a session, by arm."""
    stopped: dict[str, str] = {}
    for arm, states in evidence.arms.items():
        was_well = False
        for state, reason in zip(states.state, states.reason, strict=True):
            if was_well and state in SERIOUS:
                stopped.setdefault(arm, reason or state)
            was_well |= state not in (*SERIOUS, *NOT_YET)
    return stopped


def _commonest_reason(evidence: Evidence) -> str:
    said = Counter(r for states in evidence.arms.values() for r in states.reason if r)
    return said.most_common(1)[0][0] if said else ''


def _engagings(evidence: Evidence) -> list[Engaging]:
    found = []
    for commands in evidence.commands:
        if not commands.engaged.any():
            continue
        t = commands.stamp_ns / NS_PER_S
        step = np.minimum(np.diff(t, append=t[-1]), 0.5)
        following = _following_at(evidence, commands.arm, commands.stamp_ns)
        found.append(
            Engaging(
                commands.arm,
                commands.hand,
                len(np.unique(commands.epoch[commands.engaged])),
                float(step[commands.engaged].sum()),
                float(step[commands.engaged & following].sum()),
            )
        )
    return found


def _following_at(evidence: Evidence, arm: str, stamps: Integers) -> NDArray[np.bool_]:
    states = evidence.arms.get(arm)
    if states is None or not len(states.stamp_ns):
        return np.zeros(len(stamps), dtype=bool)
    follows = np.array([state == FOLLOWING for state in states.state])
    index = np.clip(np.searchsorted(states.stamp_ns, stamps, side='right') - 1, 0, None)
    found: NDArray[np.bool_] = follows[index]
    return found


def _presses(evidence: Evidence) -> int | None:
    if not evidence.clutch.size:
        return None
    return int((np.diff(evidence.clutch.astype(int), prepend=0) > 0).sum())


def _median(values: Array | None) -> float:
    known = np.zeros(0) if values is None else values[np.isfinite(values)]
    return float(np.median(known)) if known.size else math.nan


def _percentile(values: Array, percent: float) -> float:
    return float(np.percentile(values, percent)) if values.size else math.nan
