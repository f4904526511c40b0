"""Tells a listener every change of a simulator's health, from whichever thread notices it."""

from __future__ import annotations

import threading
import time

from telesurgery_gazebo.health import HealthMonitor
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.simulator import SimulatorHealth, SimulatorListener, SimulatorState


class HealthReporting:
    """A health monitor on the machine's clock that speaks when the state changes."""

    def __init__(self, reporting: Reporting) -> None:
        self._monitor = HealthMonitor(
            start_limit_s=reporting.start_limit_s,
            silence_limit_s=reporting.silence_limit_s,
            now=time.monotonic(),
        )
        self._listener: SimulatorListener | None = None
        self._told: SimulatorState | None = None
        self._telling = threading.Lock()

    def tell_to(self, listener: SimulatorListener) -> None:
        """Speak to this listener from now on."""
        self._listener = listener

    def health(self) -> SimulatorHealth:
        """Return how the simulator is now."""
        return self._monitor.health(time.monotonic())

    def state_arrived(self, sim_time_s: float) -> None:
        """Note that the simulator said something just now, and its own time [s]."""
        self._monitor.state_arrived(time.monotonic(), sim_time_s)

    def paused(self, paused: bool) -> None:
        """Note that it stands still because it was asked to, or goes on, and say so."""
        self._monitor.paused(paused, time.monotonic())
        self.tell()

    def died(self, reason: str) -> None:
        """Note that it is dead for good, and say so; the first reason stands."""
        self._monitor.died(reason)
        self.tell()

    def tell(self) -> None:
        """Tell the listener, if the state has changed."""
        with self._telling:  # so that of two threads the one that knows more speaks last
            health = self.health()
            if health.state is not self._told and self._listener is not None:
                self._told = health.state
                self._listener.on_health(health)
