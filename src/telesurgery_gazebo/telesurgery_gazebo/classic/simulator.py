"""Gazebo 11 as a ``Simulator``."""

from __future__ import annotations

import contextlib
import logging
import threading
import time

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array
from telesurgery_gazebo.classic.commander import JointCommander
from telesurgery_gazebo.classic.framing import framed
from telesurgery_gazebo.classic.images import image_of
from telesurgery_gazebo.classic.joint_control import ControlledJoints, gains_of
from telesurgery_gazebo.classic.messages import Physics, WorldControl
from telesurgery_gazebo.classic.pacing import Pacing
from telesurgery_gazebo.classic.server import GazeboServer, ServerOptions
from telesurgery_gazebo.classic.settings import GazeboSettings
from telesurgery_gazebo.classic.state_stream import Readings, StateStream
from telesurgery_gazebo.classic.transport import Connection, Master
from telesurgery_gazebo.errors import SimulatorError, WireError
from telesurgery_gazebo.health import HealthMonitor
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.rates import Reporting
from telesurgery_gazebo.simulator import SimulatorHealth, SimulatorListener, SimulatorState
from telesurgery_gazebo.transport.client import TransportClient

_RETRY_S = 0.05
_POLL_S = 0.1
"""How long reading waits before it looks whether the simulator has fallen silent."""

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
        self._monitor = HealthMonitor(
            start_limit_s=reporting.start_limit_s,
            silence_limit_s=reporting.silence_limit_s,
            now=time.monotonic(),
        )
        self._told: SimulatorState | None = None
        self._telling = threading.Lock()
        self._closing = threading.Event()
        self._begun = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._run, name='gazebo', daemon=True)
        self._wanted: set[str] = set()
        self._unreadable: set[str] = set()

    def start(self, listener: SimulatorListener) -> None:
        """Start server, screen and threads."""
        self._listener = listener
        with contextlib.ExitStack() as begun:
            self._server = GazeboServer(self._options, self._died)
            begun.callback(self._server.end)
            robot = self._server.scene.robot
            joints = ControlledJoints(robot, self.joint_names)
            self._client = TransportClient(self._server.partition)
            begun.callback(self._client.close)
            self._commander = JointCommander(
                self._client, robot.name, joints, self._joints.velocity
            )
            self._begun = begun.pop_all()
        self._tell_health()
        self._thread.start()

    def health(self) -> SimulatorHealth:
        """Return how it is now."""
        return self._monitor.health(time.monotonic())

    def command(self, position: Array) -> None:
        """Hand over joint targets; one beyond a stop leads to the stop."""
        target = self._joints.checked(position).clip(self._joints.lower, self._joints.upper)
        self._commander.command(target, time.monotonic())

    def watch(self, camera: str, wanted: bool) -> None:
        """Subscribe to a camera, which renders only then, or no more."""
        settings = self._settings.cameras.get(camera)
        if settings is None or (camera in self._wanted) == wanted:
            return
        if wanted:
            self._wanted.add(camera)
            self._client.subscribe(settings.topic, lambda data: self._show(camera, data))
        else:
            self._wanted.discard(camera)
            self._client.unsubscribe(settings.topic)

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
                world = f'/gazebo/{self._server.scene.world_name}'
                physics = master.publish(f'{world}/physics', 'gazebo.msgs.Physics')
                with contextlib.closing(physics):
                    stream = self._unpaused(master, world)
                    with contextlib.closing(stream):
                        self._read(stream, physics)
        except (SimulatorError, WireError, OSError) as error:
            self._lost(str(error))
        except Exception as error:  # ours, and no reason to let the arms believe that all is well
            _log.exception('reading Gazebo failed')
            self._lost(f'{type(error).__name__}: {error}')

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
        scene = self._server.scene
        joints = ControlledJoints(scene.robot, self.joint_names).names
        home = {
            f'{arm}_{joint.name}': value
            for arm in self._robot.arms
            for model in [self._robot.model_of(arm)]
            for joint, value in zip(model.joints, model.home, strict=True)
        }
        gains = gains_of(scene.robot, joints, self._settings.control, home)
        self._commander.set_gains(gains, self._reporting.start_limit_s)

    def _unpaused(self, master: Master, world: str) -> Connection:
        """Let the world run, and return the stream of its states."""
        stream = master.subscribe(f'{world}/pose/local/info', 'gazebo.msgs.PosesStamped')
        with contextlib.closing(
            master.publish(f'{world}/world_control', 'gazebo.msgs.WorldControl')
        ) as control:
            control.send(framed(WorldControl(pause=False).SerializeToString()))
            stream.wait_at_most(_POLL_S)
        return stream

    def _read(self, stream: Connection, physics: Connection) -> None:
        states = StateStream(self._server.scene.robot, self.joint_names, self._reporting)
        pacing = Pacing()
        while not self._closing.is_set():
            try:
                messages = stream.receive()
            except TimeoutError:
                messages = []
            if messages:
                batch = states.read(messages, time.time_ns())
                rate_hz = pacing.update(time.monotonic(), batch[-1].sim_time_s)
                if rate_hz is not None:
                    message = Physics(real_time_update_rate=rate_hz)
                    physics.send(framed(message.SerializeToString()))
                self._take(batch)
            self._commander.rest(time.monotonic())
            self._tell_health()

    def _take(self, batch: list[Readings]) -> None:
        self._monitor.state_arrived(time.monotonic(), batch[-1].sim_time_s)
        for readings in batch:
            if readings.joints is not None:
                self._listener.on_joints(readings.joints, readings.sim_time_s)
            if readings.links is not None:
                self._listener.on_links(readings.stamp_ns, readings.links)

    def _show(self, camera: str, data: bytes) -> None:
        try:
            self._listener.on_image(image_of(data, camera, time.time_ns()))
        except WireError as error:
            if camera not in self._unreadable:  # once is enough, they come many times a second
                self._unreadable.add(camera)
                _log.warning('%s', error)

    def _lost(self, reason: str) -> None:
        """Report why Gazebo is read no more, unless it has ended: that is reported better."""
        server = self._server.process
        if not self._closing.is_set() and not server.ends_within(1.0):
            self._died(f'lost Gazebo: {reason}; its last words: {server.last_error()}')

    def _died(self, reason: str) -> None:
        self._monitor.died(reason)
        self._tell_health()

    def _tell_health(self) -> None:
        with self._telling:  # so that of two threads the one that knows more speaks last
            health = self.health()
            if health.state is not self._told:
                self._told = health.state
                self._listener.on_health(health)


def _require_version_11(master: Master) -> None:
    if not master.version.startswith('gazebo 11.'):
        version = master.version
        master.close()
        raise SimulatorError(
            f'the server is {version!r}; allowed: gazebo 11; install Gazebo 11 or put it first on '
            'the PATH'
        )
