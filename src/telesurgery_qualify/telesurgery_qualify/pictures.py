"""The pictures of a report, as SVG text that stands inside the page."""

from __future__ import annotations

import io
from typing import Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from numpy.typing import NDArray

from telesurgery_link.channels import Direction
from telesurgery_qualify.measurement import AGES_MS, Measurement
from telesurgery_qualify.requirements import VIDEO_BANDWIDTH
from telesurgery_qualify.words import direction_name

INK, MUTED, LIMIT, BAND = '#1f2937', '#6b7280', '#d55e00', '#f3c9b0'
COLOURS = {
    Direction.SURGEON_TO_PATIENT: '#0072b2',
    Direction.PATIENT_TO_SURGEON: '#009e73',
}
"""Okabe and Ito's, which people with a colour-vision deficiency can tell apart."""

BINS = 300
"""Points that a line over the time of a run has at most."""


def round_trip_over_time(measurement: Measurement) -> str:
    """Draw the median and the range of the round trip over the run, and what was interrupted."""
    figure, axes = _new(9.0, 2.9)
    trips = measurement.round_trips
    if len(trips.ms):
        at_s, low, middle, high = _summarised(trips.at_s, trips.ms)
        axes.fill_between(at_s, low, high, color='#cfe3f1', linewidth=0, label='all of them')
        axes.plot(at_s, middle, color=COLOURS[Direction.SURGEON_TO_PATIENT], label='median')
        _limits(axes, float(np.nanmax(high)))
    for figures in measurement.directions.values():
        for interruption in figures.continuity.interruptions:
            end_s = interruption.start_s + interruption.length_ms / 1e3
            axes.axvspan(interruption.start_s, end_s, color=BAND, linewidth=0)
    axes.set_xlabel('time since the first frame [s]')
    axes.set_ylabel('round trip [ms]')
    axes.set_ylim(bottom=0.0)
    return _svg(figure)


def round_trip_tail(measurement: Measurement) -> str:
    """Draw the share of round trips that were longer than a time."""
    figure, axes = _new(4.4, 2.9)
    values = np.sort(measurement.round_trips.ms)
    if len(values):
        share = 1.0 - np.arange(len(values)) / len(values)
        shown = np.unique(np.geomspace(1, len(values), 800).astype(int))
        at = len(values) - shown[::-1]
        axes.step(values[at], share[at], where='post', color=INK)
        axes.set_yscale('log')
        axes.axhline(0.01, color=MUTED, linewidth=0.8, linestyle=':')
        for limit in AGES_MS:
            if limit < 1.5 * values[-1]:
                axes.axvline(limit, color=LIMIT, linewidth=0.9, linestyle='--')
    axes.set_xlabel('round trip [ms]')
    axes.set_ylabel('share that is longer')
    return _svg(figure)


def spread(measurement: Measurement) -> str:
    """Draw how much longer than the fastest frame the others took, in each direction."""
    figure, axes = _new(4.4, 2.9)
    for direction, figures in measurement.directions.items():
        excess = figures.transit.excess_ms
        if not len(excess):
            continue
        top = max(float(np.quantile(excess, 0.999)), 0.1)
        counts, edges = np.histogram(np.minimum(excess, top), bins=80, range=(0.0, top))
        axes.stairs(
            100.0 * counts / counts.sum(),
            edges,
            color=COLOURS[direction],
            label=direction_name(direction),
        )
    axes.set_xlabel('delay beyond the shortest [ms]')
    axes.set_ylabel('frames [%]')
    _legend(axes, 'upper right')
    return _svg(figure)


def video_over_time(measurement: Measurement) -> str:
    """Draw what arrived of the video, second by second."""
    figure, axes = _new(9.0, 2.4)
    for direction, figures in measurement.directions.items():
        rates = figures.video_by_second_mbit_s
        offered = measurement.evidence.plan.video_mbit_s_towards(direction)
        if not len(rates) or offered == 0.0:
            continue
        axes.step(
            np.arange(len(rates)),
            rates,
            where='post',
            color=COLOURS[direction],
            label=f'{direction_name(direction)}, {offered:g} Mbit/s sent',
        )
    axes.axhline(VIDEO_BANDWIDTH.limit, color=LIMIT, linewidth=0.9, linestyle='--')
    axes.margins(y=0.15)
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel('time [s]')
    axes.set_ylabel('video [Mbit/s]')
    _legend(axes, 'lower right')
    return _svg(figure)


def _summarised(
    at_s: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """Return time, minimum, median and maximum of the values in ``BINS`` spans of time."""
    bins = np.minimum((at_s / max(at_s[-1], 1e-9) * BINS).astype(int), BINS - 1)
    edges = np.flatnonzero(np.diff(bins)) + 1
    groups = [group for group in np.split(values, edges) if len(group)]
    times = [group[0] for group in np.split(at_s, edges) if len(group)]
    return (
        np.array(times),
        np.array([group.min() for group in groups]),
        np.array([np.median(group) for group in groups]),
        np.array([group.max() for group in groups]),
    )


def _limits(axes: Axes, top: float) -> None:
    for limit in AGES_MS:
        if limit < 1.5 * top:
            axes.axhline(limit, color=LIMIT, linewidth=0.9, linestyle='--')
            axes.annotate(
                f'{limit:g} ms',
                (1.0, limit),
                xycoords=('axes fraction', 'data'),
                xytext=(-2, 2),
                textcoords='offset points',
                ha='right',
                fontsize=8,
                color=LIMIT,
            )


def _legend(axes: Axes, loc: Literal['upper right', 'lower right']) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc=loc, frameon=False, fontsize=8)


def _new(width_in: float, height_in: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width_in, height_in), layout='constrained')
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.spines[['top', 'right']].set_visible(False)
    axes.spines[['left', 'bottom']].set_color(MUTED)
    axes.grid(color='#e5e7eb', linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8.5)
    axes.xaxis.label.set_fontsize(9)
    axes.yaxis.label.set_fontsize(9)
    return figure, axes


def _svg(figure: Figure) -> str:
    """Return the picture as an SVG element; its text stays text."""
    buffer = io.StringIO()
    with matplotlib.rc_context({'svg.fonttype': 'none', 'svg.hashsalt': 'telesurgery'}):
        figure.savefig(buffer, format='svg', metadata={'Date': None}, transparent=True)
    text = buffer.getvalue()
    return text[text.index('<svg') :]
