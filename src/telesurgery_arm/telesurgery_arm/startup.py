"""The arms' start: enabled and homed by themselves, once their joints are known."""

from __future__ import annotations

from collections.abc import Mapping

from telesurgery_arm.operating import StateCommand
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.station import Station
from telesurgery_core.types import OperatingState

SOUND_S = 1.0
"""So long the plant must be sound before a start that failed is tried again."""


class Startup:
    """Starts the arms, and again those whose plant went away before they were ready.

    Nobody has driven such an arm yet: to start it again is what starting this process a little
    later would have done. Once it was ready, or somebody has commanded its state, its faults are
    for people to end.
    """

    def __init__(self, parameters: ArmsParameters, stations: Mapping[str, Station]) -> None:
        """Start nothing yet."""
        self._enables = parameters.start_enabled
        self._homes = parameters.home_on_start
        self._stations = stations
        self._waited_for = set(stations) if self._enables else set()
        self._away = False
        self._sound_since: float | None = None

    def begin(self) -> None:
        """Start the arms where their joints are."""
        for station in self._stations.values():
            station.place()
            if self._enables:
                station.command_state(StateCommand.ENABLE, '')
                if self._homes:
                    station.arm.home_at_start()

    def leave(self, name: str) -> None:
        """Leave an arm to whoever commands its state."""
        self._waited_for.discard(name)

    def step(self, now: float, *, sound: bool) -> None:
        """Look after the arms at ``now`` [s]; ``sound``: the plant can be trusted."""
        if not self._waited_for:
            return
        for name, station in self._stations.items():
            if station.arm.is_available:
                self.leave(name)
        if not sound:
            self._away, self._sound_since = True, None
        elif self._away:
            self._come_back(now)

    def _come_back(self, now: float) -> None:
        """Start again what is in fault, when the plant has been back for long enough."""
        if self._sound_since is None:
            self._sound_since = now
        if now - self._sound_since < SOUND_S:
            return
        self._away, self._sound_since = False, None
        for name in self._waited_for:
            station = self._stations[name]
            if station.arm.state is OperatingState.FAULT:
                station.command_state(StateCommand.ENABLE, '')
                if self._homes:  # by a move: a tool in the patient was homed at once
                    station.command_state(StateCommand.HOME, '')
