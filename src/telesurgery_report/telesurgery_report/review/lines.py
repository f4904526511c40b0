"""The numbers of a review as lines of a table: text, unit, value, sample count."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_report.review.review import Review

_NAN = math.nan


@dataclass(frozen=True, slots=True)
class Number:
    """One number."""

    section: str
    text: str
    key: str
    """Its name for programs; the unit is in it."""
    value: float
    """NaN: not measured."""
    unit: str
    count: int | None
    """Samples it is made of; None: it is itself a count."""
    digits: int = 1

    def in_words(self) -> str:
        """Return the value with its unit, as people read it."""
        if not math.isfinite(self.value):
            return '–'
        return f'{self.value:,.{self.digits}f} {self.unit}'.replace(',', ' ').rstrip()


def numbers_of(review: Review) -> list[Number]:
    """Return all numbers, in the order of the report."""
    return [
        *_session(review),
        *_delays(review),
        *_network(review),
        *_following(review),
        *_motion(review),
        *_use(review),
    ]


def _session(review: Review) -> Iterator[Number]:
    section, m = 'Session', review.measured
    rows = sum(len(states.stamp_ns) for states in review.evidence.arms.values())
    yield Number(section, 'length', 'seconds', m.seconds, 's', None)
    yield Number(section, 'at least one arm followed', 'followed_s', m.followed_s, 's', rows)
    yield Number(section, 'at least one arm on hold', 'held_s', m.held_s, 's', rows, 2)
    yield Number(section, 'holds, all arms', 'holds_count', len(review.holds), '', None, 0)
    factors = review.evidence.analysis.real_time_factors
    yield Number(
        section,
        "simulator's real-time factor, median",
        'real_time_factor',
        m.real_time_factor,
        '',
        0 if factors is None else len(factors),
        3,
    )


def _delays(review: Review) -> Iterator[Number]:
    section, latency = 'Delay of commands', review.evidence.analysis.latency
    network = review.network
    parts: dict[str, tuple[str, Array]] = {'on the link': ('link_ms', network.one_way_ms)}
    if latency is not None:
        parts |= {
            'whole way to the simulator': ('total_ms', latency.total_ms),
            'injected on purpose': ('injected_ms', latency.injected_ms),
            'software alone': ('software_ms', latency.software_ms),
            'of it console and motion': ('before_link_ms', latency.before_link_ms),
            'of it the gateways': ('gateways_ms', latency.link_ms),
            'of it the arms': ('after_link_ms', latency.after_link_ms),
        }
    for text, (key, values) in parts.items():
        for percent, name in ((50, 'median'), (99, '99 %')):
            value = float(np.percentile(values, percent)) if values.size else _NAN
            yield Number(
                section, f'{text}, {name}', f'{key[:-3]}_p{percent}_ms', value, 'ms', values.size
            )


def _network(review: Review) -> Iterator[Number]:
    section, network = 'Link', review.network
    yield Number(
        section, 'commands a second', 'command_hz', network.rate_hz, 'Hz', network.commands
    )
    yield Number(
        section, 'longest gap', 'gap_max_ms', network.longest_gap_ms, 'ms', network.gap_ms.size
    )
    yield Number(
        section, 'gaps beyond the limit', 'long_gaps_count', network.long_gaps, '', None, 0
    )
    yield Number(
        section,
        'frames lost, both ways',
        'loss_percent',
        100.0 * network.loss_ratio,
        '%',
        network.frames_sent or 0,
        3,
    )
    surgeon = review.evidence.links.get('surgeon')
    trips = surgeon.round_trip_p50_ms if surgeon else np.zeros(0)
    known = trips[np.isfinite(trips)]
    yield Number(
        section,
        'round trip, median',
        'round_trip_p50_ms',
        review.measured.round_trip_p50_ms,
        'ms',
        known.size,
    )
    for text, key, value in (
        ('sent by the surgeon, 95 %', 'send_mbit_s', network.send_mbit_s),
        ('received by the surgeon, 95 %', 'receive_mbit_s', network.receive_mbit_s),
    ):
        yield Number(section, text, key, value, 'Mbit/s', len(trips), 2)


def _following(review: Review) -> Iterator[Number]:
    section, analysis = 'Tips', review.evidence.analysis
    for arm, tracked in analysis.tracking.items():
        count = tracked.stamp_ns.size
        yield Number(section, f'{arm} behind', f'{arm}_lag_ms', tracked.lag_ms, 'ms', count)
        yield Number(
            section, f'{arm} beside its path, RMS', f'{arm}_rms_mm', tracked.rms_mm, 'mm', count, 3
        )
    for arm, distance in analysis.shaft_mm.items():
        yield Number(
            section,
            f'shaft of {arm} off its port, largest',
            f'{arm}_rcm_max_mm',
            float(distance.max()),
            'mm',
            distance.size,
            3,
        )


def _motion(review: Review) -> Iterator[Number]:
    section = 'Motion'
    for arm, m in review.movements.items():
        for text, key, value, unit, digits in (
            ('path', 'path_mm', m.path_mm, 'mm', 0),
            ('time in motion', 'moving_s', m.moving_s, 's', 1),
            ('speed in motion, mean', 'speed_mean_mm_s', m.speed_mean_mm_s, 'mm/s', 1),
            ('speed in motion, 95 %', 'speed_p95_mm_s', m.speed_p95_mm_s, 'mm/s', 1),
            ('economy of volume', 'volume_economy_ratio', m.volume_economy, '', 3),
            ('smoothness, SPARC', 'sparc', m.sparc, '', 2),
            ('smoothness, log jerk', 'log_jerk', m.log_jerk, '', 1),
        ):
            yield Number(section, f'{arm}: {text}', f'{arm}_{key}', value, unit, m.samples, digits)
    if len(review.movements) > 1:
        count = max(m.samples for m in review.movements.values())
        share = 100.0 * review.bimanual
        yield Number(
            section, 'both instruments in motion', 'bimanual_percent', share, '%', count, 0
        )


def _use(review: Review) -> Iterator[Number]:
    section, evidence = 'Hands', review.evidence
    if evidence.scale.size:
        for text, key, value in (
            ('scale, median', 'scale_median_ratio', float(np.median(evidence.scale))),
            ('scale, least', 'scale_min_ratio', float(evidence.scale.min())),
            ('scale, largest', 'scale_max_ratio', float(evidence.scale.max())),
        ):
            yield Number(section, text, key, value, '', evidence.scale.size, 2)
    if review.clutch_presses is not None:
        yield Number(
            section, 'clutch pressed', 'clutch_count', review.clutch_presses, 'times', None, 0
        )
    for use in review.engagings:
        name = f'{use.hand} to {use.arm}'
        count = use.engagements
        yield Number(
            section, f'{name}: engagements', f'{use.arm}_engagements_count', count, '', None, 0
        )
        yield Number(
            section, f'{name}: engaged', f'{use.arm}_engaged_s', use.engaged_s, 's', count
        )
        share = 100.0 * use.following_s / use.engaged_s if use.engaged_s > 0.0 else _NAN
        yield Number(
            section,
            f'{name}: of it followed',
            f'{use.arm}_followed_percent',
            share,
            '%',
            count,
        )
    for tremor in review.tremors:
        hand, seconds = tremor.hand, round(tremor.seconds)
        for text, key, value, unit in (
            ('tremor, 6 to 14 Hz', 'tremor_before_um', tremor.before_um, 'um RMS'),
            ('of it left in the commands', 'tremor_after_um', tremor.after_um, 'um RMS'),
            ('attenuation', 'tremor_db', tremor.attenuation_db, 'dB'),
        ):
            yield Number(section, f'{hand}: {text}', f'{hand}_{key}', value, unit, seconds * 100)
