"""A session in lockstep: the arms and a simulator go step by step, in one process.

The same chain as in virtual time, console to joints, but with a simulator at its end that does two
steps of 1 ms for every control tick, when it is told to. Everything is in one process, since a
round trip over DDS for every tick would take longer than the tick and the steps together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_console.device import Device
from telesurgery_core.transforms import Array, frozen
from telesurgery_virtual.session import Configuration, Plant, Tick, VirtualSession


@dataclass(frozen=True, slots=True)
class LockstepResult:
    """What a session in lockstep led to."""

    times: Array
    """Of the control ticks ``(m,)`` [s]."""
    targets: Array
    """What the joints were told ``(m, n)`` [rad or m]."""
    positions: Array
    """Where the joints were when each tick began ``(m, n)`` [rad or m]."""
    wall_s: float
    """How long it took on the wall [s]."""

    @property
    def speed(self) -> float:
        """Simulated over real time."""
        return float(self.times[-1] - self.times[0]) / self.wall_s

    @property
    def digest(self) -> str:
        """Of every bit of the joints' positions: equal ones are equal trajectories."""
        return hashlib.sha256(np.ascontiguousarray(self.positions).tobytes()).hexdigest()

    def tip_errors_mm(self, robot: RobotDescription, arm: str) -> Array:
        """Return how far the tip is from where the tick before told it to be ``(m - 1,)`` [mm]."""
        model, joints = robot.model_of(arm), robot.joint_slice(arm)
        chain = slice(joints.start, joints.start + len(model.joints))
        wanted = forward(model, self.targets[:-1, chain])[:, :3, 3]
        found = forward(model, self.positions[1:, chain])[:, :3, 3]
        errors: Array = 1e3 * np.linalg.norm(wanted - found, axis=1)
        return errors

    def write(self, file: Path, robot: RobotDescription) -> None:
        """Write times, targets, positions and the joints' names as a file of numpy."""
        np.savez_compressed(
            file,
            joint_names=np.array(robot.joint_names),
            times_s=self.times,
            targets=self.targets,
            positions=self.positions,
        )


def run_in_lockstep(
    device: Device,
    configuration: Configuration,
    plant: Plant,
    seconds: float,
    clock: Callable[[], float],
) -> LockstepResult:
    """Make all arms ready, let ``device`` work for ``seconds`` [s], and return what happened.

    ``clock`` tells the wall's time [s]: how long it took is a result, and rules nothing.
    VirtualSessionError when the arms do not become ready.
    """
    session = VirtualSession(device, configuration, plant=plant)
    session.make_ready(*configuration.robot.arms)
    ticks: list[Tick] = []
    begun = clock()
    session.run(seconds, ticks.append)
    return LockstepResult(
        times=frozen(np.array([tick.now for tick in ticks])),
        targets=frozen(np.array([tick.targets for tick in ticks])),
        positions=frozen(np.array([tick.joints.position for tick in ticks])),
        wall_s=clock() - begun,
    )
