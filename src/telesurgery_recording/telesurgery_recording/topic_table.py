"""Which topics are recorded: the tables of ``config/recorder.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import load_yaml, parameter


class Delivery(Enum):
    """How a topic is subscribed."""

    STREAM = 'stream'
    """Best effort: whoever publishes, it matches."""
    EVENT = 'event'
    """Reliable: every one, in order."""
    LATCHED = 'latched'
    """Reliable, and the last one from before the recorder started."""


ARM = '<ARM>'
"""Stands in a topic's name for each of the line's arms."""


@dataclass(frozen=True)
class RecordedTopic:
    """One line of a table."""

    topic: str = parameter(doc='Absolute name; `<ARM>` in it stands for each of `arms`.')
    type: str = parameter(doc='package/msg/Type.')
    delivery: Delivery = parameter(Delivery.STREAM, doc='stream, event or latched.')
    depth: int = parameter(
        500, low=1, high=10000, doc='Messages that may wait between two looks of the recorder.'
    )
    arms: tuple[str, ...] = parameter((), doc='The arms that have such a topic.')
    detail: bool = parameter(
        False, doc='Left out where the recorder is to leave out details: no report needs it.'
    )

    def __post_init__(self) -> None:
        if not self.topic.startswith('/') or self.topic.endswith('/'):
            raise ParameterError(
                f'topic is {self.topic!r}; allowed: an absolute name such as /PSM1/measured_cp; '
                'write it with its leading slash'
            )
        if (ARM in self.topic) != bool(self.arms):
            raise ParameterError(
                f'topic {self.topic!r} has arms {", ".join(self.arms) or "none"}; allowed: arms '
                f'where {ARM} stands in its name, and none elsewhere; correct one of them'
            )
        package, separator, name = self.type.partition('/msg/')
        if not (package and separator and name):
            raise ParameterError(
                f'type of {self.topic} is {self.type!r}; allowed: package/msg/Type; correct it'
            )

    def lines(self) -> list[RecordedTopic]:
        """Return a line for each of its arms; itself where it has none."""
        if not self.arms:
            return [self]
        return [replace(self, topic=self.topic.replace(ARM, arm), arms=()) for arm in self.arms]


@dataclass(frozen=True)
class TopicTables:
    """The tables by name."""

    tables: dict[str, tuple[RecordedTopic, ...]] = parameter(doc='Lists of topics by name.')

    @classmethod
    def load(cls, path: Path) -> TopicTables:
        """Read the tables; ParameterError when they are none."""
        return load_yaml(cls, path)

    def named(self, name: str) -> tuple[RecordedTopic, ...]:
        """Return the table ``name``; ParameterError for an unknown one or a topic in it twice."""
        if name not in self.tables:
            raise ParameterError(
                one_of('table', name, list(self.tables), 'use one of these or add it to the file')
            )
        table = tuple(line for entry in self.tables[name] for line in entry.lines())
        topics = [line.topic for line in table]
        for topic in topics:
            if topics.count(topic) > 1:
                raise ParameterError(
                    f'topic {topic!r} stands more than once in table {name!r}; '
                    'allowed: once; remove the others'
                )
        return table
