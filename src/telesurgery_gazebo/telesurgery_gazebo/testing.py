"""For tests: a listener that keeps what a simulator says, and waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from telesurgery_core.types import JointSample
from telesurgery_gazebo.simulator import (
    Image,
    LinkPose,
    SimulatorHealth,
    SimulatorState,
    ToolForces,
)

T = TypeVar('T')

DEADLINE_S = 60.0
"""Longest time that anything may take on a busy machine."""


class Recorder:
    """A ``SimulatorListener``; all that it has heard is in lists, oldest first."""

    def __init__(self) -> None:
        self.joints: list[tuple[JointSample, float]] = []
        """Samples with their simulated time [s]."""
        self.links: list[tuple[int, tuple[LinkPose, ...]]] = []
        self.forces: list[tuple[ToolForces, ...]] = []
        self.images: list[Image] = []
        self.health: list[SimulatorHealth] = []
        self._heard = threading.Condition()

    def on_joints(self, sample: JointSample, sim_time_s: float) -> None:
        """Keep a sample."""
        self._keep(self.joints, (sample, sim_time_s))

    def on_links(self, stamp_ns: int, links: tuple[LinkPose, ...]) -> None:
        """Keep link poses."""
        self._keep(self.links, (stamp_ns, links))

    def on_forces(self, stamp_ns: int, forces: tuple[ToolForces, ...]) -> None:
        """Keep what the tools feel."""
        self._keep(self.forces, forces)

    def on_image(self, image: Image) -> None:
        """Keep a picture."""
        self._keep(self.images, image)

    def on_health(self, health: SimulatorHealth) -> None:
        """Keep the health."""
        self._keep(self.health, health)

    @property
    def newest(self) -> JointSample:
        """The newest sample."""
        return self.joints[-1][0]

    def wait_until(self, condition: Callable[[], object], deadline_s: float = DEADLINE_S) -> None:
        """Return when ``condition`` holds after something was heard; TimeoutError if never."""
        with self._heard:
            if not self._heard.wait_for(condition, deadline_s):
                raise TimeoutError(f'not within {deadline_s:g} s; last health: {self.health[-1:]}')

    def wait_for(self, state: SimulatorState) -> SimulatorHealth:
        """Wait until the newest health has a state, and return it."""
        self.wait_until(lambda: self.health and self.health[-1].state is state)
        return self.health[-1]

    def wait_until_silent(self, quiet_s: float = 0.2) -> None:
        """Return when nothing has been heard for ``quiet_s`` [s]."""
        with self._heard:
            while self._heard.wait(quiet_s):
                pass

    def _keep(self, heard: list[T], item: T) -> None:
        with self._heard:
            heard.append(item)
            self._heard.notify_all()
