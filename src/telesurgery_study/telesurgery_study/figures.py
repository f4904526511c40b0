"""The pictures of a study: error, completion and holds against delay, jitter and loss."""

from __future__ import annotations

import io
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from telesurgery_study.results import Row
from telesurgery_study.summary import numbers

# Okabe and Ito's palette, which people with a colour-vision deficiency can tell apart.
COLOURS = ('#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#1B2A41')
MARKERS = 'osD^vPX'
INK, MUTED, GRID = '#1f2937', '#6b7280', '#e5e7eb'
CAUSES = {
    'delay_p50_ms': ('delay of commands, median [ms]', 1.0),
    'jitter_ms': ('mean change of the delay [ms]', 1.0),
    'loss_ratio': ('commands lost [%]', 100.0),
}
EFFECTS = {
    'error_mm': ('error against intent [mm RMS]', 1.0),
    'aligned_error_mm': ('the same, lag taken out [mm RMS]', 1.0),
    'completion_ratio': ('way that was followed [%]', 100.0),
    'hold_s': ('time on hold [s]', 1.0),
}
LOGARITHMIC = ('jitter_ms',)


def against_causes(rows: Sequence[Row], effect: str) -> str:
    """Draw a figure against delay, jitter and loss, a point a run, a colour a filter; SVG."""
    figure = Figure(figsize=(11.0, 3.1), layout='constrained')
    FigureCanvasSVG(figure)
    panels = figure.subplots(1, len(CAUSES), sharey=True)
    filters = list(dict.fromkeys(str(row['filter']) for row in rows))
    label, factor = EFFECTS[effect]
    for axes, (cause, (text, by)) in zip(panels, CAUSES.items(), strict=True):
        _plain(axes)
        for index, name in enumerate(filters):
            own = [row for row in rows if row['filter'] == name]
            x, y = by * numbers(own, cause), factor * numbers(own, effect)
            axes.plot(
                x,
                y,
                MARKERS[index % len(MARKERS)],
                color=COLOURS[index % len(COLOURS)],
                markersize=4.5,
                alpha=0.55,
                markeredgewidth=0.0,
                label=name,
            )
        axes.set_xlabel(text)
        largest = np.nanmax(by * numbers(rows, cause), initial=0.0)
        if cause in LOGARITHMIC and largest > 1.0:
            axes.set_xscale('symlog', linthresh=0.1)
            axes.set_xlim(left=-0.02)
        axes.margins(y=0.08)
    panels[0].set_ylabel(label)
    panels[0].set_ylim(bottom=min(0.0, panels[0].get_ylim()[0]))
    if len(filters) > 1:
        _name_filters(figure, panels[-1])
    return _svg(figure)


def by_link(rows: Sequence[Row], effect: str) -> str:
    """Draw the spread of a figure link by link, a colour a filter; SVG."""
    links = list(dict.fromkeys(str(row['link']) for row in rows))
    filters = list(dict.fromkeys(str(row['filter']) for row in rows))
    figure = Figure(figsize=(11.0, 1.1 + 0.34 * len(links)), layout='constrained')
    FigureCanvasSVG(figure)
    axes = _plain(figure.add_subplot())
    label, factor = EFFECTS[effect]
    height = 0.7 / len(filters)
    for index, name in enumerate(filters):
        for place, link in enumerate(links):
            own = [r for r in rows if r['filter'] == name and r['link'] == link]
            values = factor * numbers(own, effect)
            values = values[np.isfinite(values)]
            if not values.size:
                continue
            at = place + (index - 0.5 * (len(filters) - 1)) * height
            low, middle, high = np.percentile(values, (5.0, 50.0, 95.0))
            colour = COLOURS[index % len(COLOURS)]
            axes.plot([low, high], [at, at], color=colour, linewidth=2.2, alpha=0.5)
            axes.plot(
                middle,
                at,
                MARKERS[index % len(MARKERS)],
                color=colour,
                markersize=6,
                label=name if place == 0 else None,
            )
    axes.set_yticks(range(len(links)), [_short(link) for link in links])
    axes.set_ylim(len(links) - 0.5, -0.5)
    axes.set_xlabel(f'{label}; mark: median, line: 5 % to 95 % of the runs')
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    if len(filters) > 1 and axes.get_legend_handles_labels()[0]:
        _name_filters(figure, axes)
    return _svg(figure)


def _name_filters(figure: Figure, axes: Axes) -> None:
    """Say above the figure which colour is which filter: points may fill the panels wholly."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        [f'filter {label}' for label in labels],
        loc='outside upper right',
        ncols=len(labels),
        frameon=False,
        fontsize=8.5,
    )


def _short(link: str) -> str:
    return link if len(link) <= 34 else f'{link[:31]}...'


def _plain(axes: Axes) -> Axes:
    axes.spines[['top', 'right']].set_visible(False)
    axes.spines[['left', 'bottom']].set_color(MUTED)
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8.5)
    axes.xaxis.label.set_fontsize(9)
    axes.yaxis.label.set_fontsize(9)
    return axes


def _svg(figure: Figure) -> str:
    """Return the picture as an SVG element; its text stays text."""
    buffer = io.StringIO()
    with mpl.rc_context({'svg.fonttype': 'none', 'svg.hashsalt': 'telesurgery'}):
        figure.savefig(buffer, format='svg', metadata={'Date': None}, transparent=True)
    text = buffer.getvalue()
    return text[text.index('<svg') :]
