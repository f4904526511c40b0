"""Judges delays by a limit that may be exceeded in 1 % of the cases."""

from __future__ import annotations

from telesurgery_qualify.confidence import Bounds, trials_to_show
from telesurgery_qualify.finding import Finding, Status
from telesurgery_qualify.finding import undecided as nothing_known
from telesurgery_qualify.measurement import Measurement
from telesurgery_qualify.requirements import ALLOWED_SHARE, CODEC_AND_DISPLAY_MS, Requirement
from telesurgery_qualify.words import bounded, share_percent

NOTHING_WENT_ROUND = 'no control frame went there and back'


def judge_round_trip(requirement: Requirement, measurement: Measurement) -> Finding:
    """Return the finding about single round trips: 99 % of them must keep the limit."""
    trips = measurement.round_trips
    if len(trips.ms) == 0:
        return nothing_known(requirement, NOTHING_WENT_ROUND)
    share = trips.share_above(requirement.limit)
    p99 = trips.quantiles()[0.99]
    return _found(
        requirement,
        measurement,
        share,
        p99,
        f'99 % within {bounded(p99, "ms")}',
        f'{share_percent(share.value)} are longer; allowed: 1 %',
    )


def judge_hand_to_picture(requirement: Requirement, measurement: Measurement) -> Finding:
    """Return the finding about what a surgeon waits for: 99 % of the time within the limit.

    The time is that since what was last known of the other side was asked for, interruptions
    included, with ``CODEC_AND_DISPLAY_MS`` on top.
    """
    if len(measurement.round_trips.ms) == 0:
        return nothing_known(requirement, NOTHING_WENT_ROUND)
    extra_ms = CODEC_AND_DISPLAY_MS
    share = measurement.ages.share_bounds(requirement.limit - extra_ms)
    median = measurement.round_trips.quantiles()[0.5]
    shifted = Bounds(median.value + extra_ms, median.low + extra_ms, median.high + extra_ms)
    return _found(
        requirement,
        measurement,
        share,
        shifted,
        f'{bounded(shifted, "ms")} at the median, {extra_ms:.1f} ms of it for codec and display',
        f'longer for {share_percent(share.value)} of the time; allowed: 1 %',
    )


def _found(
    requirement: Requirement,
    measurement: Measurement,
    share: Bounds,
    figure: Bounds,
    measured: str,
    reason: str,
) -> Finding:
    status, needed_s = Status.UNDECIDED, None
    if share.high <= ALLOWED_SHARE:
        status = Status.PASS
    elif share.low > ALLOWED_SHARE:
        status = Status.FAIL
    else:
        # After an exceedance nobody can say how many more would come.
        needed_s = _needed_s(measurement) if share.value == 0.0 else None
        reason += f', but it may be {share_percent(share.low)} to {share_percent(share.high)}'
    return Finding(
        requirement, status, measured, reason, figure.value, figure.low, figure.high, needed_s
    )


def _needed_s(measurement: Measurement) -> float:
    """Return how long a run in which the limit is always kept would have to be [s]."""
    trips = measurement.round_trips
    spanned_s = float(trips.at_s[-1]) or 1.0
    return trials_to_show(ALLOWED_SHARE) * spanned_s / trips.effective
