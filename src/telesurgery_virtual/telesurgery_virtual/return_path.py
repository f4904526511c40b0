"""The way back: what the patient's side says of itself crosses the link to the operator.

The tips' measured poses in the view and the supervisor's states: by them the orientation gate
opens, a hand whose arm does not follow is told why, and hands let go when nothing comes any more.
The nodes stream each of them at 50 Hz. Here they take turns at that rate, which is the same to
whoever listens for silence; each is then said as often as the motion node looks at it, some ten
times a second. What is new of the states is said at once, and again and again, as the nodes do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from telesurgery_arm.frames import ENDOSCOPE
from telesurgery_arm.kinematics import forward_once
from telesurgery_arm.robot import Robot
from telesurgery_core.transforms import Array
from telesurgery_link.channels import ChannelTable, Side
from telesurgery_link.receiving import Delivery
from telesurgery_link.virtual import VirtualLink
from telesurgery_motion.far_side import ArmReport
from telesurgery_motion.pipeline import Pipeline
from telesurgery_safety.insistence import Insistence
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.parcels import Parcels

SAY_HZ = 50.0
"""How often something is said."""
LOOK_HZ = 10.0
"""How often the motion part looks at the round trip."""
POSE_BYTES = 100
"""Size of a serialised PoseStamped in the frame `view`."""
SAFETY_BYTES = 280
"""Size of a serialised SafetyState of four arms with a reason."""
SAFETY_TOPIC = '/safety/state'


class ReturnPath:
    """Says at one end what the arms do, and hears it at the other."""

    def __init__(self, robot: Robot, link: VirtualLink, table: ChannelTable) -> None:
        self._robot = robot
        self._link = link
        channels = {channel.topic: channel.id for channel in table.channels}
        self._safety_channel = channels.get(SAFETY_TOPIC)
        self._tip_channels = {
            name: channels[f'/{name}/measured_cp']
            for name in robot.stations
            if name != ENDOSCOPE and f'/{name}/measured_cp' in channels
        }
        self._arm_of_channel = {channel: name for name, channel in self._tip_channels.items()}
        self._poses: Parcels[Array] = Parcels(POSE_BYTES, kept=1_000)
        self._reports: Parcels[dict[str, ArmReport]] = Parcels(SAFETY_BYTES, kept=1_000)
        self._speakers: list[Callable[[int], None]] = [
            partial(self._say_tip, name, channel) for name, channel in self._tip_channels.items()
        ]
        if self._safety_channel is not None:
            self._speakers.append(partial(self._say_states, self._safety_channel))
        self._turn = 0
        self._states = self._newest_states()
        self._insistence = Insistence()

    def say(self, now_ns: int) -> None:
        """Let the patient's side send what is next in turn, as it is at ``now_ns`` [ns]."""
        if self._safety_channel is not None and self._has_news(now_ns * 1e-9):
            self._say_states(self._safety_channel, now_ns)
        if self._speakers:
            self._speakers[self._turn % len(self._speakers)](now_ns)
            self._turn += 1

    def _has_news(self, now: float) -> bool:
        states, before = self._newest_states(), self._states
        self._states = states
        if states != before:
            self._insistence.news(now)
            return True
        return self._insistence.is_due(now)

    def _newest_states(self) -> list[SafetyState]:
        return [verdict.state for verdict in self._robot.supervisor.verdicts.values()]

    def _say_tip(self, name: str, channel: int, now_ns: int) -> None:
        tip = measured_tip(self._robot, name)
        if tip is not None:
            self._link.ends[Side.PATIENT].send(channel, self._poses.pack(tip), now_ns)

    def _say_states(self, channel: int, now_ns: int) -> None:
        verdicts = {name: self._robot.supervisor.verdict(name) for name in self._robot.stations}
        reports = {
            name: ArmReport(verdict.state.value, verdict.reason)
            for name, verdict in verdicts.items()
        }
        self._link.ends[Side.PATIENT].send(channel, self._reports.pack(reports), now_ns)

    def hear(self, deliveries: Iterable[Delivery], motion: Pipeline, now: float) -> None:
        """Tell the motion part what has come to the surgeon's side at ``now`` [s]."""
        for delivery in deliveries:
            name = self._arm_of_channel.get(delivery.channel.id)
            if name is not None:
                motion.far_side.tip_measured(name, self._poses.open(delivery.payload), now)
            elif delivery.channel.id == self._safety_channel:
                for arm, report in self._reports.open(delivery.payload).items():
                    motion.far_side.arm_reported(arm, report, now)


def measured_tip(robot: Robot, name: str) -> Array | None:
    """Return where an arm's tip is in its base frame ``(4, 4)`` by its measured joints."""
    station = robot.stations[name]
    if station.measured is None:
        return None
    q = station.measured.position[: len(station.arm.model.joints)].tolist()
    T: Array = robot.frames.T_base_rcm(name) @ forward_once(station.arm.model, q)
    return T
