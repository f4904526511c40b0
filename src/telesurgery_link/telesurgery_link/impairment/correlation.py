"""Delays with a given marginal and a given autocorrelation, both exact: a Gaussian copula.

z is a stationary normal AR(1) process with lag-1 correlation r, and the delays are Q(Phi(z)) with
the marginal's quantile function Q: their marginal is exact whatever r is. What passes through Q
comes out correlated otherwise than it went in, so r is solved for. With the Hermite coefficients
a_k of Q(Phi(.)), Mehler's formula gives the autocorrelation that comes out:

    rho(r) = sum_k a_k^2 r^k / sum_k a_k^2,    k = 1, 2, ...

It rises with r, from rho(-1), the least that two values of that marginal can have (Frechet and
Hoeffding), to 1. (Cario and Nelson, "Autoregressive to anything", Oper. Res. Letters 19, 1996.)
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from scipy.special import ndtr

from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import Array
from telesurgery_link.impairment.marginals import LARGEST_BELOW_ONE, Marginal
from telesurgery_link.impairment.streams import BLOCK

HALVINGS = 50
"""Of the interval from -1 to 1 that is more than a float can tell."""

DEGREES = 400
"""Hermite coefficients kept. At a latent correlation of 0.99 what is left out counts 2 %."""
GRID = np.linspace(-8.2, 8.2, 8201)
"""Where the integrals are taken: Phi leaves [0, 1 - 1e-16] beyond it."""
LARGEST = 0.999
"""Largest autocorrelation: beyond it a thousand frames say nothing about the marginal."""


class UnreachableAutocorrelationError(ParameterError):
    """An autocorrelation that no process with that marginal can have."""


def uniforms(rng: np.random.Generator, latent: float) -> Uniforms:
    """Return a source of uniform numbers whose normal scores have lag-1 correlation ``latent``."""
    return CorrelatedUniforms(rng, latent) if latent else Uniforms(rng)


class Uniforms:
    """Independent uniform numbers, block by block."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def block(self) -> Array:
        """Return the next numbers ``(BLOCK,)``, 0 <= u < 1."""
        return self._rng.random(BLOCK)


class CorrelatedUniforms(Uniforms):
    """Uniform numbers whose normal scores are a stationary AR(1) process."""

    def __init__(self, rng: np.random.Generator, latent: float) -> None:
        super().__init__(rng)
        self._latent = latent
        self._innovation_sd = np.sqrt(1.0 - latent**2)
        self._z = float(rng.standard_normal())

    def block(self) -> Array:
        """Return the next numbers ``(BLOCK,)``, 0 <= u < 1."""
        shocks = (self._innovation_sd * self._rng.standard_normal(BLOCK)).tolist()
        latent = self._latent
        z = list(
            accumulate(shocks, lambda before, shock: latent * before + shock, initial=self._z)
        )
        self._z = z.pop()
        return np.asarray(np.minimum(ndtr(z), LARGEST_BELOW_ONE))


def latent_correlation(marginal: Marginal, autocorrelation: float) -> float:
    """Return the normal correlation r at which delays of ``marginal`` have ``autocorrelation``.

    UnreachableAutocorrelationError, with the range, for what this marginal cannot have.
    """
    if autocorrelation == 0.0:
        return 0.0
    power = _power(marginal)
    low, high = _range(power)
    if not low <= autocorrelation <= high:
        name = type(marginal).__name__.lower()
        allowed = 'none but 0, for all delays are equal' if high == 0 else f'{low:.3f} .. {high:g}'
        raise UnreachableAutocorrelationError(
            f'autocorrelation of {name} is {autocorrelation:g}; allowed: {allowed}; change it or '
            'the distribution'
        )
    below, above = -1.0, 1.0
    for _ in range(HALVINGS):  # scipy.optimize would cost a gateway half a second at its start
        middle = (below + above) / 2.0
        if _rho(power, middle) < autocorrelation:
            below = middle
        else:
            above = middle
    return (below + above) / 2.0


def reachable(marginal: Marginal) -> tuple[float, float]:
    """Return the least and the largest autocorrelation that delays of ``marginal`` can have."""
    return _range(_power(marginal))


def _range(power: Array) -> tuple[float, float]:
    return (_rho(power, -1.0), LARGEST) if power.any() else (0.0, 0.0)


def _power(marginal: Marginal) -> Array:
    """Return the squared Hermite coefficients a_1^2 ... of Q(Phi(z)) ``(DEGREES,)``."""
    delays = marginal.quantile_ms(np.minimum(ndtr(GRID), LARGEST_BELOW_ONE))
    delays = delays - delays[GRID.size // 2]
    # Hermite functions carry the root of the normal density, which keeps their recursion stable.
    root = np.exp(-(GRID**2) / 4) / (2 * np.pi) ** 0.25
    weighted = delays * root * (GRID[1] - GRID[0])
    before, current = np.zeros_like(root), root
    power = np.empty(DEGREES)
    for degree in range(DEGREES):
        rising = GRID * current - np.sqrt(degree) * before
        before, current = current, rising / np.sqrt(degree + 1)
        power[degree] = (weighted @ current) ** 2
    return power


def _rho(power: Array, r: float) -> float:
    return float(power @ r ** np.arange(1, power.size + 1) / power.sum())
