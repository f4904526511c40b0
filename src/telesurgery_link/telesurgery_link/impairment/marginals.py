"""Marginal distributions of delay, each given by its quantile function.

A quantile function turns uniform numbers into delays, so that any process with uniform marginals
(independent draws, a correlated one) can carry any of them. Values are delays that add to a path's
base delay. All functions work on arrays of any shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array

LARGEST_MS = 60_000.0
"""Largest figure of a delay: a minute."""

LARGEST_BELOW_ONE = float(np.nextafter(1.0, 0.0))


class Marginal(Protocol):
    """A distribution of delay."""

    def quantile_ms(self, u: Array) -> Array:
        """Return the delays [ms] below which lie the shares ``u`` (0 <= u < 1) of all delays."""
        ...


@dataclass(frozen=True)
class Constant:
    """The same delay for every frame."""

    value_ms: float = parameter(doc='The delay.', unit='ms', low=0.0, high=LARGEST_MS)

    def quantile_ms(self, u: Array) -> Array:
        """Return the one value [ms]."""
        return np.full_like(u, self.value_ms, dtype=float)


@dataclass(frozen=True)
class Uniform:
    """Every delay between two bounds equally likely."""

    low_ms: float = parameter(doc='Smallest delay.', unit='ms', low=0.0, high=LARGEST_MS)
    high_ms: float = parameter(doc='Largest delay.', unit='ms', low=0.0, high=LARGEST_MS)

    def __post_init__(self) -> None:
        if self.high_ms < self.low_ms:
            raise ParameterError(
                f'high_ms is {self.high_ms!r}; allowed: at least low_ms ({self.low_ms}); swap them'
            )

    def quantile_ms(self, u: Array) -> Array:
        """Return the quantiles [ms] at ``u``."""
        return self.low_ms + np.asarray(u) * (self.high_ms - self.low_ms)


@dataclass(frozen=True)
class Normal:
    """A normal distribution without the part below a floor.

    ``mean_ms`` and ``sd_ms`` are those of the untruncated normal.
    """

    mean_ms: float = parameter(doc='Mean before truncation.', unit='ms', low=0.0, high=LARGEST_MS)
    sd_ms: float = parameter(
        doc='Standard deviation before truncation.', unit='ms', low=0.0, high=LARGEST_MS
    )
    floor_ms: float = parameter(0.0, doc='No delay is smaller.', unit='ms', low=0.0)

    def __post_init__(self) -> None:
        if self.floor_ms > self.mean_ms:
            raise ParameterError(
                f'floor_ms is {self.floor_ms!r}; allowed: at most mean_ms ({self.mean_ms}); '
                'lower it'
            )

    @cached_property
    def _share_above_floor(self) -> float:
        if self.sd_ms == 0.0:
            return 1.0
        return float(ndtr((self.mean_ms - self.floor_ms) / self.sd_ms))

    def quantile_ms(self, u: Array) -> Array:
        """Return the quantiles [ms] at ``u``."""
        if self.sd_ms == 0.0:
            return np.full_like(u, self.mean_ms, dtype=float)
        # From the upper tail: exact where the tail is thin, and u = 0 gives the floor.
        z = -ndtri((1.0 - np.asarray(u)) * self._share_above_floor)
        return np.asarray(np.maximum(self.floor_ms, self.mean_ms + self.sd_ms * z))


@dataclass(frozen=True)
class Gamma:
    """A gamma distribution: the usual shape of queueing delay."""

    mean_ms: float = parameter(doc='Mean.', unit='ms', low=1e-6, high=LARGEST_MS)
    sd_ms: float = parameter(doc='Standard deviation.', unit='ms', low=1e-6, high=LARGEST_MS)

    @cached_property
    def shape(self) -> float:
        """The shape parameter k."""
        return (self.mean_ms / self.sd_ms) ** 2

    @cached_property
    def scale_ms(self) -> float:
        """The scale parameter theta [ms]."""
        return self.sd_ms**2 / self.mean_ms

    def quantile_ms(self, u: Array) -> Array:
        """Return the quantiles [ms] at ``u``."""
        quantiles: Array = self.scale_ms * gammaincinv(self.shape, u)
        return quantiles


@dataclass(frozen=True)
class Hyperexponential:
    """A mixture of exponentials: mostly short delays, some of another scale."""

    weights: tuple[float, ...] = parameter(doc='Share of each branch; they sum to 1.', low=0.0)
    rates_per_ms: tuple[float, ...] = parameter(
        doc='Rate of each branch.', unit='1/ms', low=1e-5, high=1e6
    )

    def __post_init__(self) -> None:
        if len(self.weights) != len(self.rates_per_ms) or not self.weights:
            raise ParameterError(
                f'rates_per_ms has {len(self.rates_per_ms)} values and weights '
                f'{len(self.weights)}; allowed: one of each per branch; complete them'
            )
        if abs(sum(self.weights) - 1.0) > 1e-9:
            raise ParameterError(f'weights sum to {sum(self.weights):g}; allowed: 1; correct them')

    def quantile_ms(self, u: Array) -> Array:
        """Return the quantiles [ms] at ``u``.

        Newton's method on the logarithm of the survival function. That is convex and falls, so
        that the iterates rise from 0 to the root and cannot overshoot it.
        """
        target = np.log1p(-np.asarray(u, dtype=float))
        weights, rates = np.array(self.weights), np.array(self.rates_per_ms)
        x = np.zeros_like(target)
        for _ in range(100):
            terms = weights * np.exp(-rates * x[..., None])
            survival = terms.sum(axis=-1)
            step = (np.log(survival) - target) * survival / (terms @ rates)
            x = x + step
            if np.all(step <= 1e-12 * x):
                break
        return np.asarray(x)
