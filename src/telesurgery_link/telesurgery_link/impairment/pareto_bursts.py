"""Losses in bursts whose lengths have a heavy tail, as measured on 4G and 5G paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import zeta

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_core.transforms import Array
from telesurgery_link.impairment.streams import BLOCK, in_blocks

TERMS = 200_000
"""Burst lengths summed up one by one for the moments that have no closed form."""


@dataclass(frozen=True)
class ParetoBursts:
    """Bursts of floor(X) lost frames, X of the Pareto distribution of the second kind (Lomax).

    After each burst, of 0 frames or more, one frame passes. With ``good_to_bad`` a two-state chain
    that steps with every frame says which of two distributions the next burst has. This is the
    model "GE_Pareto_BLL" of NetFI (Zhang, Roodabeh, Alemzadeh, ICRA 2026, arXiv:2603.06824).
    """

    shape: float = parameter(
        doc='Tail index of a burst; its mean needs more than 1.', low=1.01, high=1e3
    )
    scale: float = parameter(doc='Scale of a burst [frames].', low=1e-6, high=1e6)
    bad_shape: float = parameter(2.0, doc='Tail index in the bad state.', low=1.01, high=1e3)
    bad_scale: float = parameter(1.0, doc='Scale in the bad state [frames].', low=1e-6, high=1e6)
    good_to_bad: float = parameter(
        0.0, doc='Probability of going bad, per frame.', low=0.0, high=1.0
    )
    bad_to_good: float = parameter(
        1.0, doc='Probability of turning good, per frame.', low=0.0, high=1.0
    )

    def __post_init__(self) -> None:
        if self.good_to_bad > 0.0 and self.bad_to_good == 0.0:
            raise ParameterError(
                'bad_to_good is 0.0; allowed: above 0 where good_to_bad is; '
                'the path would never recover'
            )

    @property
    def mean_loss(self) -> float:
        """Share of frames lost, 0..1: mean burst / (mean burst + 1)."""
        good, bad = self._shares_of_bursts()
        mean = good * _mean(self.shape, self.scale) + bad * _mean(self.bad_shape, self.bad_scale)
        return mean / (mean + 1.0)

    @property
    def mean_burst(self) -> float:
        """Mean number of frames lost in a row, bursts of none left out."""
        good, bad = self._shares_of_bursts()
        mean = good * _mean(self.shape, self.scale) + bad * _mean(self.bad_shape, self.bad_scale)
        some = good * (1 + 1 / self.scale) ** -self.shape
        some += bad * (1 + 1 / self.bad_scale) ** -self.bad_shape
        return float(mean / some)

    def outcomes(self, rng: np.random.Generator) -> Iterator[bool]:
        """Yield for frame after frame whether it is lost."""
        share_bad = self.good_to_bad / (self.good_to_bad + self.bad_to_good)
        bad = rng.random() < share_bad
        left = -1
        for turns, u in in_blocks(lambda: rng.random((BLOCK, 2)).tolist()):
            bad ^= turns < (self.bad_to_good if bad else self.good_to_bad)
            if left < 0:
                left = self._burst(u, bad)
            yield left > 0
            left -= 1

    def _burst(self, u: float, bad: bool) -> int:
        shape, scale = (self.bad_shape, self.bad_scale) if bad else (self.shape, self.scale)
        return int(scale * ((1.0 - u) ** (-1.0 / shape) - 1.0))

    def _shares_of_bursts(self) -> tuple[float, float]:
        """Return the shares of bursts that begin in the good and in the bad state.

        A burst of b frames and the frame after it take b + 1 steps of the chain, of which the
        second eigenvalue is 1 - p - r; what is left of the state after them is its mean power.
        """
        if self.good_to_bad == 0.0:
            return 1.0, 0.0
        share_bad = self.good_to_bad / (self.good_to_bad + self.bad_to_good)
        eigenvalue = 1.0 - self.good_to_bad - self.bad_to_good
        stays_good = _mean_power(eigenvalue, self.shape, self.scale)
        stays_bad = _mean_power(eigenvalue, self.bad_shape, self.bad_scale)
        to_bad = share_bad * (1.0 - stays_good)
        to_good = (1.0 - share_bad) * (1.0 - stays_bad)
        return to_good / (to_good + to_bad), to_bad / (to_good + to_bad)


def _mean(shape: float, scale: float) -> float:
    """Return E[floor(X)], the sum over k >= 1 of P(X >= k) = (1 + k / scale)^-shape."""
    return float(scale**shape * zeta(shape, scale + 1.0))


def _mean_power(base: float, shape: float, scale: float) -> float:
    """Return E[base^(floor(X) + 1)]."""
    k = np.arange(TERMS + 1)
    survival: Array = (1.0 + k / scale) ** -shape
    return float((survival[:-1] - survival[1:]) @ base ** (k[:-1] + 1.0))
