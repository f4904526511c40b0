"""Marginal distributions of delay, each given by its quantile function.

A quantile function turns one uniform number into one delay, so that every frame costs one draw
whatever the distribution is, and so that any process with uniform marginals (independent draws, a
correlated one) can carry any of them. Values are delays that add to a path's base delay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from scipy.special import gammaincinv, ndtr, ndtri

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter


class Marginal(Protocol):
    """A distribution of delay."""

    def quantile_ms(self, u: float) -> float:
        """Return the delay [ms] below which lies the share ``u`` (0 <= u < 1) of all delays."""
        ...


@dataclass(frozen=True)
class Constant:
    """The same delay for every frame."""

    value_ms: float = parameter(doc='The delay.', unit='ms', low=0.0)

    def quantile_ms(self, u: float) -> float:
        """Return the one value [ms]."""
        return self.value_ms


@dataclass(frozen=True)
class Uniform:
    """Every delay between two bounds equally likely."""

    low_ms: float = parameter(doc='Smallest delay.', unit='ms', low=0.0)
    high_ms: float = parameter(doc='Largest delay.', unit='ms', low=0.0)

    def __post_init__(self) -> None:
        if self.high_ms < self.low_ms:
            raise ParameterError(
                f'high_ms is {self.high_ms!r}; allowed: at least low_ms ({self.low_ms}); swap them'
            )

    def quantile_ms(self, u: float) -> float:
        """Return the quantile [ms] at ``u``."""
        return self.low_ms + u * (self.high_ms - self.low_ms)


@dataclass(frozen=True)
class Normal:
    """A normal distribution without the part below a floor.

    ``mean_ms`` and ``sd_ms`` are those of the untruncated normal.
    """

    mean_ms: float = parameter(doc='Mean before truncation.', unit='ms', low=0.0)
    sd_ms: float = parameter(doc='Standard deviation before truncation.', unit='ms', low=0.0)
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

    def quantile_ms(self, u: float) -> float:
        """Return the quantile [ms] at ``u``."""
        if self.sd_ms == 0.0:
            return self.mean_ms
        # From the upper tail: exact where the tail is thin, and u = 0 gives the floor.
        z = -float(ndtri((1.0 - u) * self._share_above_floor))
        return max(self.floor_ms, self.mean_ms + self.sd_ms * z)


@dataclass(frozen=True)
class Gamma:
    """A gamma distribution: the usual shape of queueing delay."""

    mean_ms: float = parameter(doc='Mean.', unit='ms', low=1e-6)
    sd_ms: float = parameter(doc='Standard deviation.', unit='ms', low=1e-6)

    @cached_property
    def shape(self) -> float:
        """The shape parameter k."""
        return (self.mean_ms / self.sd_ms) ** 2

    @cached_property
    def scale_ms(self) -> float:
        """The scale parameter theta [ms]."""
        return self.sd_ms**2 / self.mean_ms

    def quantile_ms(self, u: float) -> float:
        """Return the quantile [ms] at ``u``."""
        return self.scale_ms * float(gammaincinv(self.shape, u))


@dataclass(frozen=True)
class Hyperexponential:
    """A mixture of exponentials: mostly short delays, some of another scale."""

    weights: tuple[float, ...] = parameter(doc='Share of each branch; they sum to 1.', low=0.0)
    rates_per_ms: tuple[float, ...] = parameter(doc='Rate of each branch.', unit='1/ms', low=1e-9)

    def __post_init__(self) -> None:
        if len(self.weights) != len(self.rates_per_ms) or not self.weights:
            raise ParameterError(
                f'rates_per_ms has {len(self.rates_per_ms)} values and weights '
                f'{len(self.weights)}; allowed: one of each per branch; complete them'
            )
        if abs(sum(self.weights) - 1.0) > 1e-9:
            raise ParameterError(f'weights sum to {sum(self.weights):g}; allowed: 1; correct them')

    def quantile_ms(self, u: float) -> float:
        """Return the quantile [ms] at ``u``.

        Newton's method on the logarithm of the survival function. That is convex and falls, so
        that the iterates rise from 0 to the root and cannot overshoot it.
        """
        target = math.log1p(-u)
        x = 0.0
        for _ in range(100):
            terms = [
                weight * math.exp(-rate * x)
                for weight, rate in zip(self.weights, self.rates_per_ms, strict=True)
            ]
            survival = sum(terms)
            density = sum(term * rate for term, rate in zip(terms, self.rates_per_ms, strict=True))
            step = (math.log(survival) - target) * survival / density
            x += step
            if step <= 1e-12 * x:
                break
        return x
