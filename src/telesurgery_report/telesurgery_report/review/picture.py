"""A picture of the review, and the strokes that several of them are drawn with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from telesurgery_core.transforms import Array
from telesurgery_report.style import LIMIT, MUTED

MOST_POINTS = 2500
"""A line on paper has no room for more."""
WIDTH_IN = 9.6


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, what it shows, and how it is read."""

    title: str
    note: str
    figure: Figure


def points(axes: Axes, t: Array, values: Array, colour: str, label: str) -> None:
    """Draw a point a value ``(n,)`` over times ``(n,)`` [s]."""
    axes.plot(
        thin(t), thin(values), '.', color=colour, markersize=2.2, label=label, rasterized=True
    )


def limit_line(axes: Axes, limit: float, text: str, top: float) -> None:
    """Draw a limit [ms] with its name, unless all values, up to ``top``, are far below it."""
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


def say(axes: Axes, text: str) -> None:
    """Say in words why there is nothing to see."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha='center', va='center', fontsize=9, color=MUTED, wrap=True)


def thin(values: Array) -> Array:
    """Return every so many of the values, so that few enough are left to draw."""
    return values[:: max(1, math.ceil(len(values) / MOST_POINTS))]
