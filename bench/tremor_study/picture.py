"""A picture: error against attenuation of every filter, and one second of a hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tremor_study.candidates import BOUND, Candidate
from tremor_study.grid import Place
from tremor_study.trials import UM, Choice, load

SHOWN_RATE_HZ, SHOWN_TREMOR_UM = 200.0, 100.0
SHOWN_FILTERS = ('none', 'one_euro', 'bmflc_kalman', 'adaptive', BOUND)
FROM_S, TO_S = 20.0, 21.5
TARGET_DB, TARGET_SHARE = -12.0, 0.5
LIMITS_DB, LIMITS_UM = (-24.0, 9.0), (10.0, 1500.0)
LABELS = {
    'none': (6, -2),
    'wflc': (6, 7),
    'bmflc_kalman': (6, -9),
    'one_euro, tuned': (9, -12),
    'bmflc': (-34, -4),
    'butterworth, tuned': (6, 7),
    'one_euro': (6, -4),
}
"""Where a label stands that would stand on another one [points]."""
COLOURS = {
    'none': '0.6',
    'one_euro': 'tab:orange',
    'bmflc_kalman': 'tab:purple',
    'adaptive': 'tab:blue',
    BOUND: 'tab:green',
}


def draw(
    rows: Sequence[Mapping[str, object]], chosen: Sequence[Candidate], place: Place, path: Path
) -> None:
    """Write the picture to ``path``."""
    figure = Figure(figsize=(11.0, 4.6), layout='constrained')
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.25))
    for row in rows:
        if (row['rate_hz'], row['tremor_um']) != (SHOWN_RATE_HZ, SHOWN_TREMOR_UM):
            continue
        x, y, name = float(str(row['band_db'])), float(str(row['error_um'])), str(row['filter'])
        left.plot(x, y, 'o', color=COLOURS.get(name, '0.3'))
        left.annotate(
            name,
            (x, y),
            xytext=LABELS.get(name, (6, 4)),
            textcoords='offset points',
            fontsize=8,
        )
    left.fill_between(
        (LIMITS_DB[0], TARGET_DB),
        LIMITS_UM[0],
        TARGET_SHARE * SHOWN_TREMOR_UM,
        color='tab:green',
        alpha=0.1,
        label='target',
    )
    left.legend(fontsize=8, loc='upper left')
    left.axhline(SHOWN_TREMOR_UM, color='0.7', linewidth=0.8)
    left.set(
        xlabel='tremor band, 6-14 Hz [dB]',
        ylabel='error against intent [um RMS an axis]',
        yscale='log',
        ylim=LIMITS_UM,
        xlim=LIMITS_DB,
        title='100 um of tremor at 200 Hz: less is better, both ways',
    )
    trials = load(
        place.recordings,
        Choice(place.tasks, SHOWN_RATE_HZ, TO_S + 1.0, (SHOWN_TREMOR_UM,), seed=place.seeds[0]),
    )
    shown = (trials.times >= FROM_S) & (trials.times < TO_S)
    for one in chosen:
        if one.name in SHOWN_FILTERS:
            error = (one.apply(trials) - trials.meant)[shown, 0, 0] / UM
            right.plot(
                trials.times[shown] - FROM_S, error, color=COLOURS[one.name], label=one.name
            )
    limit = 1.4 * np.abs(trials.trembling[shown, 0, 0]).max() / UM
    right.set(
        xlabel='time [s]',
        ylabel='result minus intent, one axis [um]',
        ylim=(-limit, limit),
        title='A hand that passes a needle',
    )
    right.legend(fontsize=8, loc='lower center', ncols=3)
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.title.set_fontsize(10)
    figure.savefig(path, dpi=130)
