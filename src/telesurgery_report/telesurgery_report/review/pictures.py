"""The pictures of a review, each drawn into a figure: for the page and for the PDF alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from telesurgery_core.transforms import Array
from telesurgery_report.review.movement import MOVING_M_S
from telesurgery_report.review.network import AGE_LIMIT_MS, GAP_LIMIT_MS
from telesurgery_report.review.review import Review
from telesurgery_report.review.tremor import BAND_HZ
from telesurgery_report.session import NS_PER_S, PointTrack
from telesurgery_report.style import (
    COMMANDED,
    INJECTED,
    LIMIT,
    MEASURED,
    MUTED,
    RELAYS,
    SOFTWARE,
    new_figure,
    plain,
)

ARM_COLOURS = {'PSM1': '#0072B2', 'PSM2': '#E69F00', 'PSM3': '#009E73', 'ECM': '#CC79A7'}
STATE_COLOURS = {
    'following': '#009E73',
    'clutched': '#56B4E9',
    'ready': '#d1d5db',
    'local': '#1B2A41',
    'aligning': '#a7d8c9',
    'operator absent': '#c4b5fd',
    'manual': '#f0abfc',
    'hold': '#D55E00',
    'homing': '#E69F00',
    'disabled': '#9ca3af',
    'fault': '#991b1b',
    'emergency stop': '#450a0a',
}
OTHER_STATE = '#e5e7eb'
MOST_POINTS = 2500
"""A line on paper has no room for more."""
WIDTH_IN = 9.6
STAGES = {
    'before_link_ms': ('console and motion', SOFTWARE),
    'link_ms': ('gateways', RELAYS),
    'after_link_ms': ('arms, up to the simulator', INJECTED),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, what it shows, and how it is read."""

    title: str
    note: str
    figure: Figure


def pictures_of(review: Review) -> list[Picture]:
    """Draw every picture for which there is something to show, in the order of the report."""
    draw: tuple[Callable[[Review], Picture | None], ...] = (
        _states,
        _delays_over_time,
        _delays,
        _gaps,
        _round_trips,
        _paths,
        _coordinates,
        _speeds,
        _tremor,
    )
    return [picture for one in draw if (picture := one(review)) is not None]


def _states(review: Review) -> Picture | None:
    arms = review.evidence.arms
    if not arms:
        return None
    start = review.evidence.session.start_ns
    figure = new_figure(WIDTH_IN, 0.95 + 0.34 * len(arms))
    axes = plain(figure.add_subplot())
    shown: set[str] = set()
    for row, states in enumerate(arms.values()):
        t = (states.stamp_ns - start) / NS_PER_S
        edges = [0, *(k for k in range(1, len(t)) if states.state[k] != states.state[k - 1])]
        ends = [*edges[1:], len(t) - 1]
        for a, b in zip(edges, ends, strict=True):
            state = states.state[a]
            axes.barh(
                row,
                max(t[b] - t[a], 0.02),
                left=t[a],
                height=0.66,
                color=STATE_COLOURS.get(state, OTHER_STATE),
                label=state if state not in shown else None,
            )
            shown.add(state)
    axes.set_yticks(range(len(arms)), list(arms))
    axes.invert_yaxis()
    axes.grid(axis='y', visible=False)
    axes.set_xlabel('time in the session [s]')
    axes.legend(loc='lower left', bbox_to_anchor=(0.0, 1.0), ncols=8, frameon=False, fontsize=8.5)
    rows = sum(len(states.stamp_ns) for states in arms.values())
    return Picture(
        'What the arms did',
        f"The supervisor's state of every arm (n = {rows} rows of /safety/state); "
        'orange is on hold.',
        figure,
    )


def _delays_over_time(review: Review) -> Picture | None:
    network = review.network
    if not network.one_way_ms.size:
        return None
    figure = new_figure(WIDTH_IN, 2.7)
    axes = plain(figure.add_subplot())
    order = np.argsort(network.sent_s, kind='stable')
    _points(axes, network.sent_s[order], network.one_way_ms[order], SOFTWARE, 'on the link')
    latency = review.evidence.analysis.latency
    if latency is not None:
        t = (latency.stamp_ns - review.evidence.session.start_ns) / NS_PER_S
        _points(axes, t, latency.total_ms, MEASURED, "from the masters' stamp to the simulator")
    _limit(axes, AGE_LIMIT_MS, 'not followed beyond', float(network.one_way_ms.max()))
    for hold in review.holds:
        at = (hold.start_ns - review.evidence.session.start_ns) / NS_PER_S
        axes.axvspan(at, at + hold.seconds, color=STATE_COLOURS['hold'], alpha=0.15, linewidth=0)
    axes.set(xlabel='time in the session [s]', ylabel='delay [ms]')
    axes.set_ylim(0.0, 1.35 * axes.get_ylim()[1])
    axes.legend(frameon=False, fontsize=8.5, markerscale=3.0, loc='upper right')
    return Picture(
        'Delay of the commands over time',
        f'n = {network.one_way_ms.size} commands; shaded: at least one arm on hold.',
        figure,
    )


def _delays(review: Review) -> Picture | None:
    latency, network = review.evidence.analysis.latency, review.network
    if not network.one_way_ms.size:
        return None
    figure = new_figure(WIDTH_IN, 2.9)
    whole, stages = figure.subplots(1, 2)
    plain(whole)
    values = latency.total_ms if latency is not None else network.one_way_ms
    for name, data, colour in (
        ('injected on purpose', network.injected_ms, INJECTED),
        ('on the link', network.one_way_ms, SOFTWARE),
        ('whole way', values, MEASURED),
    ):
        data = np.sort(data)
        share = 100.0 * (1.0 - np.arange(data.size) / data.size)
        whole.step(_thin(data), _thin(share), where='post', color=colour, label=name)
    whole.set_yscale('log')
    whole.set(xlabel='delay [ms]', ylabel='commands that take longer [%]')
    whole.legend(frameon=False, fontsize=8.5)
    plain(stages)
    if latency is not None:
        parts = {text: (getattr(latency, name), colour) for name, (text, colour) in STAGES.items()}
        for row, (_text, (data, colour)) in enumerate(parts.items()):
            low, middle, high = np.percentile(data, (5.0, 50.0, 99.0))
            stages.barh(row, middle, color=colour, height=0.55)
            stages.plot([low, high], [row, row], color=MEASURED, linewidth=1.2)
        stages.set_yticks(range(len(parts)), list(parts))
        stages.invert_yaxis()
        stages.set_xlabel('software [ms]; bar: median, line: 5 % to 99 %')
        stages.grid(axis='y', visible=False)
    else:
        _say(stages, 'stages not measured: no trace of commands and targets')
    return Picture(
        'Delay: how it is spread, and where it arises',
        f'n = {values.size} commands. Left: the share that takes longer than a delay. Right: what '
        'the software adds to the injected delay, stage by stage.',
        figure,
    )


def _gaps(review: Review) -> Picture | None:
    network = review.network
    if not network.gap_ms.size:
        return None
    figure = new_figure(WIDTH_IN, 2.3)
    axes = plain(figure.add_subplot())
    _points(axes, network.gap_s, network.gap_ms, SOFTWARE, 'time since the command before')
    axes.set_yscale('log')
    _limit(axes, GAP_LIMIT_MS, 'hold beyond', math.inf)
    axes.set(xlabel='time in the session [s]', ylabel='gap [ms]')
    return Picture(
        'Gaps between arrivals at the arms',
        f'n = {network.gap_ms.size} gaps, {network.long_gaps} of them beyond the limit of '
        f'{GAP_LIMIT_MS:.0f} ms after which the supervisor puts the arms on hold.',
        figure,
    )


def _round_trips(review: Review) -> Picture | None:
    links = review.evidence.links
    if not any(np.isfinite(link.round_trip_p50_ms).any() for link in links.values()):
        return None
    start = review.evidence.session.start_ns
    figure = new_figure(WIDTH_IN, 2.5)
    trips, losses = figure.subplots(1, 2)
    count = 0
    for (side, link), colour in zip(links.items(), (SOFTWARE, RELAYS), strict=False):
        t = (link.stamp_ns - start) / NS_PER_S
        count += len(t)
        trips.plot(t, link.round_trip_p50_ms, color=colour, label=f'{side}: median')
        trips.plot(t, link.round_trip_p99_ms, ':', color=colour, label=f'{side}: 99 %')
        losses.plot(t, 100.0 * link.loss_ratio, color=colour, label=f'to {side}')
    plain(trips).set(xlabel='time in the session [s]', ylabel='round trip [ms]')
    plain(losses).set(xlabel='time in the session [s]', ylabel='frames lost [%]')
    trips.set_ylim(bottom=0.0)
    losses.set_ylim(bottom=0.0)
    trips.legend(frameon=False, fontsize=8.5)
    losses.legend(frameon=False, fontsize=8.5)
    return Picture(
        'The link as the gateways measured it',
        f'n = {count} reports, each over the ten seconds before it.',
        figure,
    )


def _paths(review: Review) -> Picture | None:
    arms = _moved_arms(review)
    if not arms:
        return None
    figure = new_figure(WIDTH_IN, 3.9)
    panels = np.atleast_1d(figure.subplots(1, 2 * len(arms)))
    for column, arm in enumerate(arms):
        tip = review.evidence.tips[arm]
        setpoint = review.evidence.setpoints.get(arm)
        for axes, name, (x, y) in zip(
            panels[2 * column : 2 * column + 2], ('front', 'above'), ((0, 2), (0, 1)), strict=True
        ):
            plain(axes)
            if setpoint is not None:
                p = _thin(setpoint.p) * 1e3
                axes.plot(p[:, x], p[:, y], color=COMMANDED, linewidth=2.4, label='commanded')
            p = _thin(tip.p) * 1e3
            axes.plot(p[:, x], p[:, y], color=MEASURED, linewidth=0.8, label='measured')
            axes.plot(p[0, x], p[0, y], 'o', markersize=5, color='white', markeredgecolor=MEASURED)
            axes.set_aspect('equal', adjustable='datalim')
            axes.set_title(
                f'{arm}, from the {name}' if name == 'front' else f'{arm}, from above',
                fontsize=9,
                loc='left',
            )
            axes.set(xlabel='x [mm]', ylabel=f'{"xyz"[y]} [mm]')
    panels[0].legend(frameon=False, fontsize=8.5)
    counts = ', '.join(f'{arm}: n = {len(review.evidence.tips[arm])}' for arm in arms)
    return Picture(
        'Paths of the tips, commanded and measured',
        f'Patient frame; ring: where the recording begins ({counts}).',
        figure,
    )


def _coordinates(review: Review) -> Picture | None:
    arms = _moved_arms(review)
    if not arms:
        return None
    start = review.evidence.session.start_ns
    figure = new_figure(WIDTH_IN, 3.9)
    panels = figure.subplots(3, len(arms), sharex=True, squeeze=False)
    for column, arm in enumerate(arms):
        tip, setpoint = review.evidence.tips[arm], review.evidence.setpoints.get(arm)
        for row, axis in enumerate('xyz'):
            axes = plain(panels[row, column])
            if setpoint is not None:
                _line(axes, setpoint, row, start, COMMANDED, 2.4, 'commanded')
            _line(axes, tip, row, start, MEASURED, 0.8, 'measured')
            axes.set_ylabel(f'{axis} [mm]')
            axes.margins(x=0.01)
        panels[0, column].set_title(arm, fontsize=9.5, loc='left')
        panels[-1, column].set_xlabel('time in the session [s]')
    panels[0, 0].legend(frameon=False, fontsize=8.5, ncols=2)
    tracked = review.evidence.analysis.tracking
    said = '; '.join(
        f'{arm}: {tracked[arm].lag_ms:.1f} ms behind, {tracked[arm].rms_mm:.3f} mm RMS beside '
        f'(n = {tracked[arm].stamp_ns.size})'
        for arm in arms
        if arm in tracked
    )
    return Picture('The same over time', said or 'Patient frame.', figure)


def _speeds(review: Review) -> Picture | None:
    if not review.movements:
        return None
    figure = new_figure(WIDTH_IN, 2.5)
    over_time, spread = figure.subplots(1, 2, width_ratios=(2, 1))
    for arm, movement in review.movements.items():
        colour = ARM_COLOURS.get(arm, MUTED)
        over_time.plot(
            _thin(movement.t),
            _thin(movement.speed_mm_s),
            color=colour,
            linewidth=0.8,
            label=arm,
            alpha=0.85,
        )
        moving = np.sort(movement.speed_mm_s[movement.speed_mm_s > 1e3 * MOVING_M_S])
        if moving.size:
            share = 100.0 * np.arange(1, moving.size + 1) / moving.size
            spread.plot(_thin(moving), _thin(share), color=colour, label=arm)
    plain(over_time).set(xlabel='time in the session [s]', ylabel='speed of the tip [mm/s]')
    plain(spread).set(xlabel='speed while moving [mm/s]', ylabel='up to [%]')
    over_time.set_ylim(bottom=0.0)
    over_time.legend(frameon=False, fontsize=8.5)
    counts = ', '.join(f'{arm}: n = {m.samples}' for arm, m in review.movements.items())
    return Picture('Speeds', f'Of the tips, at 50 Hz ({counts}).', figure)


def _tremor(review: Review) -> Picture | None:
    if not review.tremors:
        return None
    figure = new_figure(WIDTH_IN, 2.8)
    panels = np.atleast_1d(figure.subplots(1, len(review.tremors), sharey=True))
    for axes, tremor in zip(panels, review.tremors, strict=True):
        plain(axes)
        shown = tremor.frequency_hz <= 20.0
        axes.axvspan(*BAND_HZ, color='#f3f4f6', linewidth=0)
        axes.plot(
            tremor.frequency_hz[shown],
            tremor.before_um2_hz[shown],
            color=RELAYS,
            label=f'hand: {tremor.before_um:.0f} um RMS in the band',
        )
        axes.plot(
            tremor.frequency_hz[shown],
            tremor.after_um2_hz[shown],
            color=SOFTWARE,
            label=f'command / scale: {tremor.after_um:.0f} um ({tremor.attenuation_db:+.1f} dB)',
        )
        axes.set_yscale('log')
        axes.set(xlabel='frequency [Hz]')
        axes.set_title(f'{tremor.hand} to {tremor.arm}', fontsize=9.5, loc='left')
        axes.legend(frameon=False, fontsize=8.5)
    panels[0].set_ylabel('power [um²/Hz]')
    seconds = ', '.join(f'{t.seconds:.0f} s' for t in review.tremors)
    return Picture(
        'Tremor before and after the filter',
        f'Spectra of the hands while engaged ({seconds}), all axes together; shaded: '
        f'{BAND_HZ[0]:g} to {BAND_HZ[1]:g} Hz, where tremor is.',
        figure,
    )


def _moved_arms(review: Review) -> list[str]:
    by_path = sorted(review.movements, key=lambda arm: -review.movements[arm].path_mm)
    return sorted(by_path[:2])


def _line(
    axes: Axes, track: PointTrack, axis: int, start: int, colour: str, width: float, label: str
) -> None:
    t = _thin((track.stamp_ns - start) / NS_PER_S)
    axes.plot(t, _thin(track.p[:, axis]) * 1e3, color=colour, linewidth=width, label=label)


def _points(axes: Axes, t: Array, values: Array, colour: str, label: str) -> None:
    axes.plot(
        _thin(t), _thin(values), '.', color=colour, markersize=2.2, label=label, rasterized=True
    )


def _limit(axes: Axes, limit: float, text: str, top: float) -> None:
    if limit > 2.0 * top:
        return
    axes.axhline(limit, color=LIMIT, linewidth=1.0, linestyle=(0, (4, 3)))
    axes.annotate(
        f'{text} {limit:.0f} ms',
        (0.0, limit),
        xycoords=('axes fraction', 'data'),
        xytext=(3, 3),
        textcoords='offset points',
        fontsize=8.5,
        color=LIMIT,
    )


def _say(axes: Axes, text: str) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha='center', va='center', fontsize=9, color=MUTED, wrap=True)


def _thin(values: Array) -> Array:
    """Return every so many of the values, so that few enough are left to draw."""
    return values[:: max(1, math.ceil(len(values) / MOST_POINTS))]


def pair_titles(pictures: Sequence[Sequence[Picture]]) -> list[str]:
    """Return the titles of all pictures of several sessions, each once, in order."""
    return list(dict.fromkeys(picture.title for own in pictures for picture in own))
