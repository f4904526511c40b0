"""The channel table: which topics cross the link, in which direction, by which policy."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import load_yaml, parameter


class Direction(Enum):
    """Where a channel leads."""

    SURGEON_TO_PATIENT = 'surgeon_to_patient'
    PATIENT_TO_SURGEON = 'patient_to_surgeon'

    @property
    def index(self) -> int:
        """A number for the direction: 0 or 1."""
        return list(Direction).index(self)


class Side(Enum):
    """Where a gateway stands."""

    SURGEON = 'surgeon'
    PATIENT = 'patient'

    __hash__ = object.__hash__  # of the member itself; Enum's is a Python function of its name

    @property
    def sends(self) -> Direction:
        """The direction that leads away from this side."""
        if self is Side.SURGEON:
            return Direction.SURGEON_TO_PATIENT
        return Direction.PATIENT_TO_SURGEON

    @property
    def receives(self) -> Direction:
        """The direction that leads to this side."""
        return self.other.sends

    @property
    def other(self) -> Side:
        """The other side."""
        return Side.PATIENT if self is Side.SURGEON else Side.SURGEON


class Policy(Enum):
    """What a channel promises; the value is what the table says."""

    LATEST = 'latest'
    """Only a message newer than the last one is delivered; nothing is sent twice."""
    ORDERED = 'ordered'
    """Sent again until acknowledged; every message once and in order."""
    MEDIA = 'media'
    """As latest, for messages of many fragments; what is not complete in time is dropped."""


class Quality(Enum):
    """How a topic is subscribed and published on the DDS side (``telesurgery_ros.qos``)."""

    STREAM = 'stream'
    EVENT = 'event'
    LATCHED = 'latched'


@dataclass(frozen=True)
class Channel:
    """One row of the table: one topic."""

    topic: str = parameter(doc='Full name of the topic.')
    type: str = parameter(doc='Its type, as package/msg/Name.')
    direction: Direction = parameter(doc='Where it leads.')
    policy: Policy = parameter(doc='What the channel promises.')
    quality: Quality = parameter(doc='Its DDS quality of service on both sides.')
    reassembly_ms: float = parameter(
        250.0,
        doc='latest, media: longest time from the first to the last fragment.',
        unit='ms',
        low=1.0,
    )
    lifetime_ms: float | None = parameter(
        None, doc='ordered: given up when not acknowledged by then; null: never.', low=1.0
    )
    trace: bool = parameter(False, doc='Whether /trace/link tells of every message.')

    def __post_init__(self) -> None:
        if not re.fullmatch(r'(/[A-Za-z_][A-Za-z0-9_]*)+', self.topic):
            raise ParameterError(
                f'topic is {self.topic!r}; allowed: a full name such as /PSM1/measured_cp; '
                'correct it'
            )
        if not re.fullmatch(r'[a-z][a-z0-9_]*/msg/[A-Z][A-Za-z0-9]*', self.type):
            raise ParameterError(
                f'type of {self.topic} is {self.type!r}; allowed: package/msg/Name; correct it'
            )
        if self.lifetime_ms is not None and self.policy is not Policy.ORDERED:
            raise ParameterError(
                f'lifetime_ms of {self.topic} is {self.lifetime_ms:g}; allowed: only with policy '
                'ordered; remove it'
            )

    @cached_property
    def id(self) -> int:
        """A digest of what the channel is.

        Two gateways whose tables differ then refuse one another's channels, instead of handing a
        message of one type to the subscribers of another.
        """
        what = f'{self.topic}|{self.type}|{self.direction.value}|{self.policy.value}'
        return zlib.crc32(what.encode())


@dataclass(frozen=True)
class ChannelTable:
    """All channels of a link; both gateways load the same table."""

    channels: tuple[Channel, ...] = parameter(doc='The rows.')

    def __post_init__(self) -> None:
        topics = [channel.topic for channel in self.channels]
        for topic in topics:
            if topics.count(topic) > 1:
                raise ParameterError(
                    f'topic {topic!r} has {topics.count(topic)} rows; allowed: one, for a '
                    'message must not come back on the way it went; remove the others'
                )
        if len({channel.id for channel in self.channels}) != len(self.channels):
            raise ParameterError(
                'two channels have the same identifier by chance; allowed: distinct ones; '
                'rename a topic'
            )

    @classmethod
    def load(cls, path: Path) -> ChannelTable:
        """Read the table from a YAML file; ParameterError when it is not one."""
        return load_yaml(cls, path)

    def towards(self, direction: Direction) -> tuple[Channel, ...]:
        """Return the channels of one direction."""
        return tuple(channel for channel in self.channels if channel.direction is direction)
