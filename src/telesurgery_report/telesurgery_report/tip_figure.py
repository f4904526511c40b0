"""Commanded and measured paths of the tips."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from telesurgery_core.transforms import Array
from telesurgery_report.session import NS_PER_S
from telesurgery_report.style import COMMANDED, LIMIT, MEASURED, new_figure, plain, title
from telesurgery_report.targets import limit_of
from telesurgery_report.tracking import Tracking

LAYOUT = [
    ['front', 'above'],
    ['x', 'x'],
    ['y', 'y'],
    ['z', 'z'],
    ['error', 'error'],
]
HEIGHTS = (4.2, 1, 1, 1, 1.5)
VIEWS = {'front': ('Seen from the front', 'xz'), 'above': ('Seen from above', 'xy')}
COORDINATES = 'xyz'
HANDS = {'PSM1': 'right hand', 'PSM2': 'left hand'}
ROLLING_S = 1.0


def draw_tip_paths(tracking: Mapping[str, Tracking], start_ns: int, path: Path) -> None:
    """Write the paths of the tips in ``tracking`` to ``path``, one column an arm."""
    figure = new_figure(6.6 * len(tracking), 10.0)
    columns = figure.subfigures(1, len(tracking), wspace=0.05, squeeze=False)[0]
    for column, (arm, tracked) in zip(columns, tracking.items(), strict=True):
        hand = f' ({HANDS[arm]})' if arm in HANDS else ''
        column.suptitle(f'Tip of {arm}{hand}', fontsize=13, fontweight='bold', x=0.02, ha='left')
        panels = column.subplot_mosaic(LAYOUT, height_ratios=HEIGHTS)
        for axes in panels.values():
            plain(axes)
        for view, (name, plane) in VIEWS.items():
            _draw_view(panels[view], tracked, name, plane)
        seconds = (tracked.stamp_ns - start_ns) / NS_PER_S
        _draw_over_time([panels[name] for name in COORDINATES], tracked, seconds)
        _draw_error(panels['error'], tracked, seconds)
        column.legend(
            *panels['x'].get_legend_handles_labels(),
            loc='upper right',
            ncols=2,
            frameon=False,
            fontsize=9.5,
        )
    figure.savefig(path)


def _draw_view(axes: Axes, tracked: Tracking, name: str, plane: str) -> None:
    across, up = (COORDINATES.index(coordinate) for coordinate in plane)
    commanded, measured = tracked.p_setpoint * 1e3, tracked.p_tip * 1e3
    axes.plot(commanded[:, across], commanded[:, up], color=COMMANDED, linewidth=2.6)
    axes.plot(measured[:, across], measured[:, up], color=MEASURED, linewidth=0.7)
    axes.plot(
        *measured[0, [across, up]],
        marker='o',
        markersize=7,
        markerfacecolor='white',
        markeredgecolor=MEASURED,
    )
    axes.set_aspect('equal', adjustable='datalim')
    axes.set(xlabel=f'{plane[0]} [mm]', ylabel=f'{plane[1]} [mm]')
    title(axes, name, 'patient frame; ring: where the motion began')


def _draw_over_time(panels: list[Axes], tracked: Tracking, seconds: Array) -> None:
    commanded, measured = tracked.p_setpoint * 1e3, tracked.p_tip * 1e3
    for axis, axes in enumerate(panels):
        axes.plot(seconds, commanded[:, axis], color=COMMANDED, linewidth=2.6, label='commanded')
        axes.plot(seconds, measured[:, axis], color=MEASURED, linewidth=0.7, label='measured')
        axes.set_ylabel(f'{COORDINATES[axis]} [mm]')
        axes.margins(x=0.01)
        axes.tick_params(labelbottom=False)
    title(
        panels[0],
        f'Over time: measured follows commanded by {tracked.lag_ms:.1f} ms',
        'this lag is taken out here, so that the two lie on top of each other',
    )


def _draw_error(axes: Axes, tracked: Tracking, seconds: Array) -> None:
    limit = limit_of('tip_rms_mm')
    error = tracked.error_mm
    axes.plot(seconds, error, color=COMMANDED, linewidth=0.6)
    axes.plot(
        seconds,
        rolling_rms(seconds, error),
        color=MEASURED,
        linewidth=1.3,
    )
    axes.axhline(limit, color=LIMIT, linewidth=1.1, linestyle=(0, (4, 3)))
    title(
        axes,
        f'Distance between the two: {tracked.rms_mm:.2f} mm RMS',
        f'pale: {seconds.size} samples; dark: RMS over {ROLLING_S:g} s; dashed: target for RMS',
    )
    axes.set(xlabel='time in the session [s]', ylabel='distance [mm]')
    axes.set_ylim(0.0, 1.12 * max(limit, float(error.max())))
    axes.margins(x=0.01)


def rolling_rms(t: Array, values: Array) -> Array:
    """Return the RMS of ``values`` ``(n,)`` within half of ``ROLLING_S`` [s] around each time."""
    sums = np.concatenate([[0.0], np.cumsum(values**2)])
    first = np.searchsorted(t, t - ROLLING_S / 2, side='left')
    last = np.searchsorted(t, t + ROLLING_S / 2, side='right')
    rms: Array = np.sqrt((sums[last] - sums[first]) / (last - first))
    return rms
