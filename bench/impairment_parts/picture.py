"""The plot that makes it plain: what was asked for and what came out, here and by netem."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from impairment_parts import checks, netem_kernel
from impairment_parts.cases import marginals
from impairment_parts.measuring import outcome_of
from impairment_parts.theory import Array
from telesurgery_link.impairment import Jitter, Loss, Order, Treatment
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.marginals import Normal
from telesurgery_link.impairment.netem_tables import built_table

mpl.use('Agg')
import matplotlib.pyplot as plt

OURS, NETEM, THEORY = '#1f6fb2', '#c8502d', '#555555'
ASKED = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95)
SHOWN_FRAMES = 300


def draw(path: Path, frames: int, seed: int) -> None:
    """Measure again what is drawn, and write the picture."""
    rng = np.random.default_rng(seed)
    plt.rcParams.update({'font.size': 9, 'axes.spines.top': False, 'axes.spines.right': False})
    figure, ((series, autocorrelation), (loss, tails)) = plt.subplots(2, 2, figsize=(10, 7))
    _series(series, seed, rng)
    _autocorrelation(autocorrelation, frames, seed, rng)
    _loss(loss, frames, seed, rng)
    _tails(tails, frames, seed)
    figure.tight_layout(h_pad=2.0, w_pad=2.0)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _ours(autocorrelation: float, frames: int, seed: int) -> Array:
    jitter = Jitter(normal=Normal(100.0, 10.0), autocorrelation=autocorrelation)
    return outcome_of(Treatment(jitter=jitter, order=Order.FREE), frames, seed).delays_ms


def _netem(autocorrelation: float, frames: int, rng: np.random.Generator) -> Array:
    table = built_table('normal')
    return netem_kernel.delays_ms(frames, 100.0, 10.0, autocorrelation, table, rng)


def _series(axes: Axes, seed: int, rng: np.random.Generator) -> None:
    axes.plot(_netem(0.9, SHOWN_FRAMES, rng), color=NETEM, lw=0.8, label="netem's formulas")
    axes.plot(_ours(0.9, SHOWN_FRAMES, seed), color=OURS, lw=1.6, label='here')
    axes.set(
        title='delay 100ms 10ms 90% distribution normal: 300 frames',
        xlabel='frame',
        ylabel='delay [ms]',
    )
    axes.set_ylim(65, 145)
    axes.legend(frameon=False, loc='upper right', ncols=2)


def _autocorrelation(axes: Axes, frames: int, seed: int, rng: np.random.Generator) -> None:
    ours = [checks.autocorrelation_check(_ours(c, frames, seed), c) for c in ASKED]
    netem = [checks.autocorrelation_check(_netem(c, frames, rng), c) for c in ASKED]
    axes.plot([0, 1], [0, 1], color=THEORY, lw=1, ls='--', label='asked for')
    for found, color, label in ((ours, OURS, 'here'), (netem, NETEM, "netem's formulas")):
        measured, bounds = [c.measured for c in found], [c.bound for c in found]
        axes.errorbar(ASKED, measured, bounds, fmt='o', ms=5, capsize=3, color=color, label=label)
    axes.set(title='Autocorrelation of delays', xlabel='asked for', ylabel='lag-1 autocorrelation')
    axes.legend(frameon=False, loc='upper left')


def _loss(axes: Axes, frames: int, seed: int, rng: np.random.Generator) -> None:
    probability = 0.05
    asked = ASKED[:-1]
    ours = [
        outcome_of(Treatment(loss=Loss(random=Chance(probability, c))), frames, seed).lost.mean()
        for c in asked
    ]
    netem = [netem_kernel.random_loss(frames, probability, c, rng).mean() for c in asked]
    least = 1.0 / frames
    axes.axhline(100 * probability, color=THEORY, lw=1, ls='--', label='asked for')
    axes.plot(asked, 100 * np.array(ours), 'o', ms=5, color=OURS, label='here')
    some = np.array(netem) > 0.0
    axes.plot(np.array(asked)[some], 100 * np.array(netem)[some], 'o', ms=5, color=NETEM,
              label="netem's formulas")  # fmt: skip
    axes.plot(np.array(asked)[~some], np.full((~some).sum(), 100 * least), 'v', ms=6, color=NETEM,
              label=f'none in {frames:,} frames')  # fmt: skip
    axes.set(
        title='loss 5% C%: frames lost',
        xlabel='correlation C asked for',
        ylabel='frames lost [%]',
        yscale='log',
    )
    axes.legend(frameon=False, loc='center left')


def _tails(axes: Axes, frames: int, seed: int) -> None:
    levels = 1 - np.geomspace(1.0, 1e-5, 400)
    drawn = ('gamma', 'pareto, up to 100 ms', 'hyperexponential', 'normal')
    colors = dict(zip(drawn, plt.cm.viridis(np.linspace(0.1, 0.85, len(drawn))), strict=True))
    for name, jitter, expected in marginals():
        if name not in colors:
            continue
        kind = {'pareto, up to 100 ms': 'pareto'}.get(name, name)
        asked = Jitter(**{kind: getattr(jitter, kind)}, autocorrelation=0.6)
        delays = np.sort(
            outcome_of(Treatment(jitter=asked, order=Order.FREE), frames, seed).delays_ms
        )
        axes.plot(
            [expected.quantile_ms(u) for u in levels], 1 - levels, color=THEORY, lw=0.8, ls='--'
        )
        axes.plot(
            delays, 1 - np.arange(frames) / frames, color=colors[name], lw=2, alpha=0.7, label=name
        )
    axes.set(
        title='Marginals at an autocorrelation of 0.6 (dashed: theory)',
        xlabel='delay [ms]',
        ylabel='share of frames above',
        xscale='log',
        yscale='log',
        xlim=(0.1, 10_000),
        ylim=(1e-5, 1.2),
    )
    axes.legend(frameon=False, loc='upper right')
