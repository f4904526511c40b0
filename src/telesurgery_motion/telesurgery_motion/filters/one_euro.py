"""The one-euro filter (Casiez, Roussel, Vogel: "1 Euro Filter", CHI 2012), for vectors.

A first-order low-pass whose cut-off grows with speed: steady at rest, prompt in motion. Speed is
the length of the vector's derivative, so that the result does not depend on the axes chosen; for
motion along one axis it is the filter of the paper to the last digit.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array


class OneEuro:
    """One-euro filter of vectors ``(b, 3)``; ``beta`` is in Hz per metre a second."""

    def __init__(self, min_cutoff_hz: float, beta: float, derivative_cutoff_hz: float) -> None:
        self._min_cutoff_hz = min_cutoff_hz
        self._beta = beta
        self._derivative_cutoff_hz = derivative_cutoff_hz
        self.reset(np.zeros((1, 3)))

    def reset(self, x: Array) -> None:
        """Start at rest at ``x``."""
        self._x = x.copy()
        self._velocity: Array = np.zeros_like(x)

    def step(self, x: Array, dt: float) -> Array:
        """Return the filtered ``x``."""
        velocity = (x - self._x) / dt
        alpha = smoothing_factor(np.array(self._derivative_cutoff_hz), dt)
        self._velocity = self._velocity + alpha * (velocity - self._velocity)
        speed = np.sqrt((self._velocity**2).sum(axis=1, keepdims=True))
        alpha = smoothing_factor(self._min_cutoff_hz + self._beta * speed, dt)
        self._x = self._x + alpha * (x - self._x)
        return self._x

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._x = self._x + offset


def smoothing_factor(cutoff_hz: Array, dt: float) -> Array:
    """Return alpha of a first-order low-pass with this cut-off for a sample ``dt`` [s] later."""
    r = 2.0 * math.pi * cutoff_hz * dt
    alpha: Array = r / (r + 1.0)
    return alpha
