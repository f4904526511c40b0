"""A high-pass whose response is known: what comes of tremor in it can be taken back exactly.

Voluntary motion is a hundred times as large as tremor; two second-order sections in a row leave a
ten-thousandth of it at a tenth of the cut-off.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.second_order import SecondOrder

SECTIONS = 2


class HighPass:
    """High-pass of signals of any shape, at rest at ``origin``."""

    def __init__(self, cutoff_hz: float) -> None:
        self._sections = [SecondOrder(cutoff_hz) for _ in range(SECTIONS)]
        self.reset(np.zeros(1))

    def reset(self, origin: Array) -> None:
        """Come to rest at ``origin``."""
        self._origin = origin.copy()
        for section in self._sections:
            section.reset(origin.shape)

    def step(self, x: Array, dt: float) -> Array:
        """Return what is high in ``x``, ``dt`` [s] after the sample before."""
        high = x - self._origin
        for section in self._sections:
            high = section.step(high, dt)[1]
        return high

    def response(self, omega: Array, dt: float) -> NDArray[np.complex128]:
        """Return the response at ``omega`` [rad/s] for samples every ``dt`` [s]."""
        response: NDArray[np.complex128] = self._sections[0].high_response(omega, dt) ** SECTIONS
        return response

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._origin = self._origin + offset
