"""Trials: what was meant, what trembled, and what the sensor made of the two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.vector_filter import VectorFilter
from tremor_study.hands import HANDS, intended, intended_turn
from tremor_study.synthetic import TremorKind, tremor

UM = 1e-6
USUAL = TremorKind()


@dataclass(frozen=True)
class Trials:
    """b trials of equal length beside one another, each ``(n, b, 3)`` [m]."""

    rate_hz: float
    times: Array
    """Of the samples ``(n,)`` [s]."""
    meant: Array
    trembling: Array
    measured: Array
    tremor_um: Array
    """RMS an axis ``(b,)``."""

    def where(self, tremor_um: float) -> np.ndarray:
        """Return which trials have this much tremor ``(b,)``."""
        there: np.ndarray = self.tremor_um == tremor_um
        return there

    def quantised(self, step_m: float) -> Trials:
        """Return the trials as a sensor of this resolution gives them."""
        return replace(self, measured=np.round(self.measured / step_m) * step_m)

    def at(self, kept: np.ndarray) -> Trials:
        """Return the trials with these samples ``(n,)`` only."""
        return replace(
            self,
            times=self.times[kept],
            meant=self.meant[kept],
            trembling=self.trembling[kept],
            measured=self.measured[kept],
        )


@dataclass(frozen=True)
class Choice:
    """Which recordings and which tremor."""

    tasks: tuple[str, ...]
    rate_hz: float
    seconds: float
    tremor_um: tuple[float, ...] = (50.0, 100.0, 200.0)
    below_hz: float = 2.0
    kind: TremorKind = USUAL
    seed: int = 1
    lever_m: float = 0.0
    """Above zero: orientations, a radian counting so much."""
    onset_s: float = 0.0
    """Tremor begins then."""


def load(folder: Path, choice: Choice) -> Trials:
    """Return the trials: every hand of every task with every strength of the same tremor."""
    rng = np.random.default_rng(choice.seed)
    count = round(choice.seconds * choice.rate_hz)
    times = np.arange(count) / choice.rate_hz
    meant, trembling = [], []
    for task in choice.tasks:
        for hand in HANDS:
            where = (folder, task, hand, choice.rate_hz, choice.below_hz)
            path = choice.lever_m * intended_turn(*where) if choice.lever_m else intended(*where)
            shaking = tremor(rng, choice.kind, count, choice.rate_hz)
            shaking[times < choice.onset_s] = 0.0
            for strength in choice.tremor_um:
                meant.append(path[:count] - path[0])
                trembling.append(strength * UM * shaking)
    v, t = np.stack(meant, axis=1), np.stack(trembling, axis=1)
    strengths = np.tile(choice.tremor_um, len(choice.tasks) * len(HANDS))
    return Trials(choice.rate_hz, times, v, t, v + t, strengths)


def filtered(inner: VectorFilter | None, trials: Trials) -> Array:
    """Return what a filter makes of the measured signals ``(n, b, 3)``; None: nothing is done."""
    x = trials.measured
    if inner is None:
        return x
    y = np.empty_like(x)
    inner.reset(x[0])
    y[0] = x[0]
    for k, dt in enumerate(np.diff(trials.times), start=1):
        y[k] = inner.step(x[k], float(dt))
    return y
