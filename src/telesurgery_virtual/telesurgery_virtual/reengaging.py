"""A recorded operator who sees that his hands have been stopped, and uses the clutch again."""

from __future__ import annotations

import math
from dataclasses import replace

from telesurgery_console.device import Device
from telesurgery_console.health import DeviceStatus
from telesurgery_console.reengagement import Reengagement
from telesurgery_core.types import ConsoleSample
from telesurgery_motion.hindrance import Hindrance
from telesurgery_motion.pipeline import Pipeline

STOPPED = (Hindrance.MUST_RELEASE, Hindrance.NOT_FOLLOWING)
"""What ends only with a new engagement."""
LOOK_S = 0.1
"""How often he looks: the nodes say it as often."""


class ReengagingDevice:
    """A device that presses the clutch a while after a hand has been stopped (``Reengagement``).

    Attributes:
        motion: where to look; None: nowhere yet.
    """

    def __init__(self, device: Device, after_s: float) -> None:
        """Press it after ``after_s`` [s]; 0: never."""
        self.motion: Pipeline | None = None
        self._device = device
        self._act = Reengagement(after_s)
        self._looks = after_s > 0.0
        self._look_at = -math.inf

    @property
    def finished(self) -> bool:
        """See ``Device``."""
        return self._device.finished

    def describe(self) -> str:
        """See ``Device``."""
        return self._device.describe()

    def status(self) -> DeviceStatus:
        """See ``Device``."""
        return self._device.status()

    def poll(self, now: float) -> ConsoleSample | None:
        """Return the device's sample, the clutch pressed if it is time."""
        sample = self._device.poll(now)
        if sample is None or not self._looks:
            return sample
        if self.motion is not None and now >= self._look_at:
            self._look_at = now + LOOK_S
            hands = self.motion.state(now).hands
            self._act.hear(stopped=any(hand.hindrance in STOPPED for hand in hands), now=now)
        return replace(sample, clutch=True) if self._act.pressed(now) else sample

    def next_poll(self, now: float) -> float:
        """See ``Device``."""
        return self._device.next_poll(now)

    def notices(self) -> list[str]:
        """See ``Device``."""
        return self._device.notices()

    def close(self) -> None:
        """See ``Device``."""
        self._device.close()
