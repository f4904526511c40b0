"""How a path loses frames. A model is a value; ``start`` makes the process that a seed drives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter


class LossProcess(Protocol):
    """Decides frame by frame."""

    def lost(self, now_ns: int) -> bool:
        """Return whether the next frame, sent at ``now_ns``, is lost."""
        ...


class LossModel(Protocol):
    """A way of losing frames."""

    def start(self, rng: np.random.Generator) -> LossProcess:
        """Return the process; it draws from ``rng``."""
        ...


@dataclass(frozen=True)
class RandomLoss:
    """Every frame is lost with the same probability, whatever happened to the others."""

    probability: float = parameter(doc='Share of frames lost.', low=0.0, high=1.0)

    def start(self, rng: np.random.Generator) -> RandomLossProcess:
        """Return the process; it draws from ``rng``."""
        return RandomLossProcess(self.probability, rng)


class RandomLossProcess:
    """Independent draws."""

    def __init__(self, probability: float, rng: np.random.Generator) -> None:
        self._probability = probability
        self._rng = rng

    def lost(self, now_ns: int) -> bool:
        """Return whether the next frame is lost; one draw."""
        return self._rng.random() < self._probability


@dataclass(frozen=True)
class GilbertElliott:
    """Losses in bursts: a two-state Markov chain (Gilbert 1960, Elliott 1963).

    With p = ``good_to_bad`` and r = ``bad_to_good`` the share of frames in the bad state is
    p / (p + r), and a stay there lasts 1 / r frames in the mean.
    """

    good_to_bad: float = parameter(doc='Probability of going bad, per frame.', low=0.0, high=1.0)
    bad_to_good: float = parameter(
        doc='Probability of turning good, per frame.', low=0.0, high=1.0
    )
    loss_in_bad: float = parameter(1.0, doc='Share lost in the bad state.', low=0.0, high=1.0)
    loss_in_good: float = parameter(0.0, doc='Share lost in the good state.', low=0.0, high=1.0)

    def __post_init__(self) -> None:
        if self.good_to_bad > 0.0 and self.bad_to_good == 0.0:
            raise ParameterError(
                'bad_to_good is 0.0; allowed: above 0 where good_to_bad is; '
                'the path would never recover'
            )

    @property
    def share_bad(self) -> float:
        """Share of frames that meet the bad state, 0..1."""
        if self.good_to_bad == 0.0:
            return 0.0
        return self.good_to_bad / (self.good_to_bad + self.bad_to_good)

    @property
    def mean_loss(self) -> float:
        """Share of frames lost, 0..1."""
        return self.share_bad * self.loss_in_bad + (1.0 - self.share_bad) * self.loss_in_good

    def start(self, rng: np.random.Generator) -> GilbertElliottProcess:
        """Return the process, in a state drawn from its stationary distribution."""
        return GilbertElliottProcess(self, rng)


class GilbertElliottProcess:
    """The chain in its present state."""

    def __init__(self, model: GilbertElliott, rng: np.random.Generator) -> None:
        self._model = model
        self._rng = rng
        self._bad = rng.random() < model.share_bad

    def lost(self, now_ns: int) -> bool:
        """Return whether the next frame is lost, then step the chain; two draws."""
        model = self._model
        lost = self._rng.random() < (model.loss_in_bad if self._bad else model.loss_in_good)
        leaves = self._rng.random() < (model.bad_to_good if self._bad else model.good_to_bad)
        self._bad ^= leaves
        return lost
