"""What a path does to the frames of a channel, as a value: the stages and their figures."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from functools import cached_property
from typing import cast

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.correlation import latent_correlation
from telesurgery_link.impairment.empirical import Empirical
from telesurgery_link.impairment.events import Event, check_events, least_offset_ms
from telesurgery_link.impairment.heavy_tails import Pareto, ParetoNormal
from telesurgery_link.impairment.losses import FourState, GilbertElliott, LossModel
from telesurgery_link.impairment.marginals import (
    Constant,
    Gamma,
    Hyperexponential,
    Marginal,
    Normal,
    Uniform,
)
from telesurgery_link.impairment.netem_tables import NetemDelay
from telesurgery_link.impairment.outages import Outage, RandomOutages
from telesurgery_link.impairment.pareto_bursts import ParetoBursts
from telesurgery_link.impairment.reordering import Reordering
from telesurgery_link.impairment.replay import Replay


class Order(Enum):
    """Whether frames may overtake one another on the path."""

    KEPT = 'kept'
    FREE = 'free'


@dataclass(frozen=True)
class Jitter:
    """The delay that comes on top of the base delay: one distribution, and how it moves on."""

    constant: Constant | None = parameter(None, doc='Always the same.')
    uniform: Uniform | None = parameter(None, doc='Between two bounds.')
    normal: Normal | None = parameter(None, doc='Normal, cut off below a floor.')
    gamma: Gamma | None = parameter(None, doc='Gamma.')
    pareto: Pareto | None = parameter(None, doc='Pareto of the second kind (Lomax).')
    paretonormal: ParetoNormal | None = parameter(None, doc='A quarter normal, the rest Pareto.')
    hyperexponential: Hyperexponential | None = parameter(None, doc='Mixture of exponentials.')
    empirical: Empirical | None = parameter(None, doc='Samples from a list or a file.')
    netem: NetemDelay | None = parameter(None, doc="netem's tables.")
    autocorrelation: float = parameter(
        0.0, doc='Lag-1 autocorrelation of the delays that come out.', low=-1.0, high=0.999
    )
    every_ms: float | None = parameter(
        None,
        doc='A new value so often, the same for all channels; null: for each frame of a channel.',
        unit='ms',
        low=0.1,
        high=1e7,
    )

    def __post_init__(self) -> None:
        exactly_one(self.marginals, 'jitter', MARGINALS)
        _ = self.latent  # an autocorrelation out of reach is refused now

    @property
    def marginals(self) -> list[object]:
        """The distributions that are given."""
        return _given(self, MARGINALS)

    @property
    def marginal(self) -> Marginal:
        """The distribution."""
        return cast(Marginal, self.marginals[0])

    @cached_property
    def latent(self) -> float:
        """Correlation of the normal process behind the delays."""
        return latent_correlation(self.marginal, self.autocorrelation)

    @property
    def least_ms(self) -> float:
        """Smallest delay."""
        return float(self.marginal.quantile_ms(np.zeros(1))[0])


@dataclass(frozen=True)
class Loss:
    """One way of losing frames, and how it moves on."""

    random: Chance | None = parameter(None, doc='A share, at random or correlated.')
    gilbert_elliott: GilbertElliott | None = parameter(None, doc='In bursts, two states.')
    four_state: FourState | None = parameter(None, doc="In bursts, netem's four states.")
    pareto_bursts: ParetoBursts | None = parameter(None, doc='In bursts with a heavy tail.')
    trace: Replay | None = parameter(None, doc='The losses of a trace; its delays are left out.')
    every_ms: float | None = parameter(
        None,
        doc='The process steps so often, for all channels; null: with each frame of a channel.',
        unit='ms',
        low=0.1,
        high=1e7,
    )

    def __post_init__(self) -> None:
        exactly_one(_given(self, LOSSES), 'loss', LOSSES)
        if self.trace is not None and self.every_ms is not None:
            raise ParameterError(
                f'every_ms is {self.every_ms:g}; allowed: not beside a trace, whose advance says '
                'how it moves on; remove it'
            )

    @property
    def model(self) -> LossModel | None:
        """The random process; None: a trace."""
        return None if self.trace is not None else cast(LossModel, _given(self, LOSSES)[0])


@dataclass(frozen=True)
class Treatment:
    """What happens to frames, stage after stage."""

    base_delay_ms: float = parameter(
        0.0, doc='Delay of every frame.', unit='ms', low=0.0, high=1e4
    )
    jitter: Jitter | None = parameter(None, doc='Delay on top of it; null: none.')
    trace: Replay | None = parameter(None, doc='Recorded delays and losses on top of it.')
    loss: Loss | None = parameter(None, doc='How frames are lost; null: never.')
    duplication: Chance | None = parameter(None, doc='Frames sent twice; null: none.')
    corruption: Chance | None = parameter(None, doc='Frames with one bit flipped; null: none.')
    reordering: Reordering | None = parameter(None, doc='Frames out of their place; null: none.')
    order: Order = parameter(Order.KEPT, doc='kept: frames queue; free: they may overtake.')
    events: tuple[Event, ...] = parameter((), doc='Steps, ramps and changes of route.')
    outages: tuple[Outage, ...] = parameter((), doc='Spans in which nothing passes.')
    random_outages: RandomOutages | None = parameter(None, doc='Outages of random length.')

    def __post_init__(self) -> None:
        check_events(self.events, self._least_without_events_ms)

    @property
    def least_delay_ms(self) -> float:
        """The smallest delay that a frame in its place can have."""
        return self._least_without_events_ms + least_offset_ms(self.events)

    @property
    def _least_without_events_ms(self) -> float:
        jitter = 0.0 if self.jitter is None else self.jitter.least_ms
        recorded = 0.0 if self.trace is None else self.trace.least_ms
        return self.base_delay_ms + jitter + recorded


MARGINALS = tuple(f.name for f in fields(Jitter) if f.name not in ('autocorrelation', 'every_ms'))
"""Names of the distributions."""
LOSSES = tuple(f.name for f in fields(Loss) if f.name != 'every_ms')
"""Names of the ways of losing frames."""


def exactly_one(given: list[object], what: str, names: tuple[str, ...]) -> None:
    """Raise ParameterError unless one kind is given."""
    if len(given) != 1:
        raise ParameterError(
            f'{what} has {len(given)} kinds; allowed: exactly one of {", ".join(names)}; keep one'
        )


def _given(choices: Jitter | Loss, names: tuple[str, ...]) -> list[object]:
    values = (getattr(choices, name) for name in names)
    return [value for value in values if value is not None]
