"""Models of voluntary motion: a chain of derivatives, driven at its end by white noise.

The transition over any time is a power series of the chain's matrix, taken for a short step and
doubled as often as it needs, so that irregular samples and gaps are exact.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array

TERMS = 10
LARGEST_STEP = 0.1
"""Of the series' variable, rate times time: what is left out is below 1e-9 of the whole."""


class VoluntaryMotion:
    """Position, velocity and higher derivatives of a hand along one axis.

    Attributes:
        order: number of states; the first is the position, the second the velocity.
        rest: covariance ``(order, order)`` of the states of a hand at unit strength, the position
            apart: that is known or not, but never at home.
    """

    def __init__(self, chain: Array, density: float, rate: float, rest: Array) -> None:
        """Take the chain's matrix ``(order, order)`` and its noise; ``rate`` [1/s] bounds it."""
        self.order = len(chain)
        self.rest = rest
        self._rate = rate
        powers = [np.eye(self.order)]
        for _ in range(TERMS):
            powers.append(powers[-1] @ chain)
        noise = np.zeros_like(chain)
        noise[-1, -1] = density
        transitions = [power / math.factorial(n) for n, power in enumerate(powers)]
        noises = [np.zeros_like(chain)]
        for n in range(1, TERMS + 1):
            terms = (
                math.comb(n - 1, j) * powers[j] @ noise @ powers[n - 1 - j].T for j in range(n)
            )
            noises.append(sum(terms, np.zeros_like(chain)) / math.factorial(n))
        self._series: Array = (
            np.array([transitions, noises]).transpose(1, 0, 2, 3).reshape(TERMS + 1, -1)
        )
        self._exponents = np.arange(TERMS + 1)

    @classmethod
    def integrated_wiener(cls, order: int) -> VoluntaryMotion:
        """Return the model whose derivative number ``order`` is white noise of density one."""
        rest = np.eye(order)
        rest[0, 0] = 0.0
        return cls(np.eye(order, k=1), 1.0, 0.0, rest)

    @classmethod
    def smooth_velocity(cls, rate: float) -> VoluntaryMotion:
        """Return the model of a velocity of unit variance that has three poles at ``-rate`` [1/s].

        Its position falls off with the fourth power of frequency, as that of a surgeon's hand
        does; above ``rate`` there is little of it.
        """
        chain = np.eye(4, k=1)
        chain[3, 1:] = -(rate**3), -3.0 * rate**2, -3.0 * rate
        density = 16.0 * rate**5 / 3.0  # the impulse response t^2/2 exp(-rate t) has this power
        rest = np.zeros((4, 4))
        rest[1, 1] = 1.0
        rest[2, 2] = rate**2 / 3.0
        rest[3, 3] = rate**4
        rest[1, 3] = rest[3, 1] = -(rate**2) / 3.0
        return cls(chain, density, rate, rest)

    def transition(self, dt: float) -> tuple[Array, Array]:
        """Return the transition over ``dt`` [s] and its noise, both ``(order, order)``."""
        doublings = max(math.ceil(math.log2(max(self._rate * dt / LARGEST_STEP, 1e-9))), 0)
        powers = (dt / 2**doublings) ** self._exponents
        A, Q = (powers @ self._series).reshape(2, self.order, self.order)
        for _ in range(doublings):
            A, Q = A @ A, Q + A @ Q @ A.T
        return A, Q
