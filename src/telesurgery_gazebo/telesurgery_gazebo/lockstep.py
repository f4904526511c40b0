"""A simulator in the place of a kinematic plant: its time passes when it is asked to.

Whoever holds it turns the clock: a control tick commands targets and lets the simulator do the
steps up to the next one, faster or slower than real time, whichever the machine can.
"""

from __future__ import annotations

import math
import threading

import numpy as np

from telesurgery_core.transforms import Array, frozen
from telesurgery_core.types import JointSample
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.simulator import (
    Image,
    LinkPose,
    Simulator,
    SimulatorHealth,
    SimulatorState,
    ToolForces,
)
from telesurgery_gazebo.stepping import STEP_S

STILL = 1e-3
"""What rests in a Gazebo still trembles: below this speed it rests [rad/s or m/s]."""

_START_S = 90.0


class LockstepPlant:
    """The joints of a simulator that was made for lockstep; use it in a ``with`` block."""

    def __init__(self, simulator: Simulator, start: float = 0.0) -> None:
        """Stand at the time ``start`` [s], folded."""
        self._simulator, self._start = simulator, start
        self._steps = 0
        zero = np.zeros(len(simulator.joint_names))
        self._position, self._velocity = zero, zero
        self._health = SimulatorHealth(SimulatorState.STARTING)
        self._told = threading.Condition()

    def __enter__(self) -> LockstepPlant:
        """Start the simulator; SimulatorError when it does not come up."""
        self._simulator.start(self)
        with self._told:
            self._told.wait_for(
                lambda: self._health.state in (SimulatorState.PAUSED, SimulatorState.DEAD),
                _START_S,
            )
        if self._health.state is not SimulatorState.PAUSED:
            self._simulator.close()
            raise SimulatorError(
                f'simulator {self._simulator.name} is {self._health.state.value} after the start '
                f'{self._health.reason}; allowed: one that waits to be stepped; look into its log'
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._simulator.close()

    @property
    def time_s(self) -> float:
        """The time up to which it has been stepped [s]."""
        return self._start + self._steps * STEP_S

    @property
    def position(self) -> Array:
        """Joint positions ``(n,)`` [rad or m]."""
        return self._position

    @property
    def velocity(self) -> Array:
        """Joint velocities ``(n,)`` [rad/s or m/s], the means since the advance before; zero for
        what rests.
        """
        return np.where(np.abs(self._velocity) < STILL, 0.0, self._velocity)

    def command(self, position: Array) -> None:
        """Take new targets ``(n,)`` [rad or m], in force from the next step on."""
        self._simulator.command(position)

    def advance(self, now: float) -> None:
        """Step up to the newest instant of 1 ms that is not after ``now`` [s]."""
        due = math.floor((now - self._start) / STEP_S + 1e-6)
        count = due - self._steps
        if count > 0:
            before = self._position
            self._simulator.step(count)
            self._steps = due
            # Not what the simulator says: of the states between, a busy machine hears some.
            self._velocity = frozen((self._position - before) / (count * STEP_S))

    def sample(self, stamp_ns: int) -> JointSample:
        """Return positions and velocities under the given stamp."""
        return JointSample(stamp_ns, self._position, self._velocity)

    def on_joints(self, sample: JointSample, sim_time_s: float) -> None:
        """Keep the newest state."""
        self._position = sample.position

    def on_links(self, stamp_ns: int, links: tuple[LinkPose, ...]) -> None:
        """Look at joints alone."""

    def on_forces(self, stamp_ns: int, forces: tuple[ToolForces, ...]) -> None:
        """Look at joints alone."""

    def on_image(self, image: Image) -> None:
        """Look at joints alone."""

    def on_health(self, health: SimulatorHealth) -> None:
        """Note that it waits to be stepped, or that it has died."""
        with self._told:
            self._health = health
            self._told.notify_all()
