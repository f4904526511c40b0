"""Frames through the emulated WAN, as a gateway sends them, and what comes out of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from impairment_parts.theory import Array
from telesurgery_link.impairment import StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.fates import Impairment
from telesurgery_link.path import Path

CHANNEL = 7
PERIOD_NS = 1_000_000
"""A thousand frames a second."""
LONGEST_NS = 3600 * 10**9


@dataclass(frozen=True)
class Outcome:
    """What became of the frames, in the order in which they were sent."""

    delays_ms: Array
    """``(n,)``; NaN: lost."""
    cpu_us: float
    """Processor time for each frame."""

    @property
    def arrived_ms(self) -> Array:
        """Delays of those that came."""
        return self.delays_ms[~np.isnan(self.delays_ms)]

    @property
    def lost(self) -> Array:
        """1 for each frame that was lost, 0 for the others."""
        return np.isnan(self.delays_ms).astype(float)


def outcome_of(treatment: Treatment, frames: int, seed: int) -> Outcome:
    """Send frames through a treatment, one a millisecond."""
    return outcome_at(treatment, range(0, frames * PERIOD_NS, PERIOD_NS), seed)


def outcome_at(treatment: Treatment, times_ns: Sequence[int], seed: int) -> Outcome:
    """Send frames through a treatment, one at each time."""
    return sent(StagedImpairment(treatment, Streams.seeded(seed, 0), 0), times_ns)


def sent(impairment: Impairment, times_ns: Sequence[int]) -> Outcome:
    """Send frames of 200 bytes through an impairment, by the path that a session uses."""
    path = Path(impairment)
    frames = len(times_ns)
    delays = np.full(frames, np.nan)
    payload = bytes(196)
    began = time.process_time()
    for number, now_ns in enumerate(times_ns):
        path.submit(number.to_bytes(4, 'big') + payload, now_ns, CHANNEL)
        for released in path.released(now_ns):
            delays[int.from_bytes(released.datagram[:4], 'big')] = released.injected_ns / 1e6
    cpu_us = (time.process_time() - began) / frames * 1e6
    for released in path.released(times_ns[-1] + LONGEST_NS):
        delays[int.from_bytes(released.datagram[:4], 'big')] = released.injected_ns / 1e6
    return Outcome(delays, cpu_us)
