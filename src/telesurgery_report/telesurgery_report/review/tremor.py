"""The hands' tremor before and after motion's filter, by spectra of what was recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.signal import welch

from telesurgery_core.transforms import Array
from telesurgery_report.review.evidence import Evidence, HandCommands
from telesurgery_report.session import NS_PER_S, Integers

BAND_HZ = (6.0, 14.0)
"""Physiological tremor is at 8 to 12 Hz; estimators look here."""
LEAST_RATE_HZ = 40.0
"""Hands that were sampled more seldom say nothing of the band."""
RATE_HZ = 100.0
"""Hands and commands are resampled to this."""
WINDOW_S = 2.56
"""Length of the pieces whose periodograms are averaged (Welch)."""


@dataclass(frozen=True, slots=True)
class Tremor:
    """One hand: spectra of its motion while engaged, all axes together."""

    hand: str
    arm: str
    seconds: float
    """Engaged motion that the spectra are made of."""
    frequency_hz: Array
    before_um2_hz: Array
    """Power spectral density of the hand ``(n,)``."""
    after_um2_hz: Array
    """The same of the commands, divided by the scale."""
    before_um: float
    """RMS within the band."""
    after_um: float

    @property
    def attenuation_db(self) -> float:
        """How much is left of the tremor; NaN where there is none."""
        if self.before_um <= 0.0 or self.after_um <= 0.0:
            return math.nan
        return 20.0 * math.log10(self.after_um / self.before_um)


def tremors_of(evidence: Evidence) -> list[Tremor]:
    """Return the tremor of every hand that was engaged long enough."""
    return [t for c in evidence.commands if (t := _tremor(evidence, c)) is not None]


def _tremor(evidence: Evidence, commands: HandCommands) -> Tremor | None:
    hand = evidence.hands.get(commands.hand)
    if hand is None or not len(hand) or not evidence.scale.size:
        return None
    scale = _at(evidence.scale_ns, evidence.scale, commands.stamp_ns)
    before, after, weights = [], [], []
    frequency = np.zeros(0)
    for part in _engagements(commands):
        t = (commands.stamp_ns[part] - commands.stamp_ns[0]) / NS_PER_S
        rate = (len(t) - 1) / (t[-1] - t[0]) if t[-1] > t[0] else 0.0
        if t[-1] - t[0] < WINDOW_S or rate < LEAST_RATE_HZ or not (scale[part] > 0.0).all():
            continue
        even = np.arange(t[0], t[-1], 1.0 / RATE_HZ)
        t_hand = (hand.stamp_ns - commands.stamp_ns[0]) / NS_PER_S
        moved = commands.p[part] / scale[part][:, None]
        frequency, meant = _spectrum(even, t_hand, hand.p)
        _, told = _spectrum(even, t, moved)
        before.append(meant)
        after.append(told)
        weights.append(t[-1] - t[0])
    if not weights:
        return None
    density = [np.average(np.array(parts), axis=0, weights=weights) for parts in (before, after)]
    return Tremor(
        commands.hand,
        commands.arm,
        float(sum(weights)),
        frequency,
        density[0],
        density[1],
        _rms(frequency, density[0]),
        _rms(frequency, density[1]),
    )


def _engagements(commands: HandCommands) -> list[slice]:
    """Return the rows of each engagement."""
    edges = np.flatnonzero(
        (np.diff(commands.epoch) != 0) | (np.diff(commands.engaged.astype(int)) != 0)
    )
    starts = [0, *(edges + 1).tolist()]
    ends = [*starts[1:], len(commands.stamp_ns)]
    return [slice(a, b) for a, b in zip(starts, ends, strict=True) if commands.engaged[a]]


def _spectrum(even: Array, t: Array, p: Array) -> tuple[Array, Array]:
    """Return frequencies and the power density [um^2/Hz] of all axes at the times ``even``."""
    path = np.column_stack([np.interp(even, t, p[:, axis]) for axis in range(3)]) * 1e6
    length = min(round(WINDOW_S * RATE_HZ), len(even))
    frequency, density = welch(path, RATE_HZ, nperseg=length, axis=0, detrend='linear')
    return frequency, density.sum(axis=1)


def _rms(frequency: Array, density: Array) -> float:
    within = (frequency >= BAND_HZ[0]) & (frequency <= BAND_HZ[1])
    return math.sqrt(float(density[within].sum() * (frequency[1] - frequency[0])))


def _at(stamps: Integers, values: Array, wanted: Integers) -> Array:
    index = np.clip(np.searchsorted(stamps, wanted, side='right') - 1, 0, None)
    found: Array = values[index]
    return found
