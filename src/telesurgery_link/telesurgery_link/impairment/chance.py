"""Something that happens to a share of frames: at random, or with a correlation that holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_link.impairment.streams import BLOCK, in_blocks


@dataclass(frozen=True)
class Chance:
    """A share of frames, and the lag-1 autocorrelation of who they are.

    A frame is hit with probability p + c (1 - p) after one that was hit, and with p (1 - c) after
    one that was not: a two-state chain, which has exactly the share p and the autocorrelation c.
    """

    probability: float = parameter(doc='Share of frames.', low=0.0, high=1.0)
    autocorrelation: float = parameter(
        0.0, doc='Lag-1 autocorrelation; 0: independent.', low=-1.0, high=0.999
    )

    def __post_init__(self) -> None:
        if not self.autocorrelation:
            return
        p = self.probability
        least = -min(p / (1 - p), (1 - p) / p) if 0.0 < p < 1.0 else 0.0
        if not 0.0 < p < 1.0 or self.autocorrelation < least:
            raise ParameterError(
                f'autocorrelation is {self.autocorrelation:g}; allowed: {least:.3g} .. 0.999 at a '
                f'probability between 0 and 1 (here {p:g}); change one of them'
            )

    @property
    def mean_loss(self) -> float:
        """Share of frames hit, 0..1."""
        return self.probability

    @property
    def mean_burst(self) -> float:
        """Mean number of frames in a row that are hit."""
        after_hit = self.probability + self.autocorrelation * (1.0 - self.probability)
        return 1.0 / (1.0 - after_hit) if after_hit < 1.0 else float('inf')

    def outcomes(self, rng: np.random.Generator) -> Iterator[bool]:
        """Yield for frame after frame whether it is hit; draws from ``rng``."""
        if not self.autocorrelation:

            def draw() -> list[bool]:
                hits: list[bool] = (rng.random(BLOCK) < self.probability).tolist()
                return hits

            return in_blocks(draw)
        return self._chain(rng)

    def _chain(self, rng: np.random.Generator) -> Iterator[bool]:
        p, c = self.probability, self.autocorrelation
        after_hit, after_miss = p + c * (1 - p), p * (1 - c)
        hit = rng.random() < p
        for u in in_blocks(lambda: rng.random(BLOCK).tolist()):
            yield hit
            hit = u < (after_hit if hit else after_miss)
