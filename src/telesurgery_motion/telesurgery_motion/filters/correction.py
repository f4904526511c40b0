"""How much of what a filter finds is taken out of the signal."""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.vector_filter import VectorFilter


class Correction:
    """Takes out a ``share`` (0..1) of what a filter finds, never more than ``limit_m``.

    Tremor is small. With the limit the result is never further from the hand than that, whatever
    an estimator has come to believe.
    """

    def __init__(self, inner: VectorFilter, share: float, limit_m: float = math.inf) -> None:
        self._inner = inner
        self._share = share
        self._limit = limit_m

    def reset(self, x: Array) -> None:
        """Start anew at ``x``."""
        self._inner.reset(x)

    def step(self, x: Array, dt: float) -> Array:
        """Return ``x`` ``(b, 3)`` corrected."""
        found = self._share * (x - self._inner.step(x, dt))
        if self._limit < math.inf:
            length = np.sqrt(np.square(found).sum(axis=1, keepdims=True))
            found *= self._limit / np.maximum(length, self._limit)
        return x - found

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` further."""
        self._inner.shift(offset)
