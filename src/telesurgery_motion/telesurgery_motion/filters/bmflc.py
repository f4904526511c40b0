"""Band-limited multiple Fourier linear combiner with least mean squares.

Veluvolu, Ang: "Estimation of physiological tremor from accelerometers for real-time applications",
Sensors 11(3), 2011: a comb of sinusoids of fixed frequencies over the tremor's band, whose weights
are learnt, as in ``wflc.py`` from the high-passed signal. What the high-pass does to phase stays
in the result: a tooth of the comb answers for its neighbours too, and to correct each by its own
frequency makes the whole worse.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.second_order import SecondOrder


class Bmflc:
    """Subtracts from vectors ``(b, 3)`` a comb of sinusoids that learns at ``rate`` [1/s]."""

    def __init__(
        self, low_hz: float, high_hz: float, spacing_hz: float, high_pass_hz: float, rate: float
    ) -> None:
        count = max(round((high_hz - low_hz) / spacing_hz), 1) + 1
        self._omega: Array = 2.0 * math.pi * np.linspace(low_hz, high_hz, count)
        self._rate = rate
        self._high_pass = SecondOrder(high_pass_hz)
        self.reset(np.zeros((1, 3)))

    def reset(self, x: Array) -> None:
        """Know no tremor yet."""
        self._origin = x.copy()
        self._high_pass.reset(x.shape)
        self._phase: Array = np.zeros_like(self._omega)
        self._phasors = np.zeros((*x.shape, len(self._omega)), dtype=complex)

    def step(self, x: Array, dt: float) -> Array:
        """Return ``x`` without its tremor."""
        high = self._high_pass.step(x - self._origin, dt)[1]
        self._phase = np.remainder(self._phase + self._omega * dt, 2.0 * math.pi)
        carriers = np.exp(1j * self._phase)
        error = high - (self._phasors @ carriers).real
        # All carriers together have the power ``count``: normalised by it, a step below one is
        # stable at any sampling interval.
        gain = -math.expm1(-self._rate * dt) / len(self._omega)
        self._phasors += gain * error[..., None] * carriers.conj()
        tremor: Array = (self._phasors @ carriers).real
        return x - tremor

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._origin += offset
