"""Pictures of what the tips did, and of the hands' tremor."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from telesurgery_report.review.movement import MOVING_M_S
from telesurgery_report.review.picture import WIDTH_IN, Picture, thin
from telesurgery_report.review.review import Review
from telesurgery_report.review.tremor import BAND_HZ
from telesurgery_report.session import NS_PER_S, PointTrack
from telesurgery_report.style import (
    COMMANDED,
    MEASURED,
    MUTED,
    RELAYS,
    SOFTWARE,
    legend_outside,
    new_figure,
    plain,
)

ARM_COLOURS = {'PSM1': '#0072B2', 'PSM2': '#E69F00', 'PSM3': '#009E73', 'ECM': '#CC79A7'}


def paths(review: Review) -> Picture | None:
    """Draw the paths in two views. None: nothing to show."""
    arms = _moved_arms(review)
    if not arms:
        return None
    figure = new_figure(WIDTH_IN, 3.9)
    panels = np.atleast_1d(figure.subplots(1, 2 * len(arms)))
    for column, arm in enumerate(arms):
        tip = review.tips[arm]
        setpoint = review.setpoints.get(arm)
        for axes, name, (x, y) in zip(
            panels[2 * column : 2 * column + 2], ('front', 'above'), ((0, 2), (0, 1)), strict=True
        ):
            plain(axes)
            if setpoint is not None:
                p = thin(setpoint.p) * 1e3
                axes.plot(p[:, x], p[:, y], color=COMMANDED, linewidth=2.4, label='commanded')
            p = thin(tip.p) * 1e3
            axes.plot(p[:, x], p[:, y], color=MEASURED, linewidth=0.8, label='measured')
            axes.plot(p[0, x], p[0, y], 'o', markersize=5, color='white', markeredgecolor=MEASURED)
            axes.set_aspect('equal', adjustable='datalim')
            axes.set_title(
                f'{arm}, from the {name}' if name == 'front' else f'{arm}, from above',
                fontsize=9,
                loc='left',
            )
            axes.set(xlabel='x [mm]', ylabel=f'{"xyz"[y]} [mm]')
    legend_outside(panels[0])
    counts = ', '.join(f'{arm}: n = {len(review.tips[arm])}' for arm in arms)
    return Picture(
        'Paths of the tips, commanded and measured',
        f'While hands drove the robot, in the patient frame; ring: where they begin ({counts}).',
        figure,
    )


def coordinates(review: Review) -> Picture | None:
    """Draw the paths over time. None: nothing to show."""
    arms = _moved_arms(review)
    if not arms:
        return None
    start = review.evidence.session.start_ns
    figure = new_figure(WIDTH_IN, 3.9)
    panels = figure.subplots(3, len(arms), sharex=True, squeeze=False)
    for column, arm in enumerate(arms):
        tip, setpoint = review.tips[arm], review.setpoints.get(arm)
        for row, axis in enumerate('xyz'):
            axes = plain(panels[row, column])
            if setpoint is not None:
                _line(axes, setpoint, row, start, COMMANDED, 2.4, 'commanded')
            _line(axes, tip, row, start, MEASURED, 0.8, 'measured')
            axes.set_ylabel(f'{axis} [mm]')
            axes.margins(x=0.01)
        panels[0, column].set_title(arm, fontsize=9.5, loc='left')
        panels[-1, column].set_xlabel('time in the session [s]')
    legend_outside(panels[0, 0])
    tracked = review.evidence.analysis.tracking
    said = '; '.join(
        f'{arm}: {tracked[arm].lag_ms:.1f} ms behind, {tracked[arm].rms_mm:.3f} mm RMS beside '
        f'(n = {tracked[arm].stamp_ns.size})'
        for arm in arms
        if arm in tracked
    )
    return Picture('The same over time', said or 'Patient frame.', figure)


def speeds(review: Review) -> Picture | None:
    """Draw how fast the tips were. None: nothing to show."""
    if not review.movements:
        return None
    figure = new_figure(WIDTH_IN, 2.5)
    over_time, spread = figure.subplots(1, 2, width_ratios=(2, 1))
    for arm, movement in review.movements.items():
        colour = ARM_COLOURS.get(arm, MUTED)
        over_time.plot(
            thin(movement.t),
            thin(movement.speed_mm_s),
            color=colour,
            linewidth=0.8,
            label=arm,
            alpha=0.85,
        )
        moving = np.sort(movement.speed_mm_s[movement.speed_mm_s > 1e3 * MOVING_M_S])
        if moving.size:
            share = 100.0 * np.arange(1, moving.size + 1) / moving.size
            spread.plot(thin(moving), thin(share), color=colour, label=arm)
    plain(over_time).set(xlabel='time in the session [s]', ylabel='speed of the tip [mm/s]')
    plain(spread).set(xlabel='speed while moving [mm/s]', ylabel='up to [%]')
    over_time.set_ylim(0.0, 1.25 * over_time.get_ylim()[1])  # room for the legend
    over_time.legend(loc='upper right', ncols=4, frameon=False, fontsize=8.5)
    counts = ', '.join(f'{arm}: n = {m.samples}' for arm, m in review.movements.items())
    note = f'Of the tips while hands drove the robot, at 50 Hz ({counts}).'
    return Picture('Speeds', note, figure)


def tremor(review: Review) -> Picture | None:
    """Draw the spectra before and after the filter. None: nothing to show."""
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
        axes.legend(loc='upper right', frameon=False, fontsize=8.5)
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
    t = thin((track.stamp_ns - start) / NS_PER_S)
    axes.plot(t, thin(track.p[:, axis]) * 1e3, color=colour, linewidth=width, label=label)
