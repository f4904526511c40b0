"""How a path loses frames: models as values, and ``outcomes`` as the process of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_link.impairment.streams import BLOCK, in_blocks


class LossModel(Protocol):
    """A way of losing frames."""

    def outcomes(self, rng: np.random.Generator) -> Iterator[bool]:
        """Yield for frame after frame whether it is lost; draws from ``rng``."""
        ...


@dataclass(frozen=True)
class GilbertElliott:
    """Losses in bursts: a two-state Markov chain (Gilbert 1960, Elliott 1963).

    With p = ``good_to_bad`` and r = ``bad_to_good`` the share of frames in the bad state is
    p / (p + r), and a stay there lasts 1 / r frames in the mean. The literature's 1 - h is
    ``loss_in_bad``, its 1 - k ``loss_in_good``.
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

    def outcomes(self, rng: np.random.Generator) -> Iterator[bool]:
        """Yield for frame after frame whether it is lost; begins in the stationary state."""
        bad = rng.random() < self.share_bad
        for leaves, loses in in_blocks(lambda: rng.random((BLOCK, 2)).tolist()):
            yield loses < (self.loss_in_bad if bad else self.loss_in_good)
            bad ^= leaves < (self.bad_to_good if bad else self.good_to_bad)


@dataclass(frozen=True)
class FourState:
    """netem's four-state Markov chain, "GI" (Salsano, Ludovici, Ordine, Giannuzzi 2012).

    States 1 received in a gap, 2 received in a burst, 3 lost in a burst, 4 lost on its own; a
    frame meets the state that the chain has just gone to. ``p14`` leads to a single loss, from
    which the chain returns to 1.
    """

    p13: float = parameter(doc='From gap to burst.', low=0.0, high=1.0)
    p31: float = parameter(doc='From burst back to gap.', low=0.0, high=1.0)
    p32: float = parameter(0.0, doc='From lost to received within a burst.', low=0.0, high=1.0)
    p23: float = parameter(1.0, doc='From received to lost within a burst.', low=0.0, high=1.0)
    p14: float = parameter(0.0, doc='From gap to a single loss.', low=0.0, high=1.0)

    def __post_init__(self) -> None:
        for pair in (('p13', 'p14'), ('p31', 'p32')):
            total = sum(getattr(self, name) for name in pair)
            if total > 1.0 + 1e-9:
                raise ParameterError(
                    f'{pair[0]} + {pair[1]} is {total:g}; allowed: at most 1; lower one of them'
                )
        if self.p13 > 0.0 and (self.p31 == 0.0 or (self.p32 > 0.0 and self.p23 == 0.0)):
            raise ParameterError(
                f'p31 is {self.p31:g} and p23 {self.p23:g}; allowed: both above 0 where the chain '
                'gets into a burst; it would never leave it'
            )

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Stationary shares of the states 1 to 4."""
        # Balance of flows: 1 <-> 4, 1 <-> burst (3), 3 <-> 2; relative to state 1.
        burst = self.p13 / self.p31 if self.p13 else 0.0
        waits = burst * self.p32 / self.p23 if burst and self.p32 else 0.0
        relative = (1.0, waits, burst, self.p14)
        total = sum(relative)
        return tuple(share / total for share in relative)  # type: ignore[return-value]

    @property
    def mean_loss(self) -> float:
        """Share of frames lost, 0..1."""
        return self.shares[2] + self.shares[3]

    @property
    def mean_burst(self) -> float:
        """Mean number of frames lost in a row."""
        # Runs begin by entering 3 from 1 or 2, or 4 from 1.
        one, two, _, _ = self.shares
        return self.mean_loss / (one * (self.p13 + self.p14) + two * self.p23)

    def outcomes(self, rng: np.random.Generator) -> Iterator[bool]:
        """Yield for frame after frame whether it is lost; begins in the stationary state."""
        leads_to = {
            1: ((self.p13, 3), (self.p14, 4)),
            2: ((self.p23, 3),),
            3: ((self.p31, 1), (self.p32, 2)),
            4: ((1.0, 1),),
        }
        state = 1 + int(np.searchsorted(np.cumsum(self.shares), rng.random()))
        for u in in_blocks(lambda: rng.random(BLOCK).tolist()):
            yield state >= 3
            for probability, target in leads_to[state]:
                if u < probability:
                    state = target
                    break
                u -= probability
