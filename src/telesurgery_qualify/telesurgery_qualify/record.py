"""The report as JSON: every figure with its unit, and the findings."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from telesurgery_qualify.confidence import CONFIDENCE, Bounds
from telesurgery_qualify.finding import Finding
from telesurgery_qualify.losses import Loss
from telesurgery_qualify.measurement import DirectionFigures, Measurement
from telesurgery_qualify.requirements import SOURCES
from telesurgery_qualify.verdict import Verdict

FORMAT = 1


def record(measurement: Measurement, findings: Sequence[Finding], verdict: Verdict) -> str:
    """Return the report as JSON text; what is not known is null."""
    evidence = measurement.evidence
    plan = evidence.plan
    content = {
        'format': FORMAT,
        'verdict': verdict.grade.value,
        'summary': verdict.summary,
        'link': evidence.name,
        'emulated': evidence.is_emulated,
        'sealed': evidence.is_sealed,
        'started': evidence.started,
        'ended_early': evidence.ended_early or None,
        'confidence_of_each_bound': CONFIDENCE,
        'load': {
            'seconds': plan.seconds,
            'control_rate_hz': plan.control_rate_hz,
            'control_bytes': plan.control_bytes,
            'video_mbit_s': plan.video_mbit_s,
            'return_video_mbit_s': plan.return_video_mbit_s,
            'video_rate_hz': plan.video_rate_hz,
        },
        'requirements': [_finding(finding) for finding in findings],
        'round_trip_ms': {
            'count': len(measurement.round_trips.ms),
            'effective_count': measurement.round_trips.effective,
            **{
                f'p{100 * level:g}': _bounds(bounds)
                for level, bounds in measurement.round_trips.quantiles().items()
            },
            'max': max(measurement.round_trips.ms, default=None),
        },
        'share_of_time_above': {
            f'{limit:g}_ms': share for limit, share in measurement.share_of_time_above.items()
        },
        'longest_interruption_ms': measurement.longest_gap_ms,
        'directions': {
            direction.value: _direction(figures)
            for direction, figures in measurement.directions.items()
        },
        'clock': None
        if measurement.clock is None
        else {
            'offset_ms': measurement.clock.offset_ms,
            'uncertainty_ms': measurement.clock.uncertainty_ms,
        },
        'sources': {source.name: source.reference for source in SOURCES},
    }
    return json.dumps(_plain(content), indent=2, allow_nan=False) + '\n'


def _finding(finding: Finding) -> dict[str, object]:
    return {
        'key': finding.requirement.key,
        'title': finding.requirement.title,
        'limit': finding.requirement.limit,
        'limit_is': 'at most' if finding.requirement.at_most else 'at least',
        'unit': finding.requirement.unit,
        'weight': finding.requirement.weight.value,
        'status': finding.status.value,
        'value': finding.value,
        'low': finding.low,
        'high': finding.high,
        'measured': finding.measured,
        'reason': finding.reason,
        'needed_s': finding.needed_s,
        'sources': [source.name for source in finding.requirement.sources],
    }


def _direction(figures: DirectionFigures) -> dict[str, object]:
    continuity = figures.continuity
    return {
        'jitter_ms': _bounds(figures.transit.jitter_ms),
        'control_frames': _loss(figures.control_loss),
        'datagrams': None if figures.datagram_loss is None else _loss(figures.datagram_loss),
        'pictures': _loss(figures.pictures),
        'control_mbit_s': _bounds(figures.control_mbit_s),
        'video_mbit_s': _bounds(figures.video_mbit_s),
        'seconds': continuity.seconds,
        'seconds_with_an_interruption': continuity.bad_seconds,
        'longest_gap_ms': continuity.longest_gap_ms,
        'interruptions': [
            {'start_s': span.start_s, 'length_ms': span.length_ms}
            for span in continuity.interruptions
        ],
        'sender_skipped_ratio': figures.skipped_ratio,
    }


def _loss(loss: Loss) -> dict[str, object]:
    return {
        'expected': loss.expected,
        'lost': loss.lost,
        'bursts': loss.bursts,
        'longest_burst': loss.longest_burst,
        'ratio': _bounds(loss.ratio),
    }


def _bounds(bounds: Bounds) -> dict[str, float]:
    return {'value': bounds.value, 'low': bounds.low, 'high': bounds.high}


def _plain(value: Any) -> Any:
    """Replace what JSON cannot say (NaN, infinity) by null."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
