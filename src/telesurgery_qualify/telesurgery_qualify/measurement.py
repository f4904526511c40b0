"""All figures of a run, computed once from its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_link.channels import Direction
from telesurgery_qualify.ages import Ages, ages
from telesurgery_qualify.bandwidth import control_mbit_s, video_mbit_s
from telesurgery_qualify.confidence import Bounds, mean_bounds
from telesurgery_qualify.evidence import DirectionEvidence, Evidence
from telesurgery_qualify.interruptions import Continuity, continuity
from telesurgery_qualify.load import Kind
from telesurgery_qualify.losses import Loss, control_loss, datagram_loss, picture_loss
from telesurgery_qualify.round_trip import RoundTrips, round_trips
from telesurgery_qualify.samples import Samples
from telesurgery_qualify.transit import Transit, transit

AGES_MS = (100.0, 200.0, 300.0)
"""Ages whose share of the time is told."""


@dataclass(frozen=True, slots=True, eq=False)
class DirectionFigures:
    """What one direction did."""

    transit: Transit
    continuity: Continuity
    control_loss: Loss
    datagram_loss: Loss | None
    """None: the session's own count is not known."""
    pictures: Loss
    control_mbit_s: Bounds
    video_mbit_s: Bounds
    video_by_second_mbit_s: NDArray[np.float64]
    skipped_ratio: float
    """Share of control frames that the sender was too slow to send; NaN: it did not say."""


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """How far the two clocks are apart."""

    offset_ms: float
    uncertainty_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """What the run showed."""

    evidence: Evidence
    directions: Mapping[Direction, DirectionFigures]
    round_trips: RoundTrips
    measured_by: Direction | None
    """The direction whose receiver completed these round trips; None: there is none."""
    ages: Ages
    """How old what that receiver knew was."""
    clock: ClockFigures | None

    @property
    def share_of_time_above(self) -> dict[float, float]:
        """Share of the time in which what was known was older than each of ``AGES_MS``."""
        return {limit: self.ages.share_above(limit) for limit in AGES_MS}

    @property
    def longest_gap_ms(self) -> float:
        """The longest gap of either direction [ms]; NaN: nothing came."""
        gaps = [figures.continuity.longest_gap_ms for figures in self.directions.values()]
        known = [gap for gap in gaps if not np.isnan(gap)]
        return max(known, default=float('nan'))


def measure(evidence: Evidence) -> Measurement:
    """Return the figures of a run."""
    heard = _who_tells_round_trips(evidence)
    samples, ended_ns = Samples.of([]), 0
    if heard is not None:
        seen = evidence.directions[heard]
        samples, ended_ns = seen.control, seen.ended_ns
    return Measurement(
        evidence,
        {direction: _direction(evidence, seen) for direction, seen in evidence.directions.items()},
        round_trips(samples),
        heard,
        ages(samples, ended_ns),
        _clock(evidence),
    )


def _who_tells_round_trips(evidence: Evidence) -> Direction | None:
    """Prefer the surgeon, who waits for what the instruments do; else whoever has any."""
    for direction in (Direction.PATIENT_TO_SURGEON, Direction.SURGEON_TO_PATIENT):
        seen = evidence.directions.get(direction)
        if seen is not None and len(round_trips(seen.control).ms):
            return direction
    return None


def _direction(evidence: Evidence, seen: DirectionEvidence) -> DirectionFigures:
    by_second = video_mbit_s(seen.readings, seen.control)
    return DirectionFigures(
        transit(seen.control),
        continuity(seen.control, round(1e9 / evidence.plan.control_rate_hz), seen.ended_ns),
        control_loss(seen),
        datagram_loss(seen),
        picture_loss(seen),
        mean_bounds(control_mbit_s(seen.control)),
        mean_bounds(by_second),
        by_second,
        _skipped(seen),
    )


def _skipped(seen: DirectionEvidence) -> float:
    if seen.sent is None:
        return float('nan')
    skipped, sent = seen.sent.skipped[Kind.CONTROL], seen.sent.frames[Kind.CONTROL]
    return skipped / (skipped + sent) if sent else float('nan')


def _clock(evidence: Evidence) -> ClockFigures | None:
    """Return the last word of either session about the other clock, the surer one."""
    found = [
        ClockFigures(reading.offset_ns / 1e6, reading.offset_uncertainty_ns / 1e6)
        for seen in evidence.directions.values()
        for reading in seen.readings[-1:]
        if reading.offset_ns is not None and reading.offset_uncertainty_ns is not None
    ]
    return min(found, key=lambda clock: clock.uncertainty_ms, default=None)
