"""What is measured of a filter: error, attenuation and lag together, for each alone misleads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfiltfilt, welch

from telesurgery_core.transforms import Array
from tremor_study.synthetic import BAND_HZ
from tremor_study.trials import UM, Trials

SKIPPED_S = 3.0
"""The start, while filters settle; settling has a measure of its own."""
SEGMENT_S = 4.0
WINDOW_S = 0.5
SETTLED = 0.5
"""Settled: the tremor that is left is below half of it, for good."""


@dataclass(frozen=True)
class Figures:
    """Each ``(b,)``."""

    error_um: Array
    """RMS of result minus intent, an axis."""
    band_db: Array
    """Power of result minus intent in 6-14 Hz over that of the tremor there."""
    lag_ms: Array
    """Delay of the intent in the result, by least squares."""


def figures(trials: Trials, result: Array) -> Figures:
    """Measure what a filter made of trials that are evenly sampled."""
    skipped = round(SKIPPED_S * trials.rate_hz)
    error = (result - trials.meant)[skipped:]
    velocity = np.gradient(trials.meant, trials.times, axis=0)[skipped:]
    trembling = np.maximum(_band_power(trials.trembling[skipped:], trials.rate_hz), 1e-30)
    lag = -(velocity * error).sum(axis=(0, 2)) / np.square(velocity).sum(axis=(0, 2))
    return Figures(
        error_um=np.sqrt(np.square(error).mean(axis=(0, 2))) / UM,
        band_db=10.0 * np.log10(_band_power(error, trials.rate_hz) / trembling + 1e-30) + 0.0,
        lag_ms=1e3 * lag,
    )


def error_um(trials: Trials, result: Array) -> Array:
    """Return the RMS error ``(b,)`` of trials that may be sampled anyhow."""
    error = (result - trials.meant)[trials.times >= SKIPPED_S]
    rms: Array = np.sqrt(np.square(error).mean(axis=(0, 2))) / UM
    return rms


def settling_s(trials: Trials, result: Array, onset_s: float) -> float | None:
    """Return how long after its onset tremor is halved, over all trials; None: it never is."""
    sections = butter(4, BAND_HZ, 'bandpass', fs=trials.rate_hz, output='sos')
    window = np.ones(max(round(WINDOW_S * trials.rate_hz), 1))

    def power(x: Array) -> Array:
        squares = np.square(sosfiltfilt(sections, x, axis=0)).mean(axis=(1, 2))
        return np.convolve(squares, window / len(window), mode='same')

    left, whole = power(result - trials.meant), power(trials.trembling)
    above = np.flatnonzero((left > SETTLED**2 * whole) & (trials.times >= onset_s))
    if not len(above):
        return 0.0
    last = trials.times[above[-1]]
    return None if last > trials.times[-1] - 2.0 else max(float(last) - onset_s, 0.0)


def _band_power(x: Array, rate_hz: float) -> Array:
    """Return the power ``(b,)`` of ``(n, b, 3)`` in the band of tremor."""
    f, density = welch(x, rate_hz, nperseg=round(SEGMENT_S * rate_hz), axis=0)
    inside = (f >= BAND_HZ[0]) & (f <= BAND_HZ[1])
    power: Array = density[inside].sum(axis=(0, 2))
    return power
