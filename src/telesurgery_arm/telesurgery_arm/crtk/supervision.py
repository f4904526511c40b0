"""What the supervisor is told by the rest of the patient's side, and its reset.

Stops are looked for in every tick; what only warns or explains comes at most at 50 Hz anyway and
is looked for in turns, so that no tick pays for all of it. The reset is a service: services do not
cross the link, which carries topics of its channel table and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import cycle

import numpy as np
from diagnostic_msgs.msg import DiagnosticStatus
from geometry_msgs.msg import WrenchStamped
from rclpy.node import Node
from sensor_msgs.msg import Joy

from crtk_msgs.msg import StringStamped
from telesurgery_arm.description import RobotDescription
from telesurgery_arm.remote_centre import RemoteCentres
from telesurgery_msgs.msg import LinkPoses, LinkStatus, SimulatorState
from telesurgery_msgs.srv import ResetSafety
from telesurgery_ros import qos
from telesurgery_ros.conversions import ConversionError, pose_from_msg
from telesurgery_ros.polling import PolledSubscription
from telesurgery_safety.authority_parameters import LOCAL
from telesurgery_safety.body import Measure
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.reset import TwoStepReset
from telesurgery_safety.supervisor import Supervisor

STOP_TOPIC = '/emergency_stop'
BUTTON_TOPIC = '/console/stop'
"""Of a pedal or button at the patient's side; the surgeon's own is in every command."""
FORCE_TOPIC = '/{arm}/contact/measured_cf'
COMMAND_TOPIC = '/teleop/command'
COUNT_S = 0.2
GONE = (DiagnosticStatus.ERROR, DiagnosticStatus.STALE)


class Supervision:
    """Feeds the supervisor; everything but the reset is called by the control loop."""

    def __init__(
        self,
        node: Node,
        supervisor: Supervisor,
        parameters: SafetyParameters,
        description: RobotDescription,
        prefixes: Mapping[str, str],
    ) -> None:
        """Listen to the patient's side, and to every site below its prefix (by its name)."""
        self._node = node
        self._supervisor = supervisor
        self._reset = TwoStepReset(parameters.reset_window_s, np.random.default_rng())
        self._reset_by: str | None = None
        self._now = -math.inf
        self._stop = PolledSubscription(node, StringStamped, STOP_TOPIC, qos.EVENT)
        self._stops = {
            site: PolledSubscription(node, StringStamped, f'{prefix}{STOP_TOPIC}', qos.EVENT)
            for site, prefix in prefixes.items()
            if prefix and site != LOCAL
        }
        self._button = PolledSubscription(node, Joy, BUTTON_TOPIC, qos.EVENT)
        self._links = {
            site: PolledSubscription(node, LinkStatus, f'{prefix}/link/status')
            for site, prefix in prefixes.items()
            if site != LOCAL
        }
        self._devices = {
            site: PolledSubscription(
                node, DiagnosticStatus, f'{prefix}/console/device', qos.LATCHED
            )
            for site, prefix in prefixes.items()
        }
        self._poses = PolledSubscription(node, LinkPoses, '/simulator/link_poses')
        self._commands = {
            site: node.resolve_topic_name(f'{prefix}{COMMAND_TOPIC}')
            for site, prefix in prefixes.items()
        }
        self._counted_at = -math.inf
        self._centres = RemoteCentres(description)
        self._forces = {
            arm: PolledSubscription(node, WrenchStamped, FORCE_TOPIC.format(arm=arm))
            for arm in description.arms
        }
        turns: list[Callable[[float], None]] = [
            self._hear_link,
            self._hear_device,
            self._hear_poses,
            self._hear_forces,
            self._count_speakers,
        ]
        self._turns = cycle(turns)
        node.create_service(ResetSafety, '/safety/reset', self._on_reset)

    def hear(self, now: float, stamp_ns: int) -> None:
        """Pass on what has come by ``now`` [s], on the wall clock at ``stamp_ns``."""
        self._now = now
        supervisor = self._supervisor
        supervisor.clocks_read(now, stamp_ns * 1e-9)
        if self._reset_by is not None:
            who, self._reset_by = self._reset_by, None
            supervisor.reset(now, who)
        while taken := self._stop.take():  # after the reset: a stop wins
            said = taken[0]
            supervisor.stop(now, said.header.frame_id, said.string)
        for site, stop in self._stops.items():
            while taken := stop.take():
                supervisor.stop(now, site, taken[0].string)
        while pressed := self._button.take():
            if any(pressed[0].buttons):
                supervisor.stop(now, 'bedside', f'a button on {BUTTON_TOPIC}')
        next(self._turns)(now)

    def hear_simulator(self, now: float, message: SimulatorState) -> None:
        """Pass on what the simulator says of itself."""
        self._supervisor.simulator_reported(now, message.state, message.real_time_factor)

    def _hear_link(self, now: float) -> None:
        for site, link in self._links.items():
            if taken := link.take():
                status = taken[0]
                self._supervisor.link_reported(
                    now, site, status.loss_ratio, status.jitter_ms * 1e-3
                )

    def _hear_device(self, now: float) -> None:
        for site, device in self._devices.items():
            if taken := device.take():
                status = taken[0]
                gone = status.level in GONE
                self._supervisor.device_reported(
                    site, (status.message or status.name) if gone else ''
                )

    def _hear_poses(self, now: float) -> None:
        if taken := self._poses.take():
            message = taken[0]
            for name, pose in zip(message.names, message.poses, strict=False):
                arm = self._centres.arm_of(name)
                if arm is None:
                    continue
                try:
                    distance = self._centres.distance(arm, pose_from_msg(pose))
                except ConversionError:  # said by whoever uses the poses; no distance is no alarm
                    continue
                self._supervisor.measured(now, arm, Measure.REMOTE_CENTRE, distance)

    def _hear_forces(self, now: float) -> None:
        for arm, subscription in self._forces.items():
            if taken := subscription.take():
                force = taken[0].wrench.force
                strength = math.hypot(force.x, force.y, force.z)
                self._supervisor.measured(now, arm, Measure.FORCE, strength)

    def _count_speakers(self, now: float) -> None:
        if now - self._counted_at < COUNT_S:
            return
        self._counted_at = now
        for site, topic in self._commands.items():
            self._supervisor.speakers_counted(now, site, self._node.count_publishers(topic))

    def _on_reset(
        self, request: ResetSafety.Request, response: ResetSafety.Response
    ) -> ResetSafety.Response:
        stopped = bool(self._supervisor.stopped)
        answer = self._reset.step(self._now, request.code, stopped=stopped)
        if answer.done:
            self._reset_by = request.who or 'somebody at the bedside'
        response.done, response.code, response.message = answer.done, answer.code, answer.message
        response.window_s = self._reset.window_s if answer.code else 0.0
        self._node.get_logger().warning(
            f'reset of the emergency stop by {request.who or "somebody"}: {answer.message}'
        )
        return response
