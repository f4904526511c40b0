"""Node ``simulator``: the robot and its room, behind the topics of a ros2_control robot.

Joint targets are handed on in a thread that waits for nothing else; states are published from the
simulator's own threads; the executor is left with what is slow: cameras, health, traces.
"""

from __future__ import annotations

import math
import os
import time
from array import array
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
from ament_index_python.packages import get_package_share_directory
from geometry_msgs.msg import Pose
from rclpy.node import Node
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CompressedImage, JointState
from sensor_msgs.msg import Image as ImageMsg
from std_msgs.msg import Float64MultiArray

from telesurgery_arm.description import RobotDescription
from telesurgery_core.parameters import load_yaml
from telesurgery_core.types import JointSample
from telesurgery_gazebo.control_services import ControlServices
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.force_topics import ForceTopics
from telesurgery_gazebo.jpeg import encoded
from telesurgery_gazebo.making import make_simulator
from telesurgery_gazebo.parameters import SceneFiles, SimulatorParameters
from telesurgery_gazebo.rates import Metronome
from telesurgery_gazebo.selection import choose
from telesurgery_gazebo.settings import GazeboSettings
from telesurgery_gazebo.simulator import (
    Image,
    LinkPose,
    SimulatorHealth,
    SimulatorState,
    ToolForces,
)
from telesurgery_msgs.msg import LinkPoses, TargetTrace
from telesurgery_msgs.msg import SimulatorState as SimulatorStateMsg
from telesurgery_ros import parameter_loader, qos
from telesurgery_ros.conversions import header, now_ns, pose_to_msg, to_stamp
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.priority import make_realtime
from telesurgery_ros.run import run
from telesurgery_ros.waiting import WaitingReader

CHORES_HZ = 10.0
"""How often traces leave and subscriptions to pictures are looked at."""

BLIND_S = 5.0
"""A camera that shows nothing for so long is reported."""

HEALTH_EVERY = 5
"""Chores per periodic message of health: twice a second."""


class SimulatorNode(Node):
    """Adapter between a ``Simulator`` and ROS."""

    NAME = 'simulator'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        self._settings = parameter_loader.load(self, SimulatorParameters)
        files = SceneFiles.of(self._settings, _share(self._settings))
        robot = RobotDescription.load(files.arms)
        settings = load_yaml(GazeboSettings, files.gazebo)
        selection = choose(self._settings.simulator, os.environ, gui=self._settings.gui)
        if selection.warning:
            self.get_logger().warning(selection.warning)
        self._joints = JointState(name=list(robot.joint_names))
        self._clock_due = Metronome(self._settings.clock_rate_hz)
        self._frames = {name: camera.frame for name, camera in settings.cameras.items()}
        self._refused = 0
        self._seen_s: dict[str, float] = {}
        self._chores = 0
        self._handed: deque[tuple[int, int]] = deque()
        self._make_publishers()
        self._forces_out = ForceTopics(self, robot)
        self._simulator = make_simulator(selection.simulator, self._settings, files, robot)
        self._targets = PolledSubscription(
            self, Float64MultiArray, '/forward_position_controller/commands', qos.STREAM_IN
        )
        self._control = ControlServices(self, self._simulator)
        self._reader = WaitingReader(self, {self._targets: self._on_target})
        self._simulator.start(self)
        self._reader.start()
        if self._settings.realtime_priority:
            make_realtime(self._reader.thread, self._settings.realtime_priority)
        self.create_timer(1.0 / CHORES_HZ, self._do_chores)

    def close(self) -> None:
        """End the simulator and everything that it started."""
        self._reader.stop()
        self._simulator.close()

    def on_joints(self, sample: JointSample, sim_time_s: float) -> None:
        """Publish the joints' state and, now and then, the time."""
        self._joints.header.stamp = to_stamp(sample.stamp_ns)
        self._joints.position = array('d', sample.position.tobytes())
        self._joints.velocity = array('d', sample.velocity.tobytes())
        self._joints_out.publish(self._joints)
        if self._clock_due.due(sim_time_s):
            self._clock_out.publish(Clock(clock=to_stamp(round(1e9 * sim_time_s))))

    def on_links(self, stamp_ns: int, links: tuple[LinkPose, ...]) -> None:
        """Publish the true poses of the watched links."""
        poses: list[Pose] = [pose_to_msg(link.T_world_link) for link in links]
        names = [link.name for link in links]
        self._links_out.publish(
            LinkPoses(header=header(stamp_ns, 'world'), names=names, poses=poses)
        )

    def on_forces(self, stamp_ns: int, forces: tuple[ToolForces, ...]) -> None:
        """Publish what the tools feel."""
        self._forces_out.publish(stamp_ns, forces)

    def on_image(self, image: Image) -> None:
        """Publish a picture, raw and compressed, as far as somebody listens."""
        self._seen_s[image.camera] = time.monotonic()
        raw, compressed = self._images_out[image.camera]
        head = header(image.stamp_ns, self._frames[image.camera])
        if raw.get_subscription_count():
            message = ImageMsg(header=head, height=image.height, width=image.width)
            message.encoding, message.step = 'rgb8', 3 * image.width
            message.data = array('B', image.rgb)
            raw.publish(message)
        if compressed.get_subscription_count():
            data = array('B', encoded(image, self._settings.jpeg_quality))
            compressed.publish(CompressedImage(header=head, format='jpeg', data=data))

    def on_health(self, health: SimulatorHealth) -> None:
        """Say how the simulator is, at once."""
        if health.state is SimulatorState.DEAD:
            self.get_logger().error(f'simulator {self._simulator.name}: {health.reason}')
        else:
            self.get_logger().info(f'simulator {self._simulator.name}: {health.state.value}')
        self._publish_health(health)

    def _on_target(self, message: Float64MultiArray, info: dict[str, Any]) -> None:
        try:
            self._simulator.command(np.array(message.data))
        except SimulatorError as error:
            self._refused += 1
            self.get_logger().warning(
                f'joint targets refused ({self._refused} so far): {error}',
                throttle_duration_sec=1.0,
            )
        else:
            self._handed.append((info['publication_sequence_number'], now_ns()))

    def _do_chores(self) -> None:
        self._publish_trace()
        for camera, publishers in self._images_out.items():
            wanted = any(publisher.get_subscription_count() for publisher in publishers)
            self._simulator.watch(camera, wanted)
            self._look_for_pictures(camera, wanted=wanted)
        self._chores += 1
        if self._chores % HEALTH_EVERY == 0:
            self._publish_health(self._simulator.health())

    def _look_for_pictures(self, camera: str, *, wanted: bool) -> None:
        """Say once when a camera that is subscribed to shows nothing."""
        running = self._simulator.health().state is SimulatorState.RUNNING
        if not wanted or not running:
            self._seen_s.pop(camera, None)
        elif time.monotonic() - self._seen_s.setdefault(camera, time.monotonic()) > BLIND_S:
            self._seen_s[camera] = math.inf
            self.get_logger().warning(
                f'no picture of {camera} for {BLIND_S:g} s, though it is subscribed to: simulator '
                f'{self._simulator.name}, cameras {"on" if self._settings.cameras else "off"}'
            )

    def _publish_trace(self) -> None:
        handed = [self._handed.popleft() for _ in range(len(self._handed))]
        if handed:
            numbers, stamps = zip(*handed, strict=True)
            self._trace_out.publish(
                TargetTrace(
                    header=header(now_ns()),
                    target_number=list(numbers),
                    handed_stamp=[to_stamp(stamp) for stamp in stamps],
                )
            )

    def _publish_health(self, health: SimulatorHealth) -> None:
        self._state_out.publish(
            SimulatorStateMsg(
                header=header(now_ns()),
                simulator=self._simulator.name,
                state=health.state.value,
                reason=health.reason,
                sim_time_s=health.sim_time_s,
                real_time_factor=health.real_time_factor,
            )
        )

    def _make_publishers(self) -> None:
        self._joints_out = self.create_publisher(JointState, '/joint_states', qos.STREAM_OUT)
        self._clock_out = self.create_publisher(Clock, '/clock', qos.STREAM_OUT)
        self._state_out = self.create_publisher(SimulatorStateMsg, '/simulator/state', qos.LATCHED)
        self._links_out = self.create_publisher(LinkPoses, '/simulator/link_poses', qos.STREAM_OUT)
        self._trace_out = self.create_publisher(TargetTrace, '/trace/target', qos.EVENT)
        self._images_out = {
            camera: (
                self.create_publisher(ImageMsg, f'/{camera}/image_raw', qos.STREAM_OUT),
                self.create_publisher(
                    CompressedImage, f'/{camera}/image_raw/compressed', qos.STREAM_OUT
                ),
            )
            for camera in self._frames
        }


def _share(parameters: SimulatorParameters) -> Path:
    if parameters.share:
        return Path(parameters.share).expanduser()
    return Path(get_package_share_directory('telesurgery_bringup'))


def main() -> int:
    """Run the node."""
    return run(SimulatorNode)
