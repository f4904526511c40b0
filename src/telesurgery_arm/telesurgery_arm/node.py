"""Node ``arms``: four CRTK arms, teleoperation in, joint targets out, the supervisor inside.

One thread runs the control loop: it polls its inputs, steps the robot, publishes targets, and in
turn the streams of one arm after another. Commands of CRTK clients are subscribed in a second
thread and obeyed in the first; services are answered by the executor.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from ament_index_python.packages import get_package_share_directory
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray

from telesurgery_arm.crtk.commands import CommandServer
from telesurgery_arm.crtk.guarding import GuardingServer
from telesurgery_arm.crtk.messages import TargetsMessage
from telesurgery_arm.crtk.queries import QueryServices
from telesurgery_arm.crtk.safety_reporting import SafetyReporting
from telesurgery_arm.crtk.streams import ArmStreams
from telesurgery_arm.crtk.supervision import Supervision
from telesurgery_arm.crtk.warnings import Warnings
from telesurgery_arm.description import RobotDescription
from telesurgery_arm.guarding.description import load_guarding
from telesurgery_arm.joint_order import JointOrder, JointStatesError
from telesurgery_arm.parameters import ArmsNodeParameters
from telesurgery_arm.robot import Robot
from telesurgery_arm.sites.authority import AuthorityServer
from telesurgery_arm.sites.commands import SiteCommands
from telesurgery_arm.sites.events import EventServer
from telesurgery_core.types import JointSample
from telesurgery_msgs.msg import CommandTrace, SimulatorState
from telesurgery_ros import parameter_loader, qos
from telesurgery_ros.conversions import header, now_ns, to_ns, to_stamp
from telesurgery_ros.periodic import Periodic
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.priority import make_realtime
from telesurgery_ros.run import run
from telesurgery_safety import event_words
from telesurgery_safety.authority import Authority
from telesurgery_safety.event_file import EventFile
from telesurgery_safety.history import Transition

STATUS_HZ = 10.0
STATES_EVERY = 5
"""Every so many statuses the operating states are said again, though they have not changed.

A CRTK client that is not subscribed with durability has no other way to learn the present one, and
one that clears its event just after a change would wait for ever.
"""


class ArmsNode(Node):
    """Adapter between the ``Robot`` and ROS."""

    NAME = 'arms'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        self._settings = parameters = parameter_loader.load(self, ArmsNodeParameters)
        self._description = description = RobotDescription.load(_arms_file(parameters))
        guarding = _guarding_file(parameters)
        self._authority = Authority(parameters, list(description.arms))
        self._robot = Robot(
            description,
            parameters,
            parameters,
            load_guarding(guarding),
            guarding.parent,
            self._authority,
        )
        self._warnings = Warnings(self)
        self._events = EventServer(self, _event_file(parameters), self._warnings)
        self._order = JointOrder(description.joint_names)
        self._ticks = 0
        self._published = 0
        self._status_every = max(1, round(parameters.control_rate_hz / STATUS_HZ))
        self._stream_every = max(1, round(parameters.control_rate_hz / parameters.stream_rate_hz))
        self._followed: tuple[int, int] | None = None
        self._trace: list[tuple[int, int, int]] = []
        self._waiting = True
        self._subscribe(parameters)
        self._advertise(description)
        self._commands.start()
        gc.collect()
        gc.freeze()  # what lives for ever needs no looking through in every collection
        self._loop = Periodic(parameters.control_rate_hz, self._tick, 'control')
        self._loop.start()
        if parameters.realtime_priority:
            make_realtime(self._loop.thread, parameters.realtime_priority)
        self.get_logger().info(
            f'{", ".join(self._robot.stations)}: waiting for joint states, '
            f'control at {parameters.control_rate_hz:g} Hz'
        )

    def close(self) -> None:
        """Stop the control loop: the targets sent last stay in force."""
        self._loop.stop()
        self._commands.stop()
        self._events.close()

    def _subscribe(self, parameters: ArmsNodeParameters) -> None:
        self._commands = CommandServer(self, self._robot, self._warnings, parameters.consoles)
        self._sites = SiteCommands(self, self._robot, parameters, self._warnings)
        self._authority_server = AuthorityServer(self, self._authority, parameters, self._warnings)
        self._queries = [QueryServices(self, self._robot, name) for name in self._robot.stations]
        self._guarding = GuardingServer(self, self._robot.guarding)
        self._joint_states = PolledSubscription(self, JointState, '/joint_states')
        self._simulator = PolledSubscription(self, SimulatorState, '/simulator/state', qos.LATCHED)
        self._supervision = Supervision(
            self,
            self._robot.supervisor,
            self._settings,
            self._description,
            {site: self._settings.prefix(site) for site in self._authority.sites},
        )

    def _advertise(self, description: RobotDescription) -> None:
        self._streams = {
            name: ArmStreams(self, self._robot, name) for name in self._robot.stations
        }
        self._targets_out = self.create_publisher(
            Float64MultiArray, '/forward_position_controller/commands', qos.STREAM_OUT
        )
        self._message = TargetsMessage(len(description.joint_names))
        self._safety = SafetyReporting(self, self._robot, self._warnings)
        self._trace_out = self.create_publisher(CommandTrace, '/trace/command', qos.EVENT)
        for streams in self._streams.values():
            streams.publish_state(now_ns())

    def _tick(self, now: float) -> None:
        stamp_ns = now_ns()
        for name in self._commands.obey(now):
            self._streams[name].publish_state(stamp_ns, always=True)
        self._supervision.hear(now, stamp_ns)
        self._hear_simulator(now)
        sample = self._hear_joints()
        self._authority_server.step(now)
        self._followed = self._sites.hear(now) or self._followed
        targets = self._robot.step(now, sample)
        if targets is not None:
            self._send(targets)
        for streams in self._streams.values():
            streams.publish_state(stamp_ns)
        self._ticks += 1
        self._publish_a_stream(stamp_ns)
        happened = self._robot.supervisor.take_events()
        self._publish_status(now, stamp_ns, changed=bool(happened))
        self._authority_server.publish(stamp_ns)
        self._record_events(stamp_ns, happened)

    def _record_events(self, stamp_ns: int, happened: Sequence[Transition]) -> None:
        for decision in self._authority.take_decisions():
            self._events.record(stamp_ns, *event_words.of_decision(decision))
        for transition in happened:
            self._events.record(stamp_ns, *event_words.of_transition(transition))
            self._log(transition)

    def _hear_simulator(self, now: float) -> None:
        taken = self._simulator.take()
        if taken is None:
            return
        self._supervision.hear_simulator(now, taken[0])
        if taken[0].state == 'dead':
            self._robot.plant.died(taken[0].reason)
        else:
            self._robot.plant.lives()

    def _hear_joints(self) -> JointSample | None:
        taken = self._joint_states.take()
        if taken is None:
            return None
        message = taken[0]
        try:
            sample = self._order.sample(
                to_ns(message.header.stamp), message.name, message.position, message.velocity
            )
        except JointStatesError as error:
            self._warnings.warn('/joint_states', f'ignored: {error}')
            return None
        if self._waiting:
            self._waiting = False
            self.get_logger().info('joint states have come')
        return sample

    def _send(self, targets: list[float]) -> None:
        self._targets_out.publish(self._message.fill(targets))
        self._published += 1
        if self._followed is not None:
            self._trace.append((*self._followed, self._published))
            self._followed = None

    def _publish_a_stream(self, stamp_ns: int) -> None:
        """Let the arms take turns, so that no tick is much longer than another."""
        for index, streams in enumerate(self._streams.values()):
            if self._ticks % self._stream_every == index % self._stream_every:
                streams.publish(stamp_ns)

    def _publish_status(self, now: float, stamp_ns: int, *, changed: bool) -> None:
        due = self._ticks % self._status_every == 0
        if due:
            say_again = self._ticks % (STATES_EVERY * self._status_every) == 0
            for streams in self._streams.values():
                streams.look_who_listens()
                if say_again:
                    streams.publish_state(stamp_ns, always=True)
            self._publish_trace(stamp_ns)
        self._guarding.publish(stamp_ns, due=due)
        self._safety.publish(now, stamp_ns, due=due, changed=changed)

    def _publish_trace(self, stamp_ns: int) -> None:
        if self._trace:
            numbers, stamps, targets = zip(*self._trace, strict=True)
            self._trace.clear()
            self._trace_out.publish(
                CommandTrace(
                    header=header(stamp_ns),
                    command_number=list(numbers),
                    command_stamp=[to_stamp(stamp) for stamp in stamps],
                    target_number=list(targets),
                )
            )

    def _log(self, transition: Transition) -> None:
        why = f' ({transition.reason})' if transition.reason else ''
        who = f' by {transition.who}' if transition.who else ''
        self.get_logger().info(f'{transition.subject}: {transition.after}{who}{why}')


def _arms_file(parameters: ArmsNodeParameters) -> Path:
    if parameters.arms_file:
        return Path(parameters.arms_file).expanduser()
    return Path(get_package_share_directory('telesurgery_bringup')) / 'config' / 'arms.yaml'


def _event_file(parameters: ArmsNodeParameters) -> EventFile | None:
    if not parameters.event_log_folder:
        return None
    started = datetime.fromtimestamp(now_ns() // 10**9, timezone.utc)
    folder = Path(parameters.event_log_folder).expanduser()
    return EventFile(folder, f'events-{started:%Y%m%dT%H%M%SZ}')


def _guarding_file(parameters: ArmsNodeParameters) -> Path:
    if parameters.guarding_file:
        return Path(parameters.guarding_file).expanduser()
    return _arms_file(parameters).parent / 'guarding.yaml'


def main() -> int:
    """Run the node; returns the exit code."""
    return run(ArmsNode)
