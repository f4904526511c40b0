"""Frames that change places on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from telesurgery_core.parameters import parameter
from telesurgery_link.impairment.chance import Chance


@dataclass(frozen=True)
class Reordering:
    """Which frames leave their place in the order, and where they go.

    A frame that is chosen neither waits for others nor holds them up.
    """

    probability: float = parameter(
        doc='Share of the frames that may be chosen.', low=0.0, high=1.0
    )
    autocorrelation: float = parameter(
        0.0, doc='Lag-1 autocorrelation of the choice.', low=-1.0, high=0.999
    )
    gap: int = parameter(
        1, doc='Only after so many frames less one that were not chosen.', low=1, high=100_000
    )
    late_ms: float | None = parameter(
        None,
        doc='How much later a chosen frame comes; null: it is not delayed at all, as in netem.',
        unit='ms',
        low=0.0,
        high=1e4,
    )

    def __post_init__(self) -> None:
        _ = self.chance  # refuses a contradiction

    @property
    def chance(self) -> Chance:
        """Probability and autocorrelation of the choice."""
        return Chance(self.probability, self.autocorrelation)

    def outcomes(self, rng: np.random.Generator) -> Iterator[bool]:
        """Yield for frame after frame whether it is chosen; draws from ``rng``."""
        passed = 0
        draws = self.chance.outcomes(rng)
        while True:
            chosen = passed >= self.gap - 1 and next(draws)
            passed = 0 if chosen else passed + 1
            yield chosen
