"""gz-sim as a ``Simulator``."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Mapping
from functools import partial

import numpy as np

from telesurgery_gazebo.gazebo_simulator import GazeboSimulator
from telesurgery_gazebo.gz.commander import TrajectoryCommander
from telesurgery_gazebo.gz.forces import ForceStates
from telesurgery_gazebo.gz.server import GzServer
from telesurgery_gazebo.gz.states import JointStates, LinkPoses, sim_time_of
from telesurgery_gazebo.gz.world import WorldControls
from telesurgery_gazebo.joint_control import ControlledJoints, gains_at_home
from telesurgery_gazebo.rates import Metronome
from telesurgery_gazebo.simulator import ToolForces
from telesurgery_gazebo.tool_forces import CONTACT, FORCE_TORQUE, sensors_of
from telesurgery_gazebo.transport.client import TransportClient

_POLL_S = 0.01
"""How often it is looked whether targets have stopped or the simulator has fallen silent."""

_log = logging.getLogger(__name__)


class GzSimulator(GazeboSimulator):
    """gz-sim: a server of our own or one that runs, commanded and read over gz-transport."""

    name = 'gz'
    program = 'gz-sim'

    def _start(self, begun: contextlib.ExitStack) -> None:
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
        self._cameras = self._camera_feed(pictures, self._topics)
        self._commander: TrajectoryCommander = self._made_commander()
        self._controls = WorldControls(self._client, world)
        self._posed_s = 0.0
        self._states = JointStates(self.joint_names)
        self._forces = ForceStates(self._server.scene.robot)
        self._joints_due = Metronome(self._reporting.joint_rate_hz)

    def _settle(self) -> None:
        """Do nothing.

        One message and then the request leave this process, and arrive at the other, in this
        order, each by a single thread; and gz-transport looks for messages before requests.
        """

    def _reset(self) -> None:
        self._controls.reset(paused=self._paused)

    def _take_forces(
        self, sim_time_s: float, positions: Mapping[str, float]
    ) -> tuple[ToolForces, ...]:
        return self._forces.take(sim_time_s, positions)

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

    def _talk(self) -> None:
        self._commander.wait_for_controller(self._reporting.start_limit_s)
        if self._options.cameras and not self._options.lockstep:
            self._show_everything()
        self._subscribe()
        self._begin()
        while not self._closing.wait(_POLL_S):
            self._tend()

    def _show_everything(self) -> None:
        """Let every camera make its first picture before anybody hears of the robot.

        gz-sim loads meshes and makes shaders then, and the world stands meanwhile: for arms that
        are watched already that would be a silence, and a fault.
        """
        self._controls.pause(False, self._reporting.start_limit_s)
        give_up = time.monotonic() + self._reporting.start_limit_s / 2
        for name, topic in self._topics.items():
            shown = threading.Event()
            self._client.subscribe(topic, partial(_note, shown))
            while not (shown.wait(_POLL_S) or self._closing.is_set()):
                if time.monotonic() > give_up:
                    _log.warning('the camera %s has not shown anything yet', name)
                    break
            self._client.unsubscribe(topic)

    def _begin(self) -> None:
        """Let time pass, or in lockstep take the step that says where the joints are."""
        self._controls.pause(self._options.lockstep, self._reporting.start_limit_s)
        if self._options.lockstep:
            self._step(self._controls, 1)
            self._health.paused(True)
        self._running = self._controls

    def _subscribe(self) -> None:
        scene, reporting = self._server.scene, self._reporting
        model = f'/world/{scene.world_name}/model/{scene.robot.name}'
        self._poses = LinkPoses(scene.robot.name, reporting.watched_links)
        # On a busy machine states wait; who acts on one that is half a second old acts wrongly.
        self._client.subscribe(f'{model}/joint_state', self._take_joints, newest_only=True)
        for sensor in sensors_of(scene.robot, CONTACT):
            topic = f'{model}/link/{sensor.on}/sensor/{sensor.name}/contact'
            self._client.subscribe(topic, partial(self._forces.hear_contacts, sensor.on))
        for sensor in sensors_of(scene.robot, FORCE_TORQUE):
            topic = f'{model}/joint/{sensor.on}/sensor/{sensor.name}/forcetorque'
            self._client.subscribe(topic, partial(self._forces.hear_wrist, sensor.on))
        if reporting.watched_links:
            self._client.subscribe(f'/model/{scene.robot.name}/pose', self._take_poses)

    def _take_joints(self, message: bytes) -> None:
        stamp_ns, sim_time_s = time.time_ns(), sim_time_of(message)
        if sim_time_s == self._stepping.sim_time_s:  # standing still, gz-sim goes on publishing
            return
        self._health.state_arrived(sim_time_s)
        due = self._joints_due.due(sim_time_s)
        if due or self._stepping.completes(sim_time_s):
            self._hand_on(self._states.sample(message, sim_time_s, stamp_ns), sim_time_s)
        self._stepping.heard(sim_time_s)

    def _take_poses(self, message: bytes) -> None:
        stamp_ns = time.time_ns()
        sim_time_s, links = self._poses.read(message)
        if sim_time_s != self._posed_s:
            self._posed_s = sim_time_s
            self._listener.on_links(stamp_ns, links)


def _note(shown: threading.Event, picture: bytes) -> None:
    shown.set()
