"""The in-memory plant in real time, as a ``Simulator``: for sessions without Gazebo."""

from __future__ import annotations

import threading
import time

from telesurgery_core.transforms import Array, frozen
from telesurgery_core.types import JointSample
from telesurgery_gazebo.health_reporting import HealthReporting
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.loopback import LoopbackPlant
from telesurgery_gazebo.mean_velocity import MeanVelocity
from telesurgery_gazebo.rates import Metronome, Reporting
from telesurgery_gazebo.simulator import (
    LinkPose,
    SimulatorHealth,
    SimulatorListener,
)
from telesurgery_gazebo.stepping import STEP_S, not_paused, require_steps
from telesurgery_gazebo.tool_forces import ToolForceReader
from telesurgery_gazebo.urdf_tree import UrdfTree


class LoopbackSimulator:
    """A thread that keeps a ``LoopbackPlant`` at the wall clock's pace.

    The plant knows joints alone: there is nothing that a tool could touch, and no mass that would
    resist. What the tools feel is therefore zero, which is reported as every simulator does.
    """

    name = 'loopback'

    def __init__(
        self, joints: Joints, tree: UrdfTree, reporting: Reporting, *, lockstep: bool = False
    ) -> None:
        """In ``lockstep`` its time stands from the start on, until it is stepped."""
        self._joints, self._tree, self._reporting = joints, tree, reporting
        self._plant = LoopbackPlant(joints, start=time.monotonic())
        self.joint_names = joints.names
        self._watched = sorted(
            link for link in tree.links if link.endswith(reporting.watched_links)
        )
        self._forces = ToolForceReader(tree)
        self._health = HealthReporting(reporting)
        self._velocity = MeanVelocity()
        self._paused_at = time.monotonic() if lockstep else None
        self._stood_s = 0.0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name='loopback', daemon=True)

    def start(self, listener: SimulatorListener) -> None:
        """Start the plant's time."""
        self._listener = listener
        self._health.tell_to(listener)
        if self._paused_at is not None:
            self._health.state_arrived(self._plant.sim_time_s)
            self._health.paused(True)
        self._thread.start()

    def health(self) -> SimulatorHealth:
        """Return how it is now."""
        return self._health.health()

    def command(self, position: Array) -> None:
        """Hand over joint targets; one beyond a stop leads to the stop."""
        with self._lock:
            self._plant.command(position)

    def watch(self, camera: str, wanted: bool) -> None:
        """Do nothing: there are no cameras."""

    def pause(self, paused: bool) -> None:
        """Let the plant's time stand, or pass again."""
        with self._lock:
            if paused and self._paused_at is None:
                self._paused_at = time.monotonic()
            elif not paused and self._paused_at is not None:
                self._stood_s += time.monotonic() - self._paused_at
                self._paused_at = None
        self._health.paused(paused)

    def step(self, count: int) -> None:
        """Let the plant's time pass by ``count`` steps while it is paused."""
        require_steps(count)
        with self._lock:
            if self._paused_at is None:
                raise not_paused(self.health().state)
            self._stood_s -= count * STEP_S  # so that it goes on from there
            self._plant.step(count)
            position, sim_time_s = self._plant.position, self._plant.sim_time_s
            velocity = self._velocity.update(position, sim_time_s)
            self._health.state_arrived(sim_time_s)
            sample = JointSample(time.time_ns(), position, frozen(velocity))
            self._listener.on_joints(sample, sim_time_s)

    def reset(self) -> None:
        """Begin anew: joints and time at zero, no target."""
        with self._lock:
            now = time.monotonic() if self._paused_at is None else self._paused_at
            self._plant = LoopbackPlant(self._joints, start=now - self._stood_s)

    def close(self) -> None:
        """Stop the plant's time."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _now(self) -> float:
        """Return the wall clock's time without the pauses [s]."""
        return time.monotonic() - self._stood_s

    def _run(self) -> None:
        joints_due = Metronome(self._reporting.joint_rate_hz)
        links_due = Metronome(self._reporting.link_rate_hz)
        forces_due = Metronome(self._reporting.force_rate_hz)
        period = 1.0 / self._reporting.joint_rate_hz
        deadline = time.monotonic()
        while not self._closing.wait(max(0.0, deadline - time.monotonic())):
            stamp_ns = time.time_ns()
            # Missed periods are not made up for.
            deadline = max(deadline + period, time.monotonic())
            with self._lock:
                if self._paused_at is not None:
                    continue
                self._plant.advance(self._now())
                position, sim_time_s = self._plant.position, self._plant.sim_time_s
                self._health.state_arrived(sim_time_s)
                if joints_due.due(sim_time_s):
                    velocity = self._velocity.update(position, sim_time_s)
                    sample = JointSample(stamp_ns, position, frozen(velocity))
                    self._listener.on_joints(sample, sim_time_s)
            self._health.tell()
            if self._watched and links_due.due(sim_time_s):
                self._listener.on_links(stamp_ns, self._poses(position))
            if forces_due.due(sim_time_s):
                self._listener.on_forces(stamp_ns, self._forces.read({}, {}, {}))

    def _poses(self, position: Array) -> tuple[LinkPose, ...]:
        positions = dict(zip(self.joint_names, position.tolist(), strict=True))
        poses = self._tree.link_poses(positions)
        return tuple(LinkPose(link, frozen(poses[link])) for link in self._watched)
