"""Gazebo 11 as a ``Simulator``."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Mapping
from contextlib import closing

from telesurgery_gazebo.classic.commander import JointCommander
from telesurgery_gazebo.classic.force_stream import ForceStream
from telesurgery_gazebo.classic.forces import ForceStates
from telesurgery_gazebo.classic.pacing import Pacing
from telesurgery_gazebo.classic.pose_request import PoseRequest
from telesurgery_gazebo.classic.server import GazeboServer
from telesurgery_gazebo.classic.state_stream import Readings, StateStream
from telesurgery_gazebo.classic.transport import Connection, Master
from telesurgery_gazebo.classic.world import WorldControls
from telesurgery_gazebo.errors import SimulatorError, WireError
from telesurgery_gazebo.gazebo_simulator import GazeboSimulator
from telesurgery_gazebo.joint_control import ControlledJoints, gains_at_home
from telesurgery_gazebo.simulator import SimulatorState, ToolForces
from telesurgery_gazebo.transport.client import TransportClient

_log = logging.getLogger(__name__)

_RETRY_S = 0.05
_POLL_S = 0.1
"""How long reading waits before it looks whether the simulator has fallen silent."""

STARTS = 3
"""How often Gazebo is started, at most, while it crashes as it starts: its transport can abort on
a mutex when somebody connects just then (gazebo-classic issue 2251)."""
_CRASH_S = 1.0
"""How long the end of a crashed server may take to be noticed."""

LOCKSTEP_RATE_HZ = 10_000.0
"""Of steps that are asked for, at most; without a limit Gazebo would wait in a busy loop."""


class ClassicSimulator(GazeboSimulator):
    """Gazebo 11: a server of our own or one that runs, over both of its transports."""

    name = 'classic'
    program = 'Gazebo'

    def _start(self, begun: contextlib.ExitStack) -> None:
        self._starts = 1
        self._crashed = threading.Event()
        self._server: GazeboServer = GazeboServer(self._options, self._ended)
        begun.callback(self._server.end)
        scene = self._server.scene
        self._client = TransportClient(self._server.partition)
        begun.callback(self._client.close)
        self._commander: JointCommander = JointCommander(
            self._client,
            scene.robot.name,
            ControlledJoints(scene.robot, self.joint_names),
            self._joints.velocity,
        )
        topics = {
            name: camera.classic_topic(scene.world_name)
            for name, camera in self._settings.cameras.items()
        }
        self._cameras = self._camera_feed(self._client, topics)
        self._forces = ForceStates(scene.robot, scene.world)

    def _settle(self) -> None:
        self._commander.settle()

    def _reset(self) -> None:
        self._controls.reset()

    def _take_forces(
        self, sim_time_s: float, positions: Mapping[str, float]
    ) -> tuple[ToolForces, ...]:
        return self._forces.take(positions)

    def _ended(self, reason: str) -> None:
        """Report the server's end, unless it crashed as it started and is to be started again."""
        process = self._server.process
        starting = self.health().state is SimulatorState.STARTING
        if starting and process is not None and process.crashed and self._starts < STARTS:
            _log.warning('%s while it started; it is started again', reason)
            self._crashed.set()
        else:
            self._health.died(reason)

    def _has_crashed_at_start(self) -> bool:
        """Return whether it was a crash that is tried again; its watcher may say so later."""
        starting = self.health().state is SimulatorState.STARTING and not self._closing.is_set()
        return starting and self._crashed.wait(_CRASH_S)

    def _talk(self) -> None:
        while True:
            try:
                self._converse()
            except (SimulatorError, WireError, OSError):
                if not self._has_crashed_at_start():
                    raise
                self._crashed.clear()
                self._starts += 1
                self._server.start_again()
            else:
                return

    def _converse(self) -> None:
        with closing(self._connected()) as master, contextlib.ExitStack() as begun:
            self._set_gains()
            world, robot = self._server.scene.world_name, self._server.scene.robot
            topic = f'/gazebo/{world}/pose/local/info'
            self._controls = begun.enter_context(closing(WorldControls(master, world)))
            request = begun.enter_context(closing(PoseRequest(master, world, robot.name)))
            begun.enter_context(closing(ForceStream(master, world, robot, self._forces)))
            stream = begun.enter_context(
                closing(master.subscribe(topic, 'gazebo.msgs.PosesStamped'))
            )
            stream.wait_at_most(_POLL_S)
            self._begin()
            self._read(stream, request)

    def _begin(self) -> None:
        """Let time pass, or in lockstep take the step that says where the joints are."""
        if self._options.lockstep:
            self._controls.set_rate(LOCKSTEP_RATE_HZ)
            self._stepping.expect(1)
            self._health.paused(True)
            self._controls.step(1)
        else:
            self._controls.pause(False)
        self._running = self._controls

    def _connected(self) -> Master:
        """Wait until the master answers."""
        limit_s = self._reporting.start_limit_s
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline and not self._closing.wait(_RETRY_S):
            if self._crashed.is_set():
                raise ConnectionAbortedError('it crashed')
            with contextlib.suppress(ConnectionRefusedError):  # not up yet
                master = Master(self._server.port, limit_s)
                _require_version_11(master)
                return master
        raise TimeoutError(f'its master did not answer within {limit_s:g} s')

    def _set_gains(self) -> None:
        """Give the joints their gains while the world stands still.

        The controllers would otherwise start with gains of their own, and take the first messages
        in the middle of a step.
        """
        tree = self._server.scene.robot
        joints = ControlledJoints(tree, self.joint_names).names
        gains = gains_at_home(tree, self._robot, joints, self._settings.control)
        self._commander.set_gains(gains, self._reporting.start_limit_s)

    def _read(self, stream: Connection, request: PoseRequest) -> None:
        lockstep = self._options.lockstep
        states = StateStream(
            self._server.scene.robot,
            self.joint_names,
            self._reporting,
            self._stepping.completes,
            request.ask,
        )
        pacing = Pacing()
        while not self._closing.is_set():
            try:
                messages = stream.receive()
            except TimeoutError:
                messages = []
            if messages:
                batch = states.read(messages, time.time_ns())
                if not lockstep:
                    rate_hz = pacing.update(time.monotonic(), batch[-1].sim_time_s)
                    if rate_hz is not None:
                        self._controls.set_rate(rate_hz)
                self._take(batch)
            self._tend()

    def _take(self, batch: list[Readings]) -> None:
        if self._options.lockstep and self._stepping.sim_time_s == batch[-1].sim_time_s == 0.0:
            return  # it is there when it has taken its first step
        self._health.state_arrived(batch[-1].sim_time_s)
        for readings in batch:
            if readings.joints is not None:
                self._hand_on(readings.joints, readings.sim_time_s)
            if readings.links is not None:
                self._listener.on_links(readings.stamp_ns, readings.links)
            self._stepping.heard(readings.sim_time_s)


def _require_version_11(master: Master) -> None:
    if not master.version.startswith('gazebo 11.'):
        version = master.version
        master.close()
        raise SimulatorError(
            f'the server is {version!r}; allowed: gazebo 11; install Gazebo 11 or put it first on '
            'the PATH'
        )
