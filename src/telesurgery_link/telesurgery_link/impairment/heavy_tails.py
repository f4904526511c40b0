"""Marginals with the heavy tails of queues that others share: Pareto and paretonormal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from scipy.special import ndtri

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array
from telesurgery_link.impairment.marginals import LARGEST_BELOW_ONE, LARGEST_MS

NETEM_SHAPE = 3.0
"""Shape of the Pareto distribution in netem's tables."""
NETEM_LARGEST = 4.0
"""Where netem's tables are cut off [their sigma]."""


@dataclass(frozen=True)
class Pareto:
    """A Pareto distribution of the second kind (Lomax): from 0, mean scale / (shape - 1).

    With ``largest_ms`` it has no part above that; what is left is scaled up to 1.
    """

    shape: float = parameter(doc='Tail index; the mean needs more than 1.', low=1.01, high=1e3)
    scale_ms: float = parameter(doc='Scale.', unit='ms', low=1e-6, high=LARGEST_MS)
    largest_ms: float | None = parameter(
        None, doc='No delay is larger; null: no bound.', unit='ms', low=1e-6, high=LARGEST_MS
    )

    @cached_property
    def _share(self) -> float:
        if self.largest_ms is None:
            return 1.0
        return 1.0 - float((1.0 + self.largest_ms / self.scale_ms) ** -self.shape)

    def quantile_ms(self, u: Array) -> Array:
        """Return the quantiles [ms] at ``u``."""
        log_survival = np.log1p(-np.asarray(u) * self._share)
        return np.asarray(self.scale_ms * np.expm1(-log_survival / self.shape))


@dataclass(frozen=True)
class ParetoNormal:
    """netem's paretonormal shape, a quarter normal and three quarters Pareto, made exact.

    Both parts have the same quantile level; the Pareto part has shape 3, and the sum is cut off at
    4. The result is shifted and scaled so that mean and standard deviation are those asked for,
    before the floor cuts in.
    """

    mean_ms: float = parameter(doc='Mean.', unit='ms', low=0.0, high=LARGEST_MS)
    sd_ms: float = parameter(doc='Standard deviation.', unit='ms', low=1e-6, high=LARGEST_MS)
    floor_ms: float = parameter(0.0, doc='No delay is smaller.', unit='ms', low=0.0)

    def __post_init__(self) -> None:
        if self.floor_ms > self.mean_ms:
            raise ParameterError(
                f'floor_ms is {self.floor_ms!r}; allowed: at most mean_ms ({self.mean_ms}); '
                'lower it'
            )

    def quantile_ms(self, u: Array) -> Array:
        """Return the quantiles [ms] at ``u``."""
        mean, sd = _moments()
        standard = (pareto_normal(u) - mean) / sd
        return np.maximum(self.floor_ms, self.mean_ms + self.sd_ms * standard)


@cache
def _moments() -> tuple[float, float]:
    """Return mean and standard deviation of netem's paretonormal shape [its sigma]."""
    # The midpoint rule in u: the cut-off bounds the integrand above, and below the normal
    # quantile is integrable, so that 2^18 points give five digits.
    values = pareto_normal((np.arange(2**18) + 0.5) / 2**18)
    return float(values.mean()), float(values.std())


def pareto_normal(u: Array) -> Array:
    """Return netem's paretonormal quantiles [its sigma] at ``u``, cut off at 4."""
    level = np.clip(u, 1.0 - LARGEST_BELOW_ONE, LARGEST_BELOW_ONE)
    return np.asarray(np.minimum(NETEM_LARGEST, 0.25 * ndtri(level) + 0.75 * netem_pareto(level)))


def netem_pareto(u: Array) -> Array:
    """Return netem's Pareto quantiles [its sigma] at ``u``: shape 3, centred, times 4/3."""
    return np.asarray(4.0 / 3.0 * ((1.0 - np.asarray(u)) ** (-1.0 / NETEM_SHAPE) - 1.5))
