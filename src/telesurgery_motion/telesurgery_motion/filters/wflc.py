"""Weighted-frequency Fourier linear combiner: one sinusoid an axis that follows its frequency.

Riviere, Rader, Thakor: "Adaptive canceling of physiological tremor for improved precision in
microsurgery", IEEE Trans. Biomed. Eng. 45(7), 1998. Both weights and the frequency are learnt by
least mean squares. What is learnt from is the high-passed signal, for voluntary motion is a
hundred times as large as tremor; the known response of the high-pass at the frequency that was
found is taken back before the tremor is subtracted, so that no phase is lost on the way.

Rates are per second and errors are relative to the signal's own power: the result depends neither
on the sampling rate nor on the unit.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.second_order import SecondOrder

POWER_TIME_S = 0.5
"""Over so long the power is taken to which errors are compared."""
SILENCE_M2 = 1e-16
"""A power below (10 nm)^2 is nothing."""


class Wflc:
    """Subtracts from vectors ``(b, 3)`` one sinusoid an axis, of adapted frequency.

    ``amplitude_rate`` [1/s] is how fast weights adapt, ``frequency_rate`` [rad/s^2] how fast the
    frequency does; it stays between ``low_hz`` and ``high_hz``.
    """

    def __init__(
        self,
        low_hz: float,
        high_hz: float,
        high_pass_hz: float,
        amplitude_rate: float,
        frequency_rate: float,
    ) -> None:
        self._low, self._high = 2.0 * math.pi * low_hz, 2.0 * math.pi * high_hz
        self._amplitude_rate = amplitude_rate
        self._frequency_rate = frequency_rate
        self._high_pass = SecondOrder(high_pass_hz)
        self.reset(np.zeros((1, 3)))

    def reset(self, x: Array) -> None:
        """Know no tremor yet; expect it in the middle of the band."""
        self._origin = x.copy()
        self._high_pass.reset(x.shape)
        self._omega: Array = np.full(x.shape, 0.5 * (self._low + self._high))
        self._phase: Array = np.zeros(x.shape)
        self._phasor = np.zeros(x.shape, dtype=complex)
        self._power: Array = np.zeros(x.shape)

    def step(self, x: Array, dt: float) -> Array:
        """Return ``x`` without its tremor."""
        high = self._high_pass.step(x - self._origin, dt)[1]
        self._phase = np.remainder(self._phase + self._omega * dt, 2.0 * math.pi)
        carrier = np.exp(1j * self._phase)
        error = high - (self._phasor * carrier).real
        self._power += -math.expm1(-dt / POWER_TIME_S) * (high**2 - self._power)
        # The derivative of the estimate by the phase, times the error: the paper's correlation.
        slope = error * -(self._phasor * carrier).imag / (self._power + SILENCE_M2)
        omega = self._omega + self._frequency_rate * dt * np.clip(slope, -1.0, 1.0)
        self._omega = np.clip(omega, self._low, self._high)
        # A normalised step below one is stable at any sampling interval.
        self._phasor += -math.expm1(-self._amplitude_rate * dt) * error * carrier.conj()
        response = self._high_pass.high_response(self._omega, dt)
        tremor: Array = (self._phasor * carrier / response).real
        return x - tremor

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._origin += offset
