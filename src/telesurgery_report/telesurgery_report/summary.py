"""The figures of a session as ``summary.json`` has them: units in names, null where not known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_report.analysis import Analysis
from telesurgery_report.counters import hold_reasons, total
from telesurgery_report.session import Session

Summary = dict[str, object]

DRIVEN_ARM = 'PSM1'
"""The arm whose tip is judged."""


def summarise(session: Session, analysis: Analysis, settings: Mapping[str, str]) -> Summary:
    """Return the summary of a session; every number is rounded to what it can bear.

    ``settings`` are what the bags do not know, such as the name of the input; they go before what
    the bags say. ``missing`` explains every null.
    """
    latency, tracked = analysis.latency, analysis.tracking.get(DRIVEN_ARM)
    summary: Summary = {
        'real_time_factor_median': _median(analysis.real_time_factors),
        'endoscope_hz': _rounded(analysis.endoscope_hz, 2),
        'software_latency_ms': _distribution(latency.software_ms if latency else None),
        'relay_latency_ms': _distribution(analysis.relay_ms),
        'injected_delay_ms': _median(latency.injected_ms if latency else None),
        'tip_lag_ms': _rounded(tracked.lag_ms if tracked else None, 2),
        'tip_rms_mm': _rounded(tracked.rms_mm if tracked else None, 4),
        'rcm_max_mm': _largest(analysis.shaft_mm),
        'frames_sent': analysis.frames_sent,
        'frames_lost': analysis.frames_lost,
        'holds': analysis.holds,
        **_settings(session, settings),
        **_sample_counts(session, analysis),
        **_details(session, analysis),
    }
    return summary | {'missing': _missing(summary, analysis)}


def _settings(session: Session, given: Mapping[str, str]) -> Summary:
    profiles = {side: counters.profile for side, counters in session.link_sides.items()}
    same = len(set(profiles.values())) == 1
    said = ', '.join(f'{profile} ({side})' for side, profile in profiles.items())
    return {
        'link': next(iter(profiles.values())) if same else said or None,
        'input': None,
        'simulator': session.simulator.simulator or None,
        'seconds': round(session.seconds, 2),
        **given,
    }


def _sample_counts(session: Session, analysis: Analysis) -> Summary:
    latency, tracked = analysis.latency, analysis.tracking.get(DRIVEN_ARM)
    endoscope = session.cameras.get('endoscope')
    return {
        'real_time_factor_samples': _size(analysis.real_time_factors),
        'endoscope_samples': len(endoscope) if endoscope else 0,
        'software_latency_samples': _size(latency.software_ms if latency else None),
        'software_latency_unmatched': latency.unmatched if latency else None,
        'relay_latency_samples': _size(analysis.relay_ms),
        'tip_samples': _size(tracked.stamp_ns if tracked else None),
        'rcm_samples': sum(distances.size for distances in analysis.shaft_mm.values()),
    }


def _details(session: Session, analysis: Analysis) -> Summary:
    latency = analysis.latency
    endoscope = session.cameras.get('endoscope')
    width, height = endoscope.size_px.min(axis=0).tolist() if endoscope else (None, None)
    return {
        'endoscope_width_px': width,
        'endoscope_height_px': height,
        'relays': session.relay_passages.relays or None,
        'software_latency_stages_ms': {
            'before_link': _distribution(latency.before_link_ms if latency else None),
            'link': _distribution(latency.link_ms if latency else None),
            'after_link': _distribution(latency.after_link_ms if latency else None),
        },
        'total_latency_ms': _distribution(latency.total_ms if latency else None),
        'tracking': {
            arm: {
                'lag_ms': _rounded(tracked.lag_ms, 2),
                'rms_mm': _rounded(tracked.rms_mm, 4),
                'samples': int(tracked.stamp_ns.size),
            }
            for arm, tracked in analysis.tracking.items()
        },
        'rcm_max_by_arm_mm': {
            arm: _rounded(float(distances.max()), 4)
            for arm, distances in analysis.shaft_mm.items()
        },
        'link_sides': {
            side: {
                'profile': counters.profile,
                'frames_sent': total(counters.frames_sent),
                'frames_lost': total(counters.frames_lost),
                'round_trip_p50_ms': _last_known(counters.round_trip_p50_ms),
            }
            for side, counters in session.link_sides.items()
        },
        'hold_reasons': hold_reasons(session.safety),
    }


def _missing(summary: Summary, analysis: Analysis) -> dict[str, str]:
    """Return the reason for every figure that is null, and for every arm that was not measured."""
    reasons = dict(analysis.missing)
    if 'software_latency_ms' in reasons:
        reasons['injected_delay_ms'] = reasons['software_latency_ms']
    if f'tracking.{DRIVEN_ARM}' in reasons:
        reasons['tip_lag_ms'] = reasons['tip_rms_mm'] = reasons.pop(f'tracking.{DRIVEN_ARM}')
    if not analysis.shaft_mm:
        reasons['rcm_max_mm'] = '/simulator/link_poses has no pose of any shaft'
    settings = {
        'link': '/link/status was not recorded',
        'input': 'the bags do not say what the input was; give --setting input=NAME',
        'simulator': '/simulator/state was not recorded',
    }
    return reasons | {key: why for key, why in settings.items() if summary[key] is None}


def _distribution(values: Array | None) -> dict[str, float | None]:
    if values is None:
        return {'median': None, 'p99': None}
    return {
        'median': round(float(np.median(values)), 3),
        'p99': round(float(np.percentile(values, 99)), 3),
    }


def _median(values: Array | None) -> float | None:
    return None if values is None else round(float(np.median(values)), 4)


def _largest(by_arm: Mapping[str, Array]) -> float | None:
    return _rounded(max((float(values.max()) for values in by_arm.values()), default=None), 4)


def _last_known(values: Array) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(known[-1]), 3) if known.size else None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _size(values: np.ndarray | None) -> int:
    return 0 if values is None else int(values.size)
