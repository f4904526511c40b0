"""The one-euro filter (Casiez, Roussel, Vogel: "1 Euro Filter", CHI 2012), for a point.

A first-order low-pass whose cut-off grows with speed: steady at rest, prompt in motion. Speed is
the length of the vector's derivative, so that the result does not depend on the axes chosen.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array

SHORTEST_DT_S = 0.5e-9
"""Stamps are whole nanoseconds: less than half of one is no time at all."""


def smoothing_factor(cutoff_hz: float, dt: float) -> float:
    """Return alpha of a first-order low-pass with this cut-off for a sample ``dt`` [s] later."""
    r = 2.0 * math.pi * cutoff_hz * dt
    return r / (r + 1.0)


class OneEuro:
    """One-euro filter of ``(n,)`` signals of one unit; samples may come at irregular times.

    ``beta`` is in Hz per unit of the signal a second.
    """

    def __init__(self, min_cutoff_hz: float, beta: float, derivative_cutoff_hz: float) -> None:
        self._min_cutoff_hz = min_cutoff_hz
        self._beta = beta
        self._derivative_cutoff_hz = derivative_cutoff_hz
        self.reset(np.zeros(1))

    def reset(self, x: Array) -> None:
        """Start anew at rest at ``x``."""
        self._x = x
        self._velocity: Array = np.zeros_like(x)

    def step(self, x: Array, dt: float) -> Array:
        """Return the filtered ``x``; a sample not later than the one before changes nothing."""
        if dt < SHORTEST_DT_S:
            return self._x
        velocity = (x - self._x) / dt
        alpha = smoothing_factor(self._derivative_cutoff_hz, dt)
        self._velocity = self._velocity + alpha * (velocity - self._velocity)
        speed = math.sqrt(self._velocity @ self._velocity)
        alpha = smoothing_factor(self._min_cutoff_hz + self._beta * speed, dt)
        self._x = self._x + alpha * (x - self._x)
        return self._x
