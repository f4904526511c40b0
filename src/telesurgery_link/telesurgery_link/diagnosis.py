"""What the figures of a link mean: in order, to be watched, or not fit for work.

The bounds are those that surgeons and requirements name: a round trip up to 200 ms is ideal and up
to 300 ms judged safe by all; jitter up to 10 ms is accepted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from telesurgery_link.report import LinkReport, PathReport

IDEAL_MS, SAFE_MS = 200.0, 300.0
"""Round trip, 95 %."""
JITTER_MS = 10.0
LOSS_WATCHED, LOSS_UNFIT = 0.01, 0.10
CLOCK_STEP_NS = 50_000_000
"""A clock set by more makes stamps of before and after incomparable."""


class Level(Enum):
    """How bad it is; the values are those of diagnostic_msgs/DiagnosticStatus."""

    OK = 0
    WARN = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One finding."""

    name: str
    level: Level
    message: str
    values: tuple[tuple[str, str], ...] = ()


def diagnose(report: LinkReport, clock_step_ns: int) -> list[Diagnosis]:
    """Return a finding about each aspect of the link.

    ``clock_step_ns`` is by how much this machine's clock was set while the gateway ran.
    """
    return [
        _connection(report),
        _security(report),
        _timeliness(report),
        _loss(report),
        _clock(report, clock_step_ns),
        *(_path(path, report) for path in report.paths),
    ]


def _connection(report: LinkReport) -> Diagnosis:
    level = Level.OK if report.connected else Level.ERROR
    values = (
        ('newest frame [ms ago]', _figure(report.newest_age_ms)),
        ('newest control message, age [ms]', _figure(report.control_age_ms)),
        ('frames sent', str(report.frames_sent)),
        ('frames received', str(report.frames_received)),
        ('datagrams refused', str(report.frames_refused)),
    )
    return Diagnosis('connection', level, report.state.value, values)


def _security(report: LinkReport) -> Diagnosis:
    if not report.sealed:
        return Diagnosis('security', Level.WARN, 'INSECURE: anybody on the way can read and forge')
    values = (('keys agreed on', str(report.key_exchanges)),)
    if not report.key_exchanges:
        return Diagnosis('security', Level.WARN, 'sealed; no key is agreed on yet', values)
    return Diagnosis('security', Level.OK, 'sealed', values)


def _timeliness(report: LinkReport) -> Diagnosis:
    p50, p95, p99 = report.round_trip_ms
    level, message = Level.OK, 'in time'
    if math.isnan(p95):
        level, message = Level.WARN, 'not known'
    elif p95 > SAFE_MS:
        level, message = Level.ERROR, f'round trip above {SAFE_MS:g} ms: not judged safe'
    elif p95 > IDEAL_MS:
        level, message = Level.WARN, f'round trip above {IDEAL_MS:g} ms'
    elif report.jitter_ms > JITTER_MS:
        level, message = Level.WARN, f'jitter above {JITTER_MS:g} ms'
    values = (
        ('round trip p50, p95, p99 [ms]', _figures(p50, p95, p99)),
        ('one way in p50, p95, p99 [ms]', _figures(*report.one_way_in_ms)),
        ('one way out p50, p95, p99 [ms]', _figures(*report.one_way_out_ms)),
        ('jitter [ms]', _figure(report.jitter_ms)),
        ('longest gap between control messages [ms]', _figure(report.control_gap_max_ms)),
    )
    return Diagnosis('timeliness', level, message, values)


def _loss(report: LinkReport) -> Diagnosis:
    level, message = Level.OK, 'next to nothing is lost'
    if math.isnan(report.loss_ratio):
        level, message = Level.WARN, 'not known'
    elif report.loss_ratio > LOSS_UNFIT:
        level, message = Level.ERROR, f'more than {LOSS_UNFIT:.0%} lost'
    elif report.loss_ratio > LOSS_WATCHED:
        level, message = Level.WARN, f'more than {LOSS_WATCHED:.0%} lost'
    values = (
        ('lost [ratio]', _figure(report.loss_ratio)),
        ('bursts', str(report.bursts.count)),
        ('mean burst [frames]', _figure(report.bursts.mean)),
        ('longest burst [frames]', str(report.bursts.longest)),
        ('reordered [ratio]', _figure(report.reordered_ratio)),
        ('repeated [ratio]', _figure(report.duplicate_ratio)),
    )
    return Diagnosis('loss', level, message, values)


def _clock(report: LinkReport, clock_step_ns: int) -> Diagnosis:
    level, message = Level.OK, 'known'
    if abs(clock_step_ns) > CLOCK_STEP_NS:
        level = Level.WARN
        message = (
            f'the clock of this machine was set by {clock_step_ns / 1e6:.0f} ms; the link goes by '
            'the clock as it was'
        )
    elif not report.clock.is_known:
        level, message = Level.WARN, "the peer's clock is not known"
    values = (
        ('offset [ms]', _figure(report.clock.offset_ns / 1e6)),
        ('uncertainty [ms]', _figure(report.clock.uncertainty_ns / 1e6)),
        ('drift [ppm]', _figure(report.clock.drift * 1e6)),
        ('estimates begun anew', str(report.clock_restarts)),
    )
    return Diagnosis('clock', level, message, values)


def _path(path: PathReport, report: LinkReport) -> Diagnosis:
    level, message = (Level.OK, 'alive') if path.alive else (Level.WARN, 'dead')
    if not any(other.alive for other in report.paths):
        level = Level.ERROR
    values = (
        ('carries media', str(path.carries_media).lower()),
        ('round trip p50, p95, p99 [ms]', _figures(*path.round_trip_ms)),
        ('lost [ratio]', _figure(path.loss_ratio)),
    )
    return Diagnosis(f'path {path.name}', level, message, values)


def _figures(*values: float) -> str:
    return ', '.join(map(_figure, values))


def _figure(value: float) -> str:
    return 'unknown' if math.isnan(value) else f'{value:.3g}'
