"""What every operator's device is, whether a person holds it or a recording plays it."""

from __future__ import annotations

from typing import Protocol

from telesurgery_console.health import DeviceStatus
from telesurgery_core.types import ConsoleSample


class Device(Protocol):
    """Asked again and again what the operator does; it knows no clock and never waits."""

    @property
    def finished(self) -> bool:
        """Whether the device will say nothing more; a person's device never finishes by itself."""

    def describe(self) -> str:
        """Return one line that tells the operator what this device is and how it is used."""

    def status(self) -> DeviceStatus:
        """Return how well it was when it was asked last."""

    def poll(self, now: float) -> ConsoleSample | None:
        """Return what the operator does at ``now`` [s], or None if there is nothing new."""

    def next_poll(self, now: float) -> float:
        """Return when to ask next [s]."""

    def notices(self) -> list[str]:
        """Return what has happened that the operator must be told, each time only once."""

    def close(self) -> None:
        """Let go of the hardware."""
