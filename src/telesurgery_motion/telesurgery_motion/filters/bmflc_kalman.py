"""Band-limited multiple Fourier linear combiner with a Kalman filter, and voluntary motion in it.

Veluvolu, Ang (see ``bmflc.py``): the comb's weights are a random walk, here in the equivalent form
of undamped oscillators with noise. Voluntary motion is a random walk of the acceleration, in the
same state, so that neither has to be filtered away before the other is estimated.
"""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.oscillators import Oscillators
from telesurgery_motion.filters.separation import Separation
from telesurgery_motion.filters.voluntary_motion import VoluntaryMotion

WIENER_ORDER = 3
LONG_COHERENCE_S = 1e3
"""As good as undamped; noise is given by how it grows, not by the strength that it would reach."""
START_SPEED = 0.02
START_TREMOR_M = 3e-5


class BmflcKalman:
    """Separates vectors ``(b, 3)`` with fixed strengths.

    ``jerk`` [m/s^3 per root Hz] is the noise that drives voluntary motion, ``drift`` [m per root
    second] how fast the amplitude of the tremor changes, ``noise`` [m] that of the measurement.
    """

    def __init__(
        self,
        low_hz: float,
        high_hz: float,
        spacing_hz: float,
        jerk: float,
        drift: float,
        noise: float,
    ) -> None:
        count = max(round((high_hz - low_hz) / spacing_hz), 1) + 1
        self._separation = Separation(
            VoluntaryMotion.integrated_wiener(WIENER_ORDER),
            Oscillators(low_hz, high_hz, count, LONG_COHERENCE_S),
        )
        self._count = count
        self._jerk, self._drift, self._noise = jerk, drift, noise
        self.reset(np.zeros((1, 3)))

    def reset(self, x: Array) -> None:
        """Know no tremor yet."""
        b = len(x)
        self._voluntary: Array = np.full(b, self._jerk**2)
        # A share 2 dt / coherence of the strength is new in dt: this grows by drift^2 dt in all.
        power = self._drift**2 * LONG_COHERENCE_S / (2.0 * self._count)
        self._tremor: Array = np.full((b, self._count), power)
        self._variance: Array = np.full(b, self._noise**2)
        start = min(power, START_TREMOR_M**2 / self._count)
        self._separation.start(x, np.full(b, START_SPEED**2), np.full((b, self._count), start))

    def step(self, x: Array, dt: float) -> Array:
        """Return the voluntary part of ``x``."""
        separation = self._separation
        separation.predict(dt, self._voluntary, self._tremor)
        separation.compare(x, self._variance)
        separation.correct()
        return separation.state[:, 0].copy()

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._separation.shift(offset)
