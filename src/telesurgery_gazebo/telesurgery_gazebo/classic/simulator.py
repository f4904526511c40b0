"""Gazebo 11 as a ``Simulator``."""

from __future__ import annotations

import contextlib
import logging
import threading
import time

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array
from telesurgery_gazebo.camera_feed import CameraFeed
from telesurgery_gazebo.classic.commander import JointCommander
from telesurgery_gazebo.classic.pacing import Pacing
from telesurgery_gazebo.classic.pose_request import PoseRequest
from telesurgery_gazebo.classic.server import GazeboServer
from telesurgery_gazebo.classic.state_stream import Readings, StateStream
from telesurgery_gazebo.classic.transport import Connection, Master
from telesurgery_gazebo.classic.world import WorldControls
from telesurgery_gazebo.errors import SimulatorError, WireError
from telesurgery_gazebo.health_reporting import HealthReporting
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.joint_control import ControlledJoints, gains_at_home
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import SimulatorHealth, SimulatorListener
from telesurgery_gazebo.stepping import Stepping, not_paused
from telesurgery_gazebo.transport.client import TransportClient

_RETRY_S = 0.05
_POLL_S = 0.1
"""How long reading waits before it looks whether the simulator has fallen silent."""

LOCKSTEP_RATE_HZ = 10_000.0
"""Of steps that are asked for, at most; without a limit Gazebo would wait in a busy loop."""

_log = logging.getLogger(__name__)


class ClassicSimulator:
    """Gazebo 11: a server of our own, commanded and read over its two transports."""

    name = 'classic'

    def __init__(
        self,
        robot: RobotDescription,
        options: ServerOptions,
        settings: GazeboSettings,
        reporting: Reporting,
    ) -> None:
        self._robot = robot
        self._joints = Joints.of(robot)
        self.joint_names = self._joints.names
        self._options, self._settings, self._reporting = options, settings, reporting
        self._health = HealthReporting(reporting)
        self._controls: WorldControls | None = None
        self._paused = options.lockstep
        self._stepping = Stepping()
        self._closing = threading.Event()
        self._begun = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._run, name='gazebo', daemon=True)

    def start(self, listener: SimulatorListener) -> None:
        """Start server, screen and threads."""
        self._listener = listener
        self._health.tell_to(listener)
        with contextlib.ExitStack() as begun:
            self._server = GazeboServer(self._options, self._health.died)
            begun.callback(self._server.end)
            robot = self._server.scene.robot
            joints = ControlledJoints(robot, self.joint_names)
            self._client = TransportClient(self._server.partition)
            begun.callback(self._client.close)
            self._commander = JointCommander(
                self._client, robot.name, joints, self._joints.velocity
            )
            world = self._server.scene.world_name
            topics = {
                name: camera.classic_topic(world)
                for name, camera in self._settings.cameras.items()
            }
            self._cameras = CameraFeed(self._client, topics, listener.on_image)
            self._begun = begun.pop_all()
        self._health.tell()
        self._thread.start()

    def health(self) -> SimulatorHealth:
        """Return how it is now."""
        return self._health.health()

    def command(self, position: Array) -> None:
        """Hand over joint targets; one beyond a stop leads to the stop."""
        target = self._joints.checked(position).clip(self._joints.lower, self._joints.upper)
        lockstep = self._options.lockstep
        self._commander.command(
            target, self._stepping.sim_time_s if lockstep else time.monotonic()
        )

    def watch(self, camera: str, wanted: bool) -> None:
        """Subscribe to a camera, which renders only then, or no more."""
        self._cameras.watch(camera, wanted)

    def pause(self, paused: bool) -> None:
        """Let the world's time stand, or pass again."""
        self._running_world().pause(paused)
        self._paused = paused
        self._health.paused(paused)

    def step(self, count: int) -> None:
        """Let the world do ``count`` steps, once its controllers have the newest targets."""
        controls = self._running_world()
        if not self._paused:
            raise not_paused(self.health().state)
        self._commander.settle()
        done = self._stepping.expect(count)
        controls.step(count)
        self._stepping.wait_for(done)

    def reset(self) -> None:
        """Put the world to its beginning."""
        self._commander.forget()
        self._running_world().reset()

    def close(self) -> None:
        """End threads, server and screen."""
        self._closing.set()
        self._begun.close()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            with contextlib.closing(self._connected()) as master:
                self._set_gains()
                world, robot = self._server.scene.world_name, self._server.scene.robot.name
                topic = f'/gazebo/{world}/pose/local/info'
                with (
                    contextlib.closing(WorldControls(master, world)) as controls,
                    contextlib.closing(PoseRequest(master, world, robot)) as request,
                    contextlib.closing(
                        master.subscribe(topic, 'gazebo.msgs.PosesStamped')
                    ) as stream,
                ):
                    stream.wait_at_most(_POLL_S)
                    self._begin(controls)
                    self._read(stream, controls, request)
        except (SimulatorError, WireError, OSError) as error:
            self._lost(str(error))
        except Exception as error:  # ours, and no reason to let the arms believe that all is well
            _log.exception('reading Gazebo failed')
            self._lost(f'{type(error).__name__}: {error}')

    def _begin(self, controls: WorldControls) -> None:
        """Let time pass, or in lockstep take the step that says where the joints are."""
        if self._options.lockstep:
            controls.set_rate(LOCKSTEP_RATE_HZ)
            self._stepping.expect(1)
            self._health.paused(True)
            controls.step(1)
        else:
            controls.pause(False)
        self._controls = controls

    def _running_world(self) -> WorldControls:
        if self._controls is None:
            raise SimulatorError(
                f'the simulator is {self.health().state.value}; allowed: to pause or reset one '
                'that runs; wait until it does'
            )
        return self._controls

    def _connected(self) -> Master:
        """Wait until the master answers."""
        limit_s = self._reporting.start_limit_s
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline and not self._closing.wait(_RETRY_S):
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

    def _read(self, stream: Connection, controls: WorldControls, request: PoseRequest) -> None:
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
                        controls.set_rate(rate_hz)
                self._take(batch)
            if not lockstep:
                self._commander.rest(time.monotonic())
            self._health.tell()

    def _take(self, batch: list[Readings]) -> None:
        if self._options.lockstep and self._stepping.sim_time_s == batch[-1].sim_time_s == 0.0:
            return  # it is there when it has taken its first step
        self._health.state_arrived(batch[-1].sim_time_s)
        for readings in batch:
            if readings.joints is not None:
                self._listener.on_joints(readings.joints, readings.sim_time_s)
            if readings.links is not None:
                self._listener.on_links(readings.stamp_ns, readings.links)
            self._stepping.heard(readings.sim_time_s)

    def _lost(self, reason: str) -> None:
        """Report why Gazebo is read no more, unless it has ended: that is reported better."""
        server = self._server.process
        if not self._closing.is_set() and not server.ends_within(1.0):
            self._health.died(f'lost Gazebo: {reason}; its last words: {server.last_error()}')


def _require_version_11(master: Master) -> None:
    if not master.version.startswith('gazebo 11.'):
        version = master.version
        master.close()
        raise SimulatorError(
            f'the server is {version!r}; allowed: gazebo 11; install Gazebo 11 or put it first on '
            'the PATH'
        )
