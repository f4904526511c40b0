"""gz-sim as a ``Simulator``."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from functools import partial

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array
from telesurgery_gazebo.camera_feed import CameraFeed
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.gz.commander import TrajectoryCommander
from telesurgery_gazebo.gz.server import GzServer
from telesurgery_gazebo.gz.states import JointStates, LinkPoses, sim_time_of
from telesurgery_gazebo.gz.world import WorldControls
from telesurgery_gazebo.health_reporting import HealthReporting
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.joint_control import ControlledJoints, gains_at_home
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.rates import Metronome, Reporting
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import SimulatorHealth, SimulatorListener
from telesurgery_gazebo.stepping import Stepping, not_paused
from telesurgery_gazebo.transport.client import TransportClient

_POLL_S = 0.01
"""How often it is looked whether targets have stopped or the simulator has fallen silent."""

_log = logging.getLogger(__name__)


class GzSimulator:
    """gz-sim: a server of our own or one that runs, commanded and read over gz-transport."""

    name = 'gz'

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
        self._posed_s = 0.0
        self._paused = True
        self._stepping = Stepping()
        self._states = JointStates(self.joint_names)
        self._joints_due = Metronome(reporting.joint_rate_hz)
        self._closing = threading.Event()
        self._begun = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._run, name='gz-sim', daemon=True)

    def start(self, listener: SimulatorListener) -> None:
        """Start server, screen and threads."""
        self._listener = listener
        self._health.tell_to(listener)
        with contextlib.ExitStack() as begun:
            self._server = GzServer(
                self._robot, self._options, self._settings, self._reporting, self._health.died
            )
            begun.callback(self._server.end)
            self._client = TransportClient(self._server.partition)
            begun.callback(self._client.close)
            # Pictures have a client, and with it a thread, of their own: encoding one takes longer
            # than there is between two joint states.
            pictures = TransportClient(self._server.partition)
            begun.callback(pictures.close)
            world = self._server.scene.world_name
            self._topics = {
                name: camera.gz_topic(world) for name, camera in self._settings.cameras.items()
            }
            self._cameras = CameraFeed(pictures, self._topics, listener.on_image)
            self._commander = self._made_commander()
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
        """Let the world do ``count`` steps.

        One message and then the request leave this process, and arrive at the other, in this
        order, each by a single thread; and gz-transport looks for messages before requests.
        """
        controls = self._running_world()
        if not self._paused:
            raise not_paused(self.health().state)
        self._step(controls, count)

    def reset(self) -> None:
        """Put the world to its beginning."""
        self._commander.forget()
        self._running_world().reset(paused=self._paused)

    def close(self) -> None:
        """End threads, server and screen."""
        self._closing.set()
        self._begun.close()
        if self._thread.is_alive():
            self._thread.join()

    def _made_commander(self) -> TrajectoryCommander:
        scene = self._server.scene
        joints = ControlledJoints(scene.robot, self.joint_names)
        gains = gains_at_home(scene.robot, self._robot, joints.names, self._settings.control)
        return TrajectoryCommander(
            self._client,
            scene.robot.name,
            joints,
            self._joints.velocity,
            np.array([gain.feed_forward for gain in gains]),
        )

    def _run(self) -> None:
        try:
            self._commander.wait_for_controller(self._reporting.start_limit_s)
            controls = WorldControls(self._client, self._server.scene.world_name)
            if self._options.cameras and not self._options.lockstep:
                self._show_everything(controls)
            self._subscribe()
            self._begin(controls)
            while not self._closing.wait(_POLL_S):
                if not self._options.lockstep:
                    self._commander.rest(time.monotonic())
                self._health.tell()
        except SimulatorError as error:
            self._lost(str(error))
        except Exception as error:  # ours, and no reason to let the arms believe that all is well
            _log.exception('watching gz-sim failed')
            self._lost(f'{type(error).__name__}: {error}')

    def _show_everything(self, controls: WorldControls) -> None:
        """Let every camera make its first picture before anybody hears of the robot.

        gz-sim loads meshes and makes shaders then, and the world stands meanwhile: for arms that
        are watched already that would be a silence, and a fault.
        """
        controls.pause(False, self._reporting.start_limit_s)
        give_up = time.monotonic() + self._reporting.start_limit_s / 2
        for name, topic in self._topics.items():
            shown = threading.Event()
            self._client.subscribe(topic, partial(_note, shown))
            while not (shown.wait(_POLL_S) or self._closing.is_set()):
                if time.monotonic() > give_up:
                    _log.warning('the camera %s has not shown anything yet', name)
                    break
            self._client.unsubscribe(topic)

    def _begin(self, controls: WorldControls) -> None:
        """Let time pass, or in lockstep take the step that says where the joints are."""
        controls.pause(self._options.lockstep, self._reporting.start_limit_s)
        if self._options.lockstep:
            self._step(controls, 1)
            self._health.paused(True)
        self._paused, self._controls = self._options.lockstep, controls

    def _step(self, controls: WorldControls, count: int) -> None:
        done = self._stepping.expect(count)
        controls.step(count)
        self._stepping.wait_for(done)

    def _subscribe(self) -> None:
        scene, reporting = self._server.scene, self._reporting
        model = f'/world/{scene.world_name}/model/{scene.robot.name}'
        self._poses = LinkPoses(scene.robot.name, reporting.watched_links)
        self._client.subscribe(f'{model}/joint_state', self._take_joints)
        if reporting.watched_links:
            self._client.subscribe(f'/model/{scene.robot.name}/pose', self._take_poses)

    def _take_joints(self, message: bytes) -> None:
        stamp_ns, sim_time_s = time.time_ns(), sim_time_of(message)
        if sim_time_s == self._stepping.sim_time_s:  # standing still, gz-sim goes on publishing
            return
        self._health.state_arrived(sim_time_s)
        due = self._joints_due.due(sim_time_s)
        if due or self._stepping.completes(sim_time_s):
            sample = self._states.sample(message, sim_time_s, stamp_ns)
            self._listener.on_joints(sample, sim_time_s)
        self._stepping.heard(sim_time_s)

    def _take_poses(self, message: bytes) -> None:
        stamp_ns = time.time_ns()
        sim_time_s, links = self._poses.read(message)
        if sim_time_s != self._posed_s:
            self._posed_s = sim_time_s
            self._listener.on_links(stamp_ns, links)

    def _running_world(self) -> WorldControls:
        if self._controls is None:
            raise SimulatorError(
                f'the simulator is {self.health().state.value}; allowed: to pause or reset one '
                'that runs; wait until it does'
            )
        return self._controls

    def _lost(self, reason: str) -> None:
        """Report why gz-sim is talked to no more, unless it has ended: that is reported better."""
        server = self._server.process
        if not self._closing.is_set() and (server is None or not server.ends_within(1.0)):
            words = self._server.last_error()
            self._health.died(
                f'lost gz-sim: {reason}' + (f'; its last words: {words}' * bool(words))
            )


def _note(shown: threading.Event, picture: bytes) -> None:
    shown.set()
