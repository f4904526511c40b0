"""An in-memory plant that follows its joint targets: no physics, no thread, no clock.

Every joint closes a fixed share of its distance to the target in every step (a first-order lag),
no faster than its speed limit and never beyond its stops. Steps lie on a fixed grid of time, so
that the same targets at the same times give the same states however often ``advance`` is called.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_core.types import JointSample
from telesurgery_gazebo.joints import Joints

_AT_REST = 1e-12
"""A joint this close to its target [rad or m] is there."""


class LoopbackPlant:
    """Joints that follow targets in simulated time."""

    def __init__(
        self,
        joints: Joints,
        *,
        start: float = 0.0,
        step_s: float = 0.001,
        time_constant_s: float = 0.01,
        position: Array | None = None,
    ) -> None:
        """Stand at ``position`` ``(n,)`` [rad or m], else at zero, at the time ``start`` [s]."""
        self.joints = joints
        self._start = start
        self._step_s = step_s
        self._share = -math.expm1(-step_s / time_constant_s)
        self._reach = joints.velocity * step_s
        self._back = -self._reach
        self._steps = 0
        zero = np.zeros(len(joints.names)) if position is None else joints.checked(position)
        self._position = np.clip(zero, joints.lower, joints.upper)
        self._moved = np.zeros(len(joints.names))
        self._target = self._position

    @property
    def position(self) -> Array:
        """Joint positions ``(n,)`` [rad or m]."""
        return _unchanging(self._position)

    @property
    def velocity(self) -> Array:
        """Joint velocities ``(n,)`` [rad/s or m/s] over the newest step."""
        return _unchanging(self._moved / self._step_s)

    @property
    def sim_time_s(self) -> float:
        """Simulated time since the start [s]."""
        return self._steps * self._step_s

    def command(self, position: Array) -> None:
        """Take new targets ``(n,)`` [rad or m]; one beyond a stop leads to the stop.

        Raises SimulatorError for another length or a target that is no finite number.
        """
        target = np.maximum(self.joints.checked(position), self.joints.lower)
        self._target = np.minimum(target, self.joints.upper)

    def advance(self, now: float) -> None:
        """Step up to the newest instant of the grid that is not after ``now`` [s]."""
        self.step(math.floor((now - self._start) / self._step_s + 1e-6) - self._steps)

    def step(self, count: int) -> None:
        """Do ``count`` steps, whatever time it is."""
        for _ in range(count):
            self._steps += 1
            self._step()

    def sample(self, stamp_ns: int) -> JointSample:
        """Return positions and velocities under the given stamp."""
        return JointSample(stamp_ns, self.position, self.velocity)

    def _step(self) -> None:
        distance = self._target - self._position
        move = distance * self._share
        np.maximum(move, self._back, out=move)
        np.minimum(move, self._reach, out=move)
        np.copyto(move, distance, where=np.abs(distance) < _AT_REST)
        self._position = self._position + move
        self._moved = move


def _unchanging(array: Array) -> Array:
    """Return an array that nobody may write to; the plant makes new ones in every step."""
    array.flags.writeable = False
    return array
