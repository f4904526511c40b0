"""What a simulator reports and how often."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reporting:
    """Rates in simulated time, and how soon a silence is one."""

    joint_rate_hz: float = 250.0
    link_rate_hz: float = 100.0
    watched_links: tuple[str, ...] = ()
    """Ends of the names of links whose poses are reported, e.g. ``_roll_link``."""
    force_rate_hz: float = 50.0
    start_limit_s: float = 60.0
    silence_limit_s: float = 1.0


class Metronome:
    """Says when something is due that is to happen at a rate in simulated time."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._tick = -1

    def due(self, sim_time_s: float) -> bool:
        """Return whether a new period has begun, be it after a reset of time."""
        tick = math.floor(sim_time_s * self._rate_hz + 1e-6)
        if tick == self._tick:
            return False
        self._tick = tick
        return True
