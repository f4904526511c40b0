"""What is said of a device that has a unit for both hands, or one for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from telesurgery_console.health import DeviceStatus, Health
from telesurgery_core.types import Hand


class Told(Protocol):
    """A unit, as far as it is told of."""

    @property
    def name(self) -> str:
        """The device's name."""

    @property
    def health(self) -> Health:
        """How well the device is."""

    @property
    def detail(self) -> str:
        """The same in one line."""

    def notices(self) -> list[str]:
        """Return what has happened to it, each time only once."""


def whose(hand: Hand | None) -> str:
    """Return whose unit it is, as the beginning of a line; empty for one that moves both."""
    return f'{hand.name.lower()} hand: ' if hand else ''


def status_of(units: Mapping[Hand | None, Told], mapping: str) -> DeviceStatus:
    """Return how well they are; the first that is ill tells for the device."""
    ill = {hand: unit for hand, unit in units.items() if unit.health is not Health.OK}
    told = ill or units
    return DeviceStatus(
        name=', '.join(unit.name for unit in units.values()),
        health=next(iter(told.values())).health,
        detail='; '.join(f'{whose(hand)}{unit.detail}' for hand, unit in told.items()),
        mapping=mapping,
    )


def notices_of(units: Mapping[Hand | None, Told]) -> list[str]:
    """Return what has happened to them."""
    return [f'{whose(hand)}{said}' for hand, unit in units.items() for said in unit.notices()]
