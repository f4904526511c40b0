"""A recorded operator who sees that his hands have been stopped, and uses the clutch again."""

from __future__ import annotations

import math
from dataclasses import replace

from telesurgery_console.device import Device
from telesurgery_console.reengagement import Reengagement
from telesurgery_core.types import ConsoleSample
from telesurgery_motion.pipeline import Pipeline
from telesurgery_virtual.wrapped_device import WrappedDevice

LOOK_S = 0.1
"""How often he looks: the nodes say it as often."""


class ReengagingDevice(WrappedDevice):
    """A device that presses the clutch a while after a hand has been stopped (``Reengagement``).

    Attributes:
        motion: where to look; None: nowhere yet.
    """

    def __init__(self, device: Device, after_s: float) -> None:
        """Press it after ``after_s`` [s]; 0: never."""
        super().__init__(device)
        self.motion: Pipeline | None = None
        self._act = Reengagement(after_s)
        self._looks = after_s > 0.0
        self._look_at = -math.inf

    def poll(self, now: float) -> ConsoleSample | None:
        """Return the device's sample, the clutch pressed if it is time."""
        sample = self._device.poll(now)
        if sample is None or not self._looks:
            return sample
        if self.motion is not None and now >= self._look_at:
            self._look_at = now + LOOK_S
            hands = self.motion.state(now).hands
            self._act.hear([hand.hindrance.name.lower() for hand in hands], now)
        return replace(sample, clutch=True) if self._act.pressed(now) else sample
