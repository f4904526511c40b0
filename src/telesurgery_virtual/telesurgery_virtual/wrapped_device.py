"""A device around another one, which it lets through but for what it does to the samples."""

from __future__ import annotations

from abc import ABC, abstractmethod

from telesurgery_console.device import Device
from telesurgery_console.health import DeviceStatus
from telesurgery_core.types import ConsoleSample


class WrappedDevice(ABC):
    """Everything of ``Device`` but ``poll``."""

    def __init__(self, device: Device) -> None:
        self._device = device

    @property
    def finished(self) -> bool:
        """See ``Device``."""
        return self._device.finished

    @abstractmethod
    def poll(self, now: float) -> ConsoleSample | None:
        """See ``Device``."""

    def describe(self) -> str:
        """See ``Device``."""
        return self._device.describe()

    def status(self) -> DeviceStatus:
        """See ``Device``."""
        return self._device.status()

    def next_poll(self, now: float) -> float:
        """See ``Device``."""
        return self._device.next_poll(now)

    def notices(self) -> list[str]:
        """See ``Device``."""
        return self._device.notices()

    def close(self) -> None:
        """See ``Device``."""
        self._device.close()
