"""Tremor that is added to hands which were recorded without any, and the hands without it.

A surgeon's tremor has several dominant frequencies between 8 and 12 Hz and 50 to 200 um RMS at the
hand (Riviere, Rader, Khosla, 1997). Here every hand swings at three frequencies, at each in a
direction and with a phase of its own, all drawn from a seeded generator; the RMS is what is asked
for.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from telesurgery_console.device import Device
from telesurgery_core.transforms import Array, pose
from telesurgery_core.types import ConsoleSample, Hand, HandSample
from telesurgery_virtual.wrapped_device import WrappedDevice

TREMOR_HZ = (8.0, 12.0)
SINES = 3
"""Dominant frequencies a hand has."""
_STREAM = 0x7E30


class Tremor:
    """The displacement of one hand by its tremor, as a function of time."""

    def __init__(self, rms_m: float, rng: np.random.Generator) -> None:
        """Shake by ``rms_m`` [m] RMS in every axis."""
        self._omega = 2.0 * np.pi * rng.uniform(*TREMOR_HZ, SINES)
        self._phase = rng.uniform(0.0, 2.0 * np.pi, (3, SINES))
        weight = rng.uniform(0.5, 1.0, (3, SINES))
        power = 0.5 * np.square(weight).sum(axis=1, keepdims=True)
        self._amplitude = rms_m * weight / np.sqrt(power)

    def at(self, t: float) -> Array:
        """Return the displacement ``(3,)`` [m] at the time ``t`` [s]."""
        shaken: Array = (self._amplitude * np.sin(self._omega * t + self._phase)).sum(axis=1)
        return shaken


class TremblingDevice(WrappedDevice):
    """A device whose hands tremble; what they mean is still known.

    Attributes:
        meant: the newest sample without tremor, None before the first one.
    """

    def __init__(self, device: Device, rms_m: float, seed: int) -> None:
        """Shake both hands by ``rms_m`` [m] RMS an axis; 0: not at all."""
        super().__init__(device)
        self.meant: ConsoleSample | None = None
        rng = np.random.default_rng([_STREAM, seed])
        self._tremors = {hand: Tremor(rms_m, rng) for hand in Hand} if rms_m > 0.0 else {}

    def poll(self, now: float) -> ConsoleSample | None:
        """Return the device's sample with its hands displaced."""
        sample = self._device.poll(now)
        if sample is None:
            return None
        self.meant = sample
        if not self._tremors:
            return sample
        return replace(
            sample,
            left=self._shaken(Hand.LEFT, sample.left, now),
            right=self._shaken(Hand.RIGHT, sample.right, now),
        )

    def _shaken(self, hand: Hand, sample: HandSample | None, now: float) -> HandSample | None:
        if sample is None:
            return None
        T = sample.T_view_hand
        return replace(sample, T_view_hand=pose(T[:3, :3], T[:3, 3] + self._tremors[hand].at(now)))
