"""Judges the figures of a run by the requirements, one finding each."""

from __future__ import annotations

import math
from collections.abc import Iterable

from telesurgery_link.channels import Direction
from telesurgery_qualify.confidence import Bounds, trials_to_show
from telesurgery_qualify.delay_judgement import judge_hand_to_picture, judge_round_trip
from telesurgery_qualify.finding import Finding, Status, compared, undecided
from telesurgery_qualify.measurement import DirectionFigures, Measurement
from telesurgery_qualify.requirements import (
    AVAILABILITY,
    CLOCK_SYNC,
    CONTROL_BANDWIDTH,
    HAND_TO_PICTURE_IDEAL,
    HAND_TO_PICTURE_SAFE,
    JITTER,
    JITTER_STRICT,
    LOSS,
    ROUND_TRIP,
    VIDEO_BANDWIDTH,
    Requirement,
)
from telesurgery_qualify.words import bounded, direction_name, span

_GRAVITY = {Status.PASS: 0, Status.UNDECIDED: 1, Status.FAIL: 2}
NOTHING_CAME = 'nothing came that could be measured'


def judge(measurement: Measurement) -> tuple[Finding, ...]:
    """Return a finding for every requirement, in the order of the report."""
    return (
        judge_hand_to_picture(HAND_TO_PICTURE_SAFE, measurement),
        judge_hand_to_picture(HAND_TO_PICTURE_IDEAL, measurement),
        judge_round_trip(ROUND_TRIP, measurement),
        _judge_jitter(JITTER, measurement),
        _judge_jitter(JITTER_STRICT, measurement),
        _judge_loss(measurement),
        _judge_control_bandwidth(measurement),
        _judge_video_bandwidth(measurement),
        _judge_availability(measurement),
        _judge_clocks(measurement),
    )


def _worst(requirement: Requirement, found: Iterable[tuple[Direction, Bounds]]) -> Finding:
    """Return the finding about the direction that fares worst."""
    known = [(direction, bounds) for direction, bounds in found if not math.isnan(bounds.value)]
    if not known:
        return undecided(requirement, NOTHING_CAME)
    sign = 1.0 if requirement.at_most else -1.0
    direction, bounds = max(
        known,
        key=lambda entry: (_GRAVITY[compared(requirement, entry[1])], sign * entry[1].value),
    )
    status = compared(requirement, bounds)
    reason = {
        Status.PASS: 'the bounds lie within the limit, in both directions',
        Status.FAIL: f'the bounds lie beyond the limit, {direction_name(direction)}',
        Status.UNDECIDED: 'the bounds leave both open; a longer run narrows them',
    }[status]
    if len(known) < 2:
        reason += '; the other direction is not known'
        status = Status.UNDECIDED if status is Status.PASS else status
    measured = f'{bounded(bounds, requirement.unit)} ({direction_name(direction)})'
    return Finding(requirement, status, measured, reason, bounds.value, bounds.low, bounds.high)


def _judge_jitter(requirement: Requirement, measurement: Measurement) -> Finding:
    return _worst(
        requirement,
        (
            (direction, figures.transit.jitter_ms)
            for direction, figures in measurement.directions.items()
        ),
    )


def _judge_loss(measurement: Measurement) -> Finding:
    return _worst(
        LOSS,
        (
            (direction, _percent(_loss_of(figures)))
            for direction, figures in measurement.directions.items()
        ),
    )


def _loss_of(figures: DirectionFigures) -> Bounds:
    loss = figures.datagram_loss or figures.control_loss
    return loss.ratio


def _judge_control_bandwidth(measurement: Measurement) -> Finding:
    plan = measurement.evidence.plan
    offered = plan.control_rate_hz * plan.control_bytes * 8.0 / 1e6
    if offered < CONTROL_BANDWIDTH.limit:
        return undecided(CONTROL_BANDWIDTH, f'only {offered:.2f} Mbit/s were sent')
    return _worst(
        CONTROL_BANDWIDTH,
        (
            (direction, figures.control_mbit_s)
            for direction, figures in measurement.directions.items()
        ),
    )


def _judge_video_bandwidth(measurement: Measurement) -> Finding:
    """Judge every direction in which enough video was sent."""
    plan = measurement.evidence.plan
    tested = {
        direction: measurement.directions[direction].video_mbit_s
        for direction in measurement.directions
        if plan.video_mbit_s_towards(direction) >= VIDEO_BANDWIDTH.limit
    }
    if not tested:
        offered = max(plan.video_mbit_s, plan.return_video_mbit_s)
        return undecided(
            VIDEO_BANDWIDTH, f'only {offered:g} Mbit/s of video were sent; raise --video'
        )
    direction, bounds = min(tested.items(), key=lambda entry: _low_first(entry[1]))
    if math.isnan(bounds.value):
        return undecided(VIDEO_BANDWIDTH, NOTHING_CAME)
    status = compared(VIDEO_BANDWIDTH, bounds)
    reason = {
        Status.PASS: f'of {plan.video_mbit_s_towards(direction):g} Mbit/s sent',
        Status.FAIL: f'of {plan.video_mbit_s_towards(direction):g} Mbit/s sent; the rest was lost',
        Status.UNDECIDED: 'the bounds leave both open; a longer run narrows them',
    }[status]
    measured = f'{bounded(bounds, "Mbit/s")} ({direction_name(direction)})'
    return Finding(
        VIDEO_BANDWIDTH, status, measured, reason, bounds.value, bounds.low, bounds.high
    )


def _low_first(bounds: Bounds) -> float:
    return -math.inf if math.isnan(bounds.value) else bounds.value


def _judge_availability(measurement: Measurement) -> Finding:
    """Judge the direction with more bad seconds, a second being a trial."""
    watched = {
        direction: figures.continuity
        for direction, figures in measurement.directions.items()
        if figures.continuity.seconds
    }
    if not watched:
        return undecided(AVAILABILITY, NOTHING_CAME)
    direction, worst = max(watched.items(), key=lambda entry: entry[1].bad_seconds)
    bounds = _percent(worst.availability)
    status = compared(AVAILABILITY, bounds)
    needed_s = trials_to_show(1.0 - AVAILABILITY.limit / 100.0)
    if status is Status.FAIL:
        reason = (
            f'{worst.bad_seconds} of {worst.seconds} s had an interruption; '
            f'so many do not happen by chance at {AVAILABILITY.limit:g} %'
        )
    elif worst.bad_seconds:
        reason = f'{worst.bad_seconds} of {worst.seconds} s had an interruption'
    else:
        reason = (
            f'{worst.seconds} s without an interruption show at least {bounds.low:.3g} %; '
            f'to show {AVAILABILITY.limit:g} % takes {span(needed_s)} without a single one'
        )
    measured = f'{bounds.value:.4g} % of seconds ({direction_name(direction)})'
    return Finding(
        AVAILABILITY, status, measured, reason, bounds.value, bounds.low, bounds.high, needed_s
    )


def _judge_clocks(measurement: Measurement) -> Finding:
    if measurement.evidence.is_emulated:
        return undecided(CLOCK_SYNC, 'both ends are on this machine and have one clock')
    clock = measurement.clock
    if clock is None:
        return undecided(CLOCK_SYNC, 'the offset of the clocks is not known')
    apart, unsure = abs(clock.offset_ms), clock.uncertainty_ms
    bounds = Bounds(apart, max(0.0, apart - unsure), apart + unsure)
    status = compared(CLOCK_SYNC, bounds)
    reason = {
        Status.PASS: 'offset and uncertainty together lie within the limit',
        Status.FAIL: 'the offset is larger than its uncertainty can explain',
        Status.UNDECIDED: (
            'an exchange of datagrams cannot tell an offset from a path that is longer one way; '
            'compare with a clock at both ends (PTP, GNSS)'
        ),
    }[status]
    measured = f'{clock.offset_ms:+.2f} ms ± {unsure:.2f} ms'
    return Finding(CLOCK_SYNC, status, measured, reason, apart, bounds.low, bounds.high)


def _percent(share: Bounds) -> Bounds:
    return Bounds(100.0 * share.value, 100.0 * share.low, 100.0 * share.high)
