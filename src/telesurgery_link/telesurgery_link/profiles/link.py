"""A link profile: both directions, where they lead, and what they become in the course of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_link.channels import Channel, Direction
from telesurgery_link.impairment.fates import Impairment
from telesurgery_link.impairment.staged import ScheduledImpairment
from telesurgery_link.impairment.streams import Streams
from telesurgery_link.profiles.direction import DirectionProfile
from telesurgery_link.profiles.route import Route

NS_PER_S = 1_000_000_000


@dataclass(frozen=True)
class Phase:
    """What the link is from a time on."""

    at_s: float = parameter(doc='When, after the profile came into force.', unit='s', low=0.0)
    surgeon_to_patient: DirectionProfile = parameter(doc='What the commands meet.')
    patient_to_surgeon: DirectionProfile = parameter(doc='What states and video meet.')
    route: Route | None = parameter(None, doc='Where it leads; null: not said.')

    def __post_init__(self) -> None:
        _check_light(self.route, self.surgeon_to_patient, self.patient_to_surgeon)

    def direction(self, direction: Direction) -> DirectionProfile:
        """Return the profile of one direction."""
        if direction is Direction.SURGEON_TO_PATIENT:
            return self.surgeon_to_patient
        return self.patient_to_surgeon


@dataclass(frozen=True)
class LinkProfile:
    """A WAN between the two sides."""

    description: str = parameter(doc='What it stands for, in a sentence.')
    source: str = parameter(doc='Where the figures come from.')
    date: str = parameter(doc='Date of the source or of the choice.')
    surgeon_to_patient: DirectionProfile = parameter(doc='What the commands meet.')
    patient_to_surgeon: DirectionProfile = parameter(doc='What states and video meet.')
    route: Route | None = parameter(None, doc='Where it leads; null: not said.')
    schedule: tuple[Phase, ...] = parameter((), doc='What it becomes, in the order of time.')

    def __post_init__(self) -> None:
        _check_light(self.route, self.surgeon_to_patient, self.patient_to_surgeon)
        times = [phase.at_s for phase in self.schedule]
        if times != sorted(set(times)):
            raise ParameterError(
                f'schedule has the times {times}; allowed: rising, each once; sort them'
            )

    def direction(self, direction: Direction) -> DirectionProfile:
        """Return what one direction is at the start."""
        return self.phases[0].direction(direction)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """All phases, from the start on."""
        first = Phase(0.0, self.surgeon_to_patient, self.patient_to_surgeon, self.route)
        return (first, *self.schedule)

    def impairment(
        self,
        direction: Direction,
        streams: Streams,
        start_ns: int,
        channels: Sequence[Channel] = (),
    ) -> Impairment:
        """Return the process of one direction; times are counted from ``start_ns``.

        ``channels`` are the rows of the channel table; ParameterError when the profile speaks of
        others.
        """
        phases = list(self._processes(direction, streams, start_ns, channels))
        return phases[0][1] if len(phases) == 1 else ScheduledImpairment(phases)

    def _processes(
        self, direction: Direction, streams: Streams, start_ns: int, channels: Sequence[Channel]
    ) -> Iterator[tuple[int, Impairment]]:
        for number, phase in enumerate(self.phases):
            begin_ns = start_ns + round(phase.at_s * NS_PER_S)
            profile = phase.direction(direction)
            yield begin_ns, profile.impairment(streams.of_phase(number), begin_ns, channels)


def _check_light(route: Route | None, *directions: DirectionProfile) -> None:
    if route is None:
        return
    for direction in directions:
        for name, least_ms in direction.least_delays_ms.items():
            if least_ms < route.floor_ms:
                raise ParameterError(
                    f'least delay of {name} is {least_ms:.2f} ms; allowed: from '
                    f'{route.floor_ms:.2f} ms, what light needs from {route.surgeon.name} to '
                    f'{route.patient.name} in {route.medium.value}; raise base_delay_ms'
                )
