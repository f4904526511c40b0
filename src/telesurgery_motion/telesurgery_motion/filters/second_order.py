"""A second-order Butterworth section that may be sampled at irregular times.

The state-variable form under the trapezoidal rule (Zavalishin, "The Art of VA Filter Design",
2012), with the integrands kept: the states are those of the analogue circuit, so that a change of
the sampling interval disturbs nothing, and at a constant interval it is the bilinear transform
with the cut-off pre-warped, as ``scipy.signal.butter`` designs it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.transforms import Array

DAMPING = math.sqrt(2.0)
"""1/Q of a Butterworth section."""
LARGEST_ANGLE = 0.49 * math.pi
"""The tangent of a frequency above half the sampling rate would change its sign."""
LARGEST_CUTOFF_ANGLE = 0.3 * math.pi
"""Above it the trapezoidal rule would ring; after a gap the cut-off is lower for a sample."""


class SecondOrder:
    """Splits signals at ``cutoff_hz`` into a low and a high part of the same section."""

    def __init__(self, cutoff_hz: float) -> None:
        self._cutoff_hz = cutoff_hz
        self.reset((1,))

    def reset(self, shape: tuple[int, ...]) -> None:
        """Come to rest at zero, for signals of this shape."""
        self._high: Array = np.zeros(shape)
        self._slope: Array = np.zeros(shape)
        self._low: Array = np.zeros(shape)

    def step(self, x: Array, dt: float) -> tuple[Array, Array]:
        """Return the low-passed and the high-passed ``x``, ``dt`` [s] after the sample before."""
        g = self._warped(dt)
        slope_half = self._slope + g * self._high
        low_half = self._low + g * self._slope
        self._high = (x - low_half - (g + DAMPING) * slope_half) / (1.0 + g * (g + DAMPING))
        self._slope = slope_half + g * self._high
        self._low = low_half + g * self._slope
        return self._low, self._high

    def high_response(self, omega: Array, dt: float) -> NDArray[np.complex128]:
        """Return the response of the high part at ``omega`` [rad/s] for samples every ``dt``."""
        angle = np.minimum(0.5 * omega * dt, LARGEST_ANGLE)
        s = 1j * np.tan(angle) / self._warped(dt)
        response: NDArray[np.complex128] = s * s / (s * s + DAMPING * s + 1.0)
        return response

    def _warped(self, dt: float) -> float:
        return math.tan(min(math.pi * self._cutoff_hz * dt, LARGEST_CUTOFF_ANGLE))
