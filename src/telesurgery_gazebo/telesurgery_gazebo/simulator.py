"""What every simulator is to the rest of the workspace, and the values that it hands over.

A simulator takes joint targets and tells a listener what became of them. It runs by itself, so
the listener is called from the simulator's own threads. Times are stamps of the wall clock [ns],
beside them the simulator's own time [s].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np

from telesurgery_core.transforms import Array, frozen
from telesurgery_core.types import JointSample


class SimulatorState(Enum):
    """Life of a simulator."""

    STARTING = 'starting'
    RUNNING = 'running'
    PAUSED = 'paused'
    """It was asked to stand still; nothing moves and its time stands."""
    DEAD = 'dead'
    """It ended, or says nothing any more; the reason is said beside it."""


@dataclass(frozen=True, slots=True)
class SimulatorHealth:
    """How a simulator is."""

    state: SimulatorState
    reason: str = ''
    """Why it is dead; else empty."""
    sim_time_s: float = 0.0
    real_time_factor: float = math.nan
    """Simulated over real time during the last second; NaN: not known yet."""


@dataclass(frozen=True, slots=True)
class LinkPose:
    """Where a link is: the simulator's own word, not computed from joint positions."""

    name: str
    T_world_link: Array
    """Pose of the link's frame in the world ``(4, 4)`` [m]."""


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of one camera."""

    camera: str
    stamp_ns: int
    width: int
    height: int
    rgb: bytes
    """``height`` rows of ``width`` pixels of three bytes, no padding."""


@dataclass(frozen=True, slots=True)
class Wrench:
    """A force and a torque about the origin of the frame in whose axes both are."""

    force: Array
    """``(3,)`` [N]."""
    torque: Array
    """``(3,)`` [N m]."""


NOTHING = Wrench(frozen(np.zeros(3)), frozen(np.zeros(3)))
"""Of a tool that touches nothing."""


@dataclass(frozen=True, slots=True)
class ToolForces:
    """What an arm's tool feels."""

    arm: str
    contact: Wrench
    """What all that it touches exerts on shaft, wrist and jaws, in the frame ``<ARM>_tip``: the
    mean of a few steps, for contacts of rigid bodies come and go from step to step."""
    wrist: Wrench | None
    """What the wrist exerts on the shaft, in the frame ``<ARM>_wrist_pitch_link``, likewise: the
    contacts beyond the shaft and the inertia of what is there. None: an arm without a wrist."""


class SimulatorListener(Protocol):
    """Who is told what a simulator does.

    Calls come from the simulator's threads: different methods at once perhaps, one method never
    twice at once.
    """

    def on_joints(self, sample: JointSample, sim_time_s: float) -> None:
        """Take the joints' positions and velocities, in the order of ``joint_names``."""

    def on_links(self, stamp_ns: int, links: tuple[LinkPose, ...]) -> None:
        """Take the poses of the watched links."""

    def on_forces(self, stamp_ns: int, forces: tuple[ToolForces, ...]) -> None:
        """Take what the tools of all arms feel."""

    def on_image(self, image: Image) -> None:
        """Take a picture of a camera that was asked for."""

    def on_health(self, health: SimulatorHealth) -> None:
        """Take the health when the state has changed, at once."""


class Simulator(Protocol):
    """A running plant: joint targets in; joint states, link poses, forces and pictures out."""

    @property
    def name(self) -> str:
        """Which simulator it is, as in the parameter ``simulator``."""

    @property
    def joint_names(self) -> tuple[str, ...]:
        """Names of the joints in the order of targets and states."""

    def start(self, listener: SimulatorListener) -> None:
        """Start it; the listener hears when it runs. Call it from a thread that lives on.

        Raises SimulatorError when it cannot be started at all; nothing is left running then.
        """

    def health(self) -> SimulatorHealth:
        """Return how it is now."""

    def command(self, position: Array) -> None:
        """Hand over joint targets ``(n,)`` [rad or m]; the newest wins.

        Raises SimulatorError for another length or a target that is no finite number.
        """

    def watch(self, camera: str, wanted: bool) -> None:
        """Ask for a camera's pictures, or no more for them; an unknown name has no pictures."""

    def pause(self, paused: bool) -> None:
        """Let its time stand, or pass again; the listener hears of it through the health.

        Raises SimulatorError when it does not obey.
        """

    def step(self, count: int) -> None:
        """Let its time pass by ``count`` steps of 1 ms while it is paused.

        What was commanded before is in force in the first of them. On return the listener has
        heard the joints at the end of the last. Raises SimulatorError when it does not stand
        still, or does not obey.
        """

    def reset(self) -> None:
        """Put every joint to zero and its own time to zero; targets from before are forgotten.

        Raises SimulatorError when it does not obey.
        """

    def close(self) -> None:
        """End it and everything that it started; a second call changes nothing."""
