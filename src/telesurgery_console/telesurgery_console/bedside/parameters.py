"""Parameters of the node ``bedside``."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import parameter

ARMS = ('PSM1', 'PSM2', 'PSM3', 'ECM')


@dataclass(frozen=True, slots=True)
class BedsideParameters:
    """What the bedside takes over while it drives."""

    arms: tuple[str, ...] = parameter(
        ARMS, doc='The arms that are taken over at the start, and released at the end.'
    )
    why: str = parameter('driven at the bedside', doc='Why, for the others and the event log.')
    patience_s: float = parameter(
        20.0, unit='s', low=1.0, high=600.0, doc="Longest wait for the arms' process to answer."
    )

    def __post_init__(self) -> None:
        for arm in self.arms:
            if arm not in ARMS:
                raise ParameterError(one_of('one of arms', arm, ARMS, 'name one of them'))
