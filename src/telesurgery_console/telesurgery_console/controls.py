"""What the controls of a rate device say at one look, whatever library or wire tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Controls:
    """The axes, each -1..1 (a trigger 0..1), and the buttons that are pressed."""

    axes: Mapping[str, float] = field(default_factory=dict)
    buttons: frozenset[str] = frozenset()


class Reporting(Enum):
    """When a device says something, and so what its silence means."""

    POLLED = 'polled'
    """Its library tells the state at any time: there is no silence, only values that freeze."""
    STREAM = 'stream'
    """It reports at a steady rate: silence means that it is lost."""
    WHILE_DEFLECTED = 'while_deflected'
    """It reports while its cap is off centre, and once when it is back: silence is normal at
    rest and means a loss otherwise."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at a device."""

    controls: Controls | None
    """None: the device is not there."""
    fresh: bool = True
    """Whether it has reported anything since the look before."""
    trouble: str = ''
    """What is wrong with it, in words."""


class Source(Protocol):
    """A device's controls, asked for again and again; it never waits."""

    @property
    def name(self) -> str:
        """Name for people, as its maker gave it where it is known."""

    @property
    def reporting(self) -> Reporting:
        """What its silence means."""

    @property
    def buttons(self) -> tuple[str, ...]:
        """The buttons that this very device has; empty: it may have all that its kind knows."""

    def label(self, control: str) -> str:
        """Return what is printed on a control."""

    def read(self, now: float) -> Reading:
        """Return what it says at ``now`` [s]."""

    def close(self) -> None:
        """Let go of it."""
