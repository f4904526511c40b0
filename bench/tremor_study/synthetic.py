"""Synthetic tremor: several dominant frequencies that drift, and what lies between them.

Three lines between 7.5 and 12.5 Hz, each with a direction and phases of its own; their frequencies
wander by 0.5 Hz (standard deviation) with a time constant of 2 s within 6 to 14 Hz, their
amplitudes by a factor of 1.5 with the same. The rest of the power is noise over 6 to 14 Hz.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

from telesurgery_core.transforms import Array

BAND_HZ = (6.0, 14.0)
CENTRES_HZ = (7.5, 12.5)
DRIFT_HZ = 0.5
DRIFT_TIME_S = 2.0
AMPLITUDE_LOG_DEVIATION = 0.4
NOISE_ORDER = 4
SETTLING_S = 5.0


@dataclass(frozen=True, slots=True)
class TremorKind:
    """What tremor is made of."""

    lines: int = 3
    noise_share: float = 0.3
    """Of the power."""


def tremor(rng: np.random.Generator, kind: TremorKind, count: int, rate_hz: float) -> Array:
    """Return ``(count, 3)`` of unit RMS an axis, taken over the three axes together."""
    x = np.zeros((count, 3))
    if kind.noise_share < 1.0:
        x = np.sqrt(1.0 - kind.noise_share) * _unit(_lines(rng, kind.lines, count, rate_hz))
    if kind.noise_share > 0.0:
        x = x + np.sqrt(kind.noise_share) * _unit(_noise(rng, count, rate_hz))
    return _unit(x)


def _lines(rng: np.random.Generator, lines: int, count: int, rate_hz: float) -> Array:
    centres = rng.uniform(*CENTRES_HZ, lines)
    drift = DRIFT_HZ * _wandering(rng, (count, lines), rate_hz)
    phase = 2.0 * np.pi * np.cumsum(np.clip(centres + drift, *BAND_HZ), axis=0) / rate_hz
    amplitude = rng.uniform(0.5, 1.0, (lines, 3)) * np.exp(
        AMPLITUDE_LOG_DEVIATION * _wandering(rng, (count, lines, 3), rate_hz)
    )
    start = rng.uniform(0.0, 2.0 * np.pi, (lines, 3))
    total: Array = (amplitude * np.sin(phase[:, :, None] + start)).sum(axis=1)
    return total


def _noise(rng: np.random.Generator, count: int, rate_hz: float) -> Array:
    sections = butter(NOISE_ORDER, BAND_HZ, 'bandpass', fs=rate_hz, output='sos')
    settling = round(SETTLING_S * rate_hz)
    white = rng.normal(size=(count + settling, 3))
    return np.asarray(sosfilt(sections, white, axis=0))[settling:]


def _wandering(rng: np.random.Generator, shape: tuple[int, ...], rate_hz: float) -> Array:
    """Return a stationary process of unit variance with the time constant of the drift."""
    keep = np.exp(-1.0 / (DRIFT_TIME_S * rate_hz))
    fresh = rng.normal(size=shape)
    fresh[1:] *= np.sqrt(1.0 - keep * keep)
    return np.asarray(lfilter([1.0], [1.0, -keep], fresh, axis=0))


def _unit(x: Array) -> Array:
    centred = x - x.mean(axis=0)
    unit: Array = centred / np.sqrt(np.square(centred).mean())
    return unit
