"""How every figure of a report looks."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's palette, which people with a colour-vision deficiency can tell apart.
COMMANDED = '#56B4E9'
MEASURED = '#1B2A41'
SOFTWARE = '#0072B2'
RELAYS = '#E69F00'
INJECTED = '#009E73'
LIMIT = '#D55E00'
MUTED = '#6B7280'

DPI = 130


def new_figure(width_in: float, height_in: float, **options: Any) -> Figure:
    """Return an empty figure that needs no display."""
    figure = Figure(figsize=(width_in, height_in), dpi=DPI, layout='constrained', **options)
    FigureCanvasAgg(figure)
    return figure


def plain(axes: Axes) -> Axes:
    """Take from ``axes`` what carries no information, and return them."""
    axes.spines[['top', 'right']].set_visible(False)
    axes.spines[['left', 'bottom']].set_color(MUTED)
    axes.grid(color='#E5E7EB', linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, labelcolor='#1F2937', labelsize=8.5)
    axes.xaxis.label.set_fontsize(9)
    axes.yaxis.label.set_fontsize(9)
    return axes


def legend_outside(axes: Axes) -> None:
    """Name the lines of ``axes`` above its figure, for panels that the lines fill wholly."""
    handles, labels = axes.get_legend_handles_labels()
    figure = axes.get_figure()
    assert figure is not None
    figure.legend(
        handles, labels, loc='outside upper right', ncols=len(labels), frameon=False, fontsize=8.5
    )


def title(axes: Axes, text: str, explanation: str = '') -> None:
    """Write what is seen above ``axes``, and below it, smaller, how it is to be read."""
    axes.set_title(text, loc='left', fontsize=10.5, fontweight='bold', pad=20)
    note = axes.annotate(
        explanation,
        xy=(0, 1),
        xycoords='axes fraction',
        xytext=(0, 6),
        textcoords='offset points',
        fontsize=8.5,
        color=MUTED,
    )
    note.set_in_layout(False)  # it may reach beyond its axes without narrowing them
