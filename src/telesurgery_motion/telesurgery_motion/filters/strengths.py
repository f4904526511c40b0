"""How strong motion, tremor and noise are: what the adaptive filter learns as it runs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from telesurgery_core.transforms import Array

LEAST_SPEED = 5e-3
"""Voluntary motion is expected to begin at any time: [m/s] of a hand that has long been still."""
LEAST_TREMOR_M = 3e-6
"""Of each oscillator, so that tremor may begin at any time: less is quieter and learns later."""
LEAST_NOISE_M = 2e-6
LARGEST_NOISE_M = 1e-3
START_SPEED = 0.02
START_TREMOR_M = 3e-5
SPEED_ATTACK_S = 0.02
"""Motion begins within hundredths of a second."""
NOISE_TIME_S = 0.3
NOISE_MARGIN = 0.02
"""Innovations count as noise only as far as their correlation is below minus this share."""
NOISE_LEAK = 0.05


@dataclass(frozen=True, slots=True)
class Pace:
    """How strengths are learnt and how much more of them is assumed."""

    speed_time_s: float
    """Time constant with which a speed is forgotten."""
    speed_factor: float
    """Voluntary motion that is allowed for, relative to what was seen, as a power."""
    tremor_time_s: float
    """Time constant with which the power of an oscillator is forgotten."""
    tremor_factor: float
    """Tremor that is allowed for, likewise."""


class Strengths:
    """Variances of b vectors, an axis.

    Attributes:
        speed: of voluntary velocity ``(b,)`` [m^2/s^2].
        tremor: of every oscillator ``(b, count)`` [m^2].
        noise: of the measurement ``(b,)`` [m^2].
    """

    def __init__(self, pace: Pace, count: int) -> None:
        self._pace = pace
        self._count = count
        self.reset(1)

    def reset(self, b: int) -> None:
        """Expect what hands usually do."""
        self._speed: Array = np.full(b, START_SPEED**2)
        self._tremor: Array = np.full((b, self._count), START_TREMOR_M**2 / self._count)
        self._noise: Array = np.zeros(b)
        self._last: Array = np.zeros((b, 3))
        self._assume()

    def learn(self, velocity: Array, tremor: Array, innovation: Array, dt: float) -> None:
        """Take in what was found for a sample.

        ``velocity`` ``(b, 3)`` [m/s], mean square of every oscillator ``(b, count)`` [m^2],
        innovation ``(b, 3)`` [m].
        """
        pace = self._pace
        speed = _mean_product(velocity, velocity)
        slow, fast = -math.expm1(-dt / pace.speed_time_s), -math.expm1(-dt / SPEED_ATTACK_S)
        self._speed += np.where(speed > self._speed, fast, slow) * (speed - self._speed)
        self._tremor += -math.expm1(-dt / pace.tremor_time_s) * (tremor - self._tremor)
        self._learn_noise(innovation, min(dt / NOISE_TIME_S, 1.0))
        self._assume()

    def surprise(self, factor: Array) -> None:
        """Assume ``factor`` ``(b,)`` times as much voluntary motion as before, as a power."""
        self._speed *= factor

    def _learn_noise(self, innovation: Array, share: float) -> None:
        """Seek the noise at which innovations are white.

        Where less noise is assumed than there is, the filter runs after every sample and is
        contradicted by the next: innovations alternate. Voluntary motion makes them go one way.
        """
        alternation = -0.25 * self._last - NOISE_MARGIN * innovation
        change = _mean_product(innovation, alternation) - NOISE_LEAK * self._noise
        self._last = innovation
        noise = np.maximum(self._noise + share * change, 0.0)
        self._noise = np.minimum(noise, LARGEST_NOISE_M**2)

    def _assume(self) -> None:
        pace = self._pace
        self.speed: Array = pace.speed_factor * self._speed + LEAST_SPEED**2
        self.tremor: Array = pace.tremor_factor * self._tremor + LEAST_TREMOR_M**2
        self.noise: Array = self._noise + LEAST_NOISE_M**2


def _mean_product(a: Array, b: Array) -> Array:
    """Return the products of vectors ``(b, 3)``, an axis ``(b,)``."""
    products: Array = np.einsum('ba,ba->b', a, b) / 3.0
    return products
