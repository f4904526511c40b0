"""The latency histogram: what the software takes, beside bare relays, and the whole way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from telesurgery_core.transforms import Array
from telesurgery_report.latency import CommandLatency
from telesurgery_report.style import (
    INJECTED,
    LIMIT,
    MUTED,
    RELAYS,
    SOFTWARE,
    new_figure,
    plain,
    title,
)
from telesurgery_report.targets import limit_of

BINS = 80


def draw_latency(
    latency: CommandLatency, relay_ms: Array | None, relays: int, link: str, path: Path
) -> None:
    """Write the latency histogram of a session to ``path``."""
    figure = new_figure(9.5, 6.4)
    upper, lower = figure.subplots(2, 1, height_ratios=(3, 2))
    _draw_software(plain(upper), latency, relay_ms, relays)
    _draw_whole_way(plain(lower), latency, link)
    figure.savefig(path)


def _draw_software(
    axes: Axes, latency: CommandLatency, relay_ms: Array | None, relays: int
) -> None:
    limits = {
        'median': limit_of('software_latency_ms', 'median'),
        '99 %': limit_of('software_latency_ms', 'p99'),
    }
    software = latency.software_ms
    end = 1.15 * max(*limits.values(), float(np.percentile(software, 99)))
    begin = min(0.0, float(software.min()))
    bins = np.linspace(begin, end, BINS + 1)
    axes.hist(
        software,
        bins.tolist(),
        weights=_percent(software),
        color=SOFTWARE,
        label=f'this system, {_figures(software)}',
    )
    if relay_ms is not None:
        axes.hist(
            relay_ms,
            bins.tolist(),
            weights=_percent(relay_ms),
            histtype='step',
            color=RELAYS,
            linewidth=1.6,
            label=f'{relays} bare rclpy relays beside it, {_figures(relay_ms)}',
        )
    for name, limit in limits.items():
        axes.axvline(limit, color=LIMIT, linewidth=1.1, linestyle=(0, (4, 3)))
        axes.annotate(
            f'target for {name}',
            xy=(limit, 0.35),
            xycoords=axes.get_xaxis_transform(),
            xytext=(3, 0),
            textcoords='offset points',
            rotation='vertical',
            va='center',
            fontsize=8.5,
            color=LIMIT,
        )
    beyond = int((software > end).sum())
    more = f', {beyond} of them beyond the right edge' if beyond else ''
    longest = f'the longest took {float(software.max()):.1f} ms'
    title(
        axes,
        "Software latency: from the masters' stamp to the simulator, less the injected delay",
        f'{software.size} commands{more}; {longest}',
    )
    axes.set(xlabel='software latency [ms]', ylabel='share of messages [%]', xlim=(begin, end))
    axes.legend(frameon=True, framealpha=1.0, edgecolor='white', fontsize=9, loc='upper right')


def _draw_whole_way(axes: Axes, latency: CommandLatency, link: str) -> None:
    total, injected = latency.total_ms, latency.injected_ms
    low = min(float(injected.min()), float(total.min()))
    high = max(float(np.percentile(total, 99.9)), float(np.percentile(injected, 99.9)))
    margin = max(2.0, 0.05 * (high - low))
    bins = np.linspace(low - margin, high + margin, BINS + 1)
    for values, colour, name in (
        (injected, INJECTED, 'injected delay alone'),
        (total, MUTED, 'the whole way'),
    ):
        axes.hist(
            values,
            bins.tolist(),
            weights=_percent(values),
            color=colour,
            alpha=0.75,
            label=f'{name}, {_figures(values)}',
        )
    title(
        axes,
        'The whole way of a command, the injected delay included',
        f'link {link}, one way',
    )
    axes.set(xlabel='time [ms]', ylabel='share of commands [%]', xlim=(bins[0], bins[-1]))
    axes.set_ylim(top=1.4 * axes.get_ylim()[1])  # room for the legend
    axes.legend(loc='upper right', frameon=False, fontsize=9)


def _percent(values: Array) -> Array:
    return np.full(values.size, 100.0 / values.size)


def _figures(values: Array) -> str:
    return f'median {np.median(values):.2f} ms, 99 % within {np.percentile(values, 99):.2f} ms'
