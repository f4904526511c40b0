"""A Kalman filter that takes signals apart: voluntary motion + tremor + noise of the measurement.

The three axes of a vector share one covariance, so that what is found does not depend on the axes
chosen and the work is a third. States are ordered: voluntary motion, in-phase part of every
oscillator, quadrature part of every oscillator.
"""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_motion.filters.oscillators import Oscillators
from telesurgery_motion.filters.voluntary_motion import VoluntaryMotion


class Separation:
    """State ``(b, n, 3)`` and covariance ``(b, n, n)`` of b vectors.

    Attributes:
        state: the estimate; ``state[:, 0]`` is the position that is meant.
        innovation: what the last sample told that had not been foreseen ``(b, 3)`` [m].
        expected: its variance an axis, as the model has it ``(b,)`` [m^2].
    """

    def __init__(self, voluntary: VoluntaryMotion, tremor: Oscillators) -> None:
        self._voluntary = voluntary
        self._tremor = tremor
        v, m = voluntary.order, tremor.count
        self._n = n = v + 2 * m
        self._i, self._q = slice(v, v + m), slice(v + m, n)
        self._dt = -1.0
        self._A: Array = np.zeros((n, n))
        self._turns = [
            np.einsum('ii->i', self._A[rows, columns])  # a view of the diagonal
            for rows in (self._i, self._q)
            for columns in (self._i, self._q)
        ]
        self._seen: Array = np.zeros(n)
        self._seen[0] = 1.0
        self._seen[self._i] = 1.0
        self.innovation: Array = np.zeros((1, 3))
        self.expected: Array = np.zeros(1)

    def start(self, x: Array, speed: Array, tremor: Array) -> None:
        """Begin at ``x`` ``(b, 3)``, which may be off by the tremor.

        ``speed`` ``(b,)`` and ``tremor`` ``(b, count)`` are variances, of the voluntary model's
        unit and of each oscillator.
        """
        v, n = self._voluntary.order, self._n
        self.state: Array = np.zeros((len(x), n, 3))
        self.state[:, 0] = x
        self._P: Array = np.zeros((len(x), n, n))
        self._P[:, :v, :v] = speed[:, None, None] * self._voluntary.rest
        self._P[:, 0, 0] = tremor.sum(axis=1)
        diagonal = self._variances(self._P)
        diagonal[:, self._i] = diagonal[:, self._q] = tremor
        self.innovation = np.zeros_like(x)
        self.expected = np.ones(len(x))

    def predict(self, dt: float, speed: Array, tremor: Array) -> None:
        """Go ``dt`` [s] on; the strengths are those of ``start``."""
        self._prepare(dt)
        v = self._voluntary.order
        self.state = self._A @ self.state
        P = self._A @ self._P @ self._A.T
        P = P + P.transpose(0, 2, 1)
        P *= 0.5
        P[:, :v, :v] += speed[:, None, None] * self._Q_voluntary
        fresh = tremor * self._fresh
        diagonal = self._variances(P)
        diagonal[:, self._i] += fresh
        diagonal[:, self._q] += fresh
        self._P = P

    def compare(self, x: Array, noise: Array) -> None:
        """Hold the prediction against ``x`` ``(b, 3)``, measured with variance ``noise`` (b,)."""
        self._gain = self._P @ self._seen
        self.expected = self._gain @ self._seen + noise
        self.innovation = x - self._seen @ self.state

    def correct(self) -> None:
        """Take in what the last comparison told."""
        share = (self._gain / self.expected[:, None])[:, :, None]
        self.state += share * self.innovation[:, None, :]
        self._P -= share * self._gain[:, None, :]

    def doubt_voluntary(self, factor: Array) -> None:
        """Multiply the variance of the voluntary part by ``factor`` ``(b,)``."""
        root, v = np.sqrt(factor), self._voluntary.order
        self._P[:, :v, :] *= root[:, None, None]
        self._P[:, :, :v] *= root[:, None, None]

    def tremor_power(self) -> Array:
        """Return the mean square of every oscillator, an axis ``(b, count)``, doubt included."""
        squares = np.einsum('bna,bna->bn', self.state, self.state) / 3.0
        squares += self._variances(self._P)
        power: Array = 0.5 * (squares[:, self._i] + squares[:, self._q])
        return power

    def shift(self, offset: Array) -> None:
        """Let the voluntary position be ``offset`` ``(b, 3)`` further."""
        self.state[:, 0] += offset

    def _prepare(self, dt: float) -> None:
        """Set the model to steps of ``dt``, unless it is already."""
        if dt == self._dt:
            return
        self._dt = dt
        v, A = self._voluntary.order, self._A
        A[:v, :v], self._Q_voluntary = self._voluntary.transition(dt)
        cosine, sine, self._fresh = self._tremor.transition(dt)
        for turn, value in zip(self._turns, (cosine, -sine, sine, cosine), strict=True):
            turn[:] = value

    def _variances(self, P: Array) -> Array:
        """Return the diagonals of a whole covariance ``(b, n)``; they may be written to."""
        return P.reshape(len(P), -1)[:, :: self._n + 1]
