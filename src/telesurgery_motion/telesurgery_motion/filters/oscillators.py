"""A model of tremor: a bank of damped oscillators over its band, driven by white noise.

Each is a stationary process with a narrow peak in its spectrum. Together, with a strength of their
own each, they form any spectrum within the band: several dominant frequencies, or a broad hill.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array


class Oscillators:
    """``count`` oscillators between two frequencies; infinite ``coherence_s``: undamped.

    An oscillator has two states, what it adds to the signal and a quarter of a turn behind that.
    """

    def __init__(self, low_hz: float, high_hz: float, count: int, coherence_s: float) -> None:
        self.count = count
        self._exponent = 2j * math.pi * np.linspace(low_hz, high_hz, count) - 1.0 / coherence_s

    def transition(self, dt: float) -> tuple[Array, Array, Array]:
        """Return cosine and sine of the turn in ``dt`` [s], damped, and the share of new noise.

        Each ``(count,)``; noise is in units of the oscillator's own strength, its variance.
        """
        turn = np.exp(self._exponent * dt)
        return turn.real, turn.imag, -np.expm1(2.0 * dt * self._exponent.real)
