"""Band-limited multiple Fourier linear combiner with least mean squares.

Veluvolu, Ang: "Estimation of physiological tremor from accelerometers for real-time applications",
Sensors 11(3), 2011: a comb of sinusoids of fixed frequencies over the tremor's band, whose weights
are learnt. As in ``wflc.py`` they are learnt from the high-passed signal, and its known response
is taken back frequency by frequency.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.high_pass import HighPass


class Bmflc:
    """Subtracts from vectors ``(b, 3)`` a comb of sinusoids that learns at ``rate`` [1/s]."""

    def __init__(
        self, low_hz: float, high_hz: float, spacing_hz: float, high_pass_hz: float, rate: float
    ) -> None:
        count = max(round((high_hz - low_hz) / spacing_hz), 1) + 1
        self._omega: Array = 2.0 * math.pi * np.linspace(low_hz, high_hz, count)
        self._rate = rate
        self._high_pass = HighPass(high_pass_hz)
        self.reset(np.zeros((1, 3)))

    def reset(self, x: Array) -> None:
        """Know no tremor yet."""
        self._high_pass.reset(x)
        self._phase: Array = np.zeros_like(self._omega)
        self._phasors = np.zeros((*x.shape, len(self._omega)), dtype=complex)

    def step(self, x: Array, dt: float) -> Array:
        """Return ``x`` without its tremor."""
        high = self._high_pass.step(x, dt)
        self._phase = np.remainder(self._phase + self._omega * dt, 2.0 * math.pi)
        carriers = np.exp(1j * self._phase)
        error = high - (self._phasors @ carriers).real
        # All carriers together have the power ``count``: normalised by it, a step below one is
        # stable at any sampling interval.
        gain = -math.expm1(-self._rate * dt) / len(self._omega)
        self._phasors += gain * error[..., None] * carriers.conj()
        response = self._high_pass.response(self._omega, dt)
        tremor: Array = (self._phasors @ (carriers / response)).real
        return x - tremor

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._high_pass.shift(offset)
