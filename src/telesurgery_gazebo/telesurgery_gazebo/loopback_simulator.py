"""The in-memory plant in real time, as a ``Simulator``: for sessions without Gazebo."""

from __future__ import annotations

import threading
import time

from telesurgery_core.transforms import Array, frozen
from telesurgery_core.types import JointSample
from telesurgery_gazebo.health import HealthMonitor
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.loopback import LoopbackPlant
from telesurgery_gazebo.mean_velocity import MeanVelocity
from telesurgery_gazebo.rates import Metronome, Reporting
from telesurgery_gazebo.simulator import (
    LinkPose,
    SimulatorHealth,
    SimulatorListener,
    SimulatorState,
)
from telesurgery_gazebo.urdf_tree import UrdfTree


class LoopbackSimulator:
    """A thread that keeps a ``LoopbackPlant`` at the wall clock's pace."""

    name = 'loopback'

    def __init__(self, joints: Joints, tree: UrdfTree, reporting: Reporting) -> None:
        self._plant = LoopbackPlant(joints, start=time.monotonic())
        self._tree, self._reporting = tree, reporting
        self.joint_names = joints.names
        self._watched = sorted(
            link for link in tree.links if link.endswith(reporting.watched_links)
        )
        self._monitor = HealthMonitor(
            start_limit_s=reporting.start_limit_s,
            silence_limit_s=reporting.silence_limit_s,
            now=time.monotonic(),
        )
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name='loopback', daemon=True)

    def start(self, listener: SimulatorListener) -> None:
        """Start the plant's time."""
        self._listener = listener
        self._thread.start()

    def health(self) -> SimulatorHealth:
        """Return how it is now."""
        return self._monitor.health(time.monotonic())

    def command(self, position: Array) -> None:
        """Hand over joint targets; one beyond a stop leads to the stop."""
        with self._lock:
            self._plant.command(position)

    def watch(self, camera: str, wanted: bool) -> None:
        """Do nothing: there are no cameras."""

    def close(self) -> None:
        """Stop the plant's time."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        joints_due = Metronome(self._reporting.joint_rate_hz)
        links_due = Metronome(self._reporting.link_rate_hz)
        period = 1.0 / self._reporting.joint_rate_hz
        velocity = MeanVelocity()
        deadline = time.monotonic()
        while not self._closing.wait(max(0.0, deadline - time.monotonic())):
            now, stamp_ns = time.monotonic(), time.time_ns()
            deadline = max(deadline + period, now)  # missed periods are not made up for
            with self._lock:
                self._plant.advance(now)
                position, sim_time_s = self._plant.position, self._plant.sim_time_s
            starting = self.health().state is SimulatorState.STARTING
            self._monitor.state_arrived(now, sim_time_s)
            if starting:
                self._listener.on_health(self.health())
            if joints_due.due(sim_time_s):
                speed = frozen(velocity.update(position, sim_time_s))
                self._listener.on_joints(JointSample(stamp_ns, position, speed), sim_time_s)
            if self._watched and links_due.due(sim_time_s):
                self._listener.on_links(stamp_ns, self._poses(position))

    def _poses(self, position: Array) -> tuple[LinkPose, ...]:
        positions = dict(zip(self.joint_names, position.tolist(), strict=True))
        poses = self._tree.link_poses(positions)
        return tuple(LinkPose(link, frozen(poses[link])) for link in self._watched)
