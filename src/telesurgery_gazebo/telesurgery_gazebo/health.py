"""Is the simulator alive, and how fast does its time pass? Time is an argument."""

from __future__ import annotations

import math
from collections import deque

from telesurgery_gazebo.simulator import SimulatorHealth, SimulatorState

WINDOW_S = 1.0
"""Over which the real-time factor is measured."""


class HealthMonitor:
    """Concludes a simulator's health from its states' arrivals and from its end, if it ends."""

    def __init__(self, *, start_limit_s: float, silence_limit_s: float, now: float) -> None:
        """Give it so long to say its first word [s], and later so long a silence [s]."""
        self._start_limit_s = start_limit_s
        self._silence_limit_s = silence_limit_s
        self._started = now
        self._arrivals: deque[tuple[float, float]] = deque()
        self._heard: float | None = None
        self._sim_time_s = 0.0
        self._death = ''
        self._paused = False

    def state_arrived(self, now: float, sim_time_s: float) -> None:
        """Note that the simulator said something, and its own time [s]."""
        self._heard = now
        self._sim_time_s = sim_time_s
        self._arrivals.append((now, sim_time_s))
        while now - self._arrivals[0][0] > WINDOW_S:
            self._arrivals.popleft()

    def paused(self, paused: bool, now: float) -> None:
        """Note that it stands still because it was asked to, or goes on."""
        self._paused = paused
        self._arrivals.clear()  # the factor of a pause is none
        if self._heard is not None:
            self._heard = now

    def died(self, reason: str) -> None:
        """Note that it is dead for good; the first reason stands."""
        self._death = self._death or reason

    def health(self, now: float) -> SimulatorHealth:
        """Return the health at the time ``now`` [s]."""
        reason = self._death or self._too_late(now)
        if reason:
            state = SimulatorState.DEAD
        elif self._heard is None:
            state = SimulatorState.STARTING
        elif self._paused:
            state = SimulatorState.PAUSED
        else:
            state = SimulatorState.RUNNING
        return SimulatorHealth(state, reason, self._sim_time_s, self._real_time_factor(now))

    def _too_late(self, now: float) -> str:
        if self._heard is None:
            late = now - self._started > self._start_limit_s
            return f'did not start within {self._start_limit_s:g} s' if late else ''
        if self._paused:
            return ''
        silence = now - self._heard
        return f'has said nothing for {silence:.1f} s' if silence > self._silence_limit_s else ''

    def _real_time_factor(self, now: float) -> float:
        if not self._arrivals or now - self._arrivals[0][0] < WINDOW_S / 2:
            return math.nan
        first_heard, first_sim = self._arrivals[0]
        return (self._sim_time_s - first_sim) / (now - first_heard)
