"""Link profiles: the WANs that ``config/link`` names, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import cast

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import load_yaml, parameter
from telesurgery_link.channels import Direction
from telesurgery_link.impairment import (
    IndependentDelays,
    Outages,
    StagedImpairment,
    Streams,
)
from telesurgery_link.losses import GilbertElliott, LossModel, RandomLoss
from telesurgery_link.marginals import (
    Constant,
    Gamma,
    Hyperexponential,
    Marginal,
    Normal,
    Uniform,
)

NS_PER_S = 1_000_000_000


class Order(Enum):
    """Whether frames may overtake one another on the path."""

    KEPT = 'kept'
    FREE = 'free'


@dataclass(frozen=True)
class JitterProfile:
    """One distribution of the delay that comes on top of the base delay."""

    constant: Constant | None = parameter(None, doc='Always the same.')
    uniform: Uniform | None = parameter(None, doc='Between two bounds.')
    normal: Normal | None = parameter(None, doc='Normal, cut off below a floor.')
    gamma: Gamma | None = parameter(None, doc='Gamma.')
    hyperexponential: Hyperexponential | None = parameter(None, doc='Mixture of exponentials.')

    def __post_init__(self) -> None:
        _exactly_one(self, 'jitter')

    @property
    def marginal(self) -> Marginal:
        """The distribution that is given."""
        return cast(Marginal, _given(self)[0])


@dataclass(frozen=True)
class LossProfile:
    """One way of losing frames."""

    random: RandomLoss | None = parameter(None, doc='Independent of one another.')
    gilbert_elliott: GilbertElliott | None = parameter(None, doc='In bursts.')

    def __post_init__(self) -> None:
        _exactly_one(self, 'loss')

    @property
    def model(self) -> LossModel:
        """The model that is given."""
        return cast(LossModel, _given(self)[0])


@dataclass(frozen=True)
class OutageProfile:
    """A span of time in which nothing passes."""

    start_s: float = parameter(doc='Begin, after the start of the gateway.', unit='s', low=0.0)
    length_s: float = parameter(doc='Length.', unit='s', low=0.0)


@dataclass(frozen=True)
class DirectionProfile:
    """What happens to frames in one direction."""

    base_delay_ms: float = parameter(doc='Delay of every frame.', unit='ms', low=0.0, high=1e4)
    jitter: JitterProfile | None = parameter(None, doc='Delay on top of it; null: none.')
    loss: LossProfile | None = parameter(None, doc='How frames are lost; null: never.')
    duplication: float = parameter(0.0, doc='Share of frames sent twice.', low=0.0, high=1.0)
    order: Order = parameter(Order.KEPT, doc='kept: frames queue; free: they may overtake.')
    outages: tuple[OutageProfile, ...] = parameter((), doc='Spans in which nothing passes.')

    def impairment(self, streams: Streams, start_ns: int) -> StagedImpairment:
        """Return the process of this direction; outages are counted from ``start_ns``."""
        jitter = Constant(0.0) if self.jitter is None else self.jitter.marginal
        spans = tuple(
            (
                start_ns + round(outage.start_s * NS_PER_S),
                start_ns + round((outage.start_s + outage.length_s) * NS_PER_S),
            )
            for outage in self.outages
        )
        losses = () if self.loss is None else (self.loss.model.start(streams.loss),)
        return StagedImpairment(
            delays=IndependentDelays(self.base_delay_ms, jitter, streams.delay),
            losses=(Outages(spans), *losses),
            duplication=self.duplication,
            duplication_rng=streams.duplication,
            keeps_order=self.order is Order.KEPT,
        )


@dataclass(frozen=True)
class LinkProfile:
    """A WAN between the two sides."""

    description: str = parameter(doc='What it stands for, in a sentence.')
    source: str = parameter(doc='Where the figures come from.')
    date: str = parameter(doc='Date of the source or of the choice.')
    surgeon_to_patient: DirectionProfile = parameter(doc='What the commands meet.')
    patient_to_surgeon: DirectionProfile = parameter(doc='What states and video meet.')

    def direction(self, direction: Direction) -> DirectionProfile:
        """Return the profile of one direction."""
        if direction is Direction.SURGEON_TO_PATIENT:
            return self.surgeon_to_patient
        return self.patient_to_surgeon


def load_profile(name: str, folder: Path) -> LinkProfile:
    """Load a profile by its name in ``folder``, or from a path to a YAML file.

    ParameterError for an unknown name, with those that ``folder`` holds, or for a bad file.
    """
    if name.endswith('.yaml'):
        return load_yaml(LinkProfile, Path(name))
    if name not in profile_names(folder):
        raise ParameterError(
            one_of(
                'link profile',
                name,
                profile_names(folder) or f'none, for {str(folder)!r} holds no profile',
                'use one of these names or the path of a .yaml file',
            )
        )
    return load_yaml(LinkProfile, folder / f'{name}.yaml')


def profile_names(folder: Path) -> list[str]:
    """Return the names of the profiles in ``folder``, sorted."""
    return sorted(path.stem for path in folder.glob('*.yaml'))


def _given(choices: JitterProfile | LossProfile) -> list[object]:
    values = (getattr(choices, name) for name in choices.__dataclass_fields__)
    return [value for value in values if value is not None]


def _exactly_one(choices: JitterProfile | LossProfile, what: str) -> None:
    if len(_given(choices)) != 1:
        raise ParameterError(
            f'{what} has {len(_given(choices))} kinds; allowed: exactly one of '
            f'{", ".join(choices.__dataclass_fields__)}; keep one'
        )
