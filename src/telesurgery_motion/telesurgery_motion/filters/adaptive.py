"""The adaptive filter: voluntary motion and tremor are separated by what is learnt of both.

Voluntary motion is a smooth velocity, tremor a bank of oscillators, and a Kalman filter
(``separation.py``) divides every sample between them. The strength of each oscillator is its own
recent power, so that the filter follows several dominant frequencies at once and takes nothing
where there is no tremor; that of voluntary motion is its recent speed; that of the noise is what
makes the innovations white (``strengths.py``). Sudden motion is believed at once
(``surprise.py``).
"""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.oscillators import Oscillators
from telesurgery_motion.filters.resolution import Resolution
from telesurgery_motion.filters.separation import Separation
from telesurgery_motion.filters.strengths import Pace, Strengths
from telesurgery_motion.filters.surprise import Surprise
from telesurgery_motion.filters.voluntary_motion import VoluntaryMotion

LARGEST_SURPRISE_OF_SPEED = 4.0
"""A surprise opens the filter at once, but the speed that is remembered grows step by step."""


class Adaptive:
    """Separates vectors ``(b, 3)`` with strengths that it learns."""

    def __init__(self, voluntary: VoluntaryMotion, tremor: Oscillators, pace: Pace) -> None:
        self._separation = Separation(voluntary, tremor)
        self._strengths = Strengths(pace, tremor.count)
        self._surprise = Surprise()
        self._resolution = Resolution()
        self.reset(np.zeros((1, 3)))

    def reset(self, x: Array) -> None:
        """Expect what hands usually do."""
        self._strengths.reset(len(x))
        self._surprise.reset(len(x))
        self._resolution.reset(x)
        self._separation.start(x, self._strengths.speed, self._strengths.tremor)

    def step(self, x: Array, dt: float) -> Array:
        """Return the voluntary part of ``x``."""
        separation, strengths = self._separation, self._strengths
        separation.predict(dt, strengths.speed, strengths.tremor)
        noise = strengths.noise + self._resolution.variance(x, dt)
        separation.compare(x, noise)
        factor = self._surprise.factor(separation.innovation, separation.expected, dt)
        if factor is not None:
            separation.doubt_voluntary(factor)
            strengths.surprise(np.minimum(factor, LARGEST_SURPRISE_OF_SPEED))
            separation.compare(x, noise)
        separation.correct()
        strengths.learn(
            separation.state[:, 1], separation.tremor_power(), separation.innovation, dt
        )
        return separation.state[:, 0].copy()

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._separation.shift(offset)
