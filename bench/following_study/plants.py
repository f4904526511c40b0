"""Gazebo in the place of the virtual session's plant: the session then goes in real time."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_core.parameters import load_yaml
from telesurgery_core.transforms import Array
from telesurgery_core.types import JointSample
from telesurgery_gazebo.classic.simulator import ClassicSimulator
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import SimulatorState
from telesurgery_gazebo.testing import Recorder

JOINT_RATE_HZ = 500.0
LATE_S = 0.004
"""Two ticks: a session that is later than this does not hurry, for a plant cannot be hurried."""


class GazeboPlant:
    """Gazebo 11 without pictures; use it in a ``with`` block.

    It has what a virtual session asks of its plant, and lets the session's time go with the wall
    clock.
    """

    def __init__(self, robot: RobotDescription, workspace: Path) -> None:
        files = SceneFiles.of(SimulatorParameters(), workspace)
        self._simulator = ClassicSimulator(
            robot,
            ServerOptions(files.robot, files.world, files.arms, cameras=False),
            load_yaml(GazeboSettings, files.gazebo),
            Reporting(joint_rate_hz=JOINT_RATE_HZ),
        )
        self.recorder = Recorder()
        self._zero_ns = 0
        self.stood_s = 0.0
        """How long the session's time stood still since the machine was late [s]."""

    def __enter__(self) -> GazeboPlant:
        self._simulator.start(self.recorder)
        self.recorder.wait_for(SimulatorState.RUNNING)
        self.recorder.wait_until(lambda: self.recorder.joints)
        self._zero_ns = time.time_ns()
        return self

    def __exit__(self, *_: object) -> None:
        self._simulator.close()

    @property
    def velocity(self) -> Array:
        """Joint velocities ``(n,)``; what rests in Gazebo still trembles a little."""
        velocity = self.recorder.newest.velocity
        return np.where(np.abs(velocity) < 1e-2, 0.0, velocity)

    @property
    def real_time_factor(self) -> float:
        """Simulated over real time lately."""
        return self._simulator.health().real_time_factor

    def begin(self, now: float) -> None:
        """Let the session's time ``now`` [s] be this moment: what was late before is forgotten."""
        self._zero_ns = time.time_ns() - round(now * 1e9)
        self.stood_s = 0.0

    def advance(self, now: float) -> None:
        """Wait until ``now`` [s]; where the machine was late, time stood still meanwhile."""
        left = now - self._elapsed()
        if left > 0.0:
            time.sleep(left)
        elif left < -LATE_S:
            self._zero_ns -= round(left * 1e9)
            self.stood_s -= left

    def sample(self, stamp_ns: int) -> JointSample:
        """Return the newest joints; they are as old at ``stamp_ns`` as they are on the wall."""
        newest = self.recorder.newest
        age = time.time_ns() - newest.stamp_ns
        return JointSample(stamp_ns - age, newest.position, newest.velocity)

    def _elapsed(self) -> float:
        return (time.time_ns() - self._zero_ns) * 1e-9

    def command(self, position: Array) -> None:
        """Hand over joint targets ``(n,)``."""
        self._simulator.command(position)
