"""A virtual session with both directions of the link, in which anything can fail.

It adds to ``VirtualSession`` what a fault can reach: the supervisor's word goes back to the
operator over the link, each side has its own clock, and parts can be taken away and put back.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from faults_study.hands import Operator
from faults_study.tips import DRIVEN, tips_of
from faults_study.wire import TappedLink
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.robot import Robot
from telesurgery_core.transforms import Array, frozen
from telesurgery_core.types import TeleopCommand
from telesurgery_gazebo.lockstep import LockstepPlant
from telesurgery_link.channels import Side
from telesurgery_motion.far_side import ArmReport
from telesurgery_motion.pipeline import Pipeline
from telesurgery_safety.holders import FIRST_CONSOLE
from telesurgery_safety.insistence import Insistence
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.parcels import Parcels
from telesurgery_virtual.session import Configuration, VirtualSession

STATE_TOPIC, TIP_TOPIC = '/safety/state', '/PSM1/measured_cp'
STATE_BYTES, TIP_BYTES = 400, 120
STATES_EVERY, TIPS_EVERY, LOOKS_EVERY, WATCHES_EVERY = 50, 10, 50, 10
"""Control ticks between two states (10 Hz), poses (50), looks (10) and watches (50) of motion."""
PHASE = 13
"""Control ticks by which these begin later with the next seed; no divisor of any of them."""


@dataclass(frozen=True, slots=True)
class Word:
    """What the operator was told, and when."""

    at: float
    by: str
    text: str


@dataclass(slots=True)
class Plantside:
    """What the simulator suffers."""

    paused: bool = False
    dead: bool = False
    pace: float = 1.0
    """Of its time against the wall's."""
    stood_s: float = 0.0


@dataclass(slots=True)
class Log:
    """What a session leaves behind, one entry a tick unless said otherwise."""

    now: list[float] = field(default_factory=list)
    joints: list[Array] = field(default_factory=list)
    targets: list[Array] = field(default_factory=list)
    states: list[tuple[SafetyState, ...]] = field(default_factory=list)
    """Of all arms, in their order."""
    commands: list[tuple[float, TeleopCommand]] = field(default_factory=list)
    """What the operator's hands came to in a motion part that never fails, when sampled."""
    accepted_at: list[float] = field(default_factory=list)
    """When a command was accepted."""
    words: list[Word] = field(default_factory=list)


class FaultSession(VirtualSession):
    """The session of one case.

    Attributes:
        operator: whose hands move.
        log: what happened.
        motion_lives, arms_live: whether these processes are there.
        plantside: what the simulator suffers.
        strangers: commands that somebody else publishes on the patient's graph at the next tick,
            with the console as which he speaks.
        each_tick: what is called before each tick.
    """

    def __init__(
        self,
        operator: Operator,
        configuration: Configuration,
        start_s: float = 0.0,
        plant: LockstepPlant | None = None,
    ) -> None:
        """Set up at the time ``start_s``, with a plant of its own or one that stands there."""
        super().__init__(operator, configuration, start_s, plant=plant)
        self.operator = operator
        self.log = Log()
        self.motion_lives = self.arms_live = True
        self.plantside = Plantside()
        self.strangers: list[tuple[str, TeleopCommand]] = []
        self.each_tick: Callable[[], None] | None = None
        self.link: TappedLink = self._new_link()
        self._twin: Pipeline | None = None
        self._reports: Parcels[Any] = Parcels(STATE_BYTES)
        self._ids = {channel.topic: channel.id for channel in configuration.channels.channels}
        self._told: dict[str, str] = {}
        self._published: tuple[object, ...] = ()
        self._insistence = Insistence()
        self._targets = self.plant.sample(0).position
        # Neither motion nor arms began when the hands did: who looks when differs by the seed.
        self._count = PHASE * configuration.seed % LOOKS_EVERY
        self._hindrances = self.motion.hindrances

    def adopt(self, other: FaultSession) -> None:
        """Go on where another session is, with its arms and its plant."""
        self.robot, self.plant = copy.deepcopy((other.robot, other.plant))
        self.now = self._next_keep_alive = other.now
        self._ticks, self._targets = other._ticks, other._targets
        self.link = self._new_link()

    def _new_link(self) -> TappedLink:
        given = self.configuration
        return TappedLink(given.channels, given.link, given.seed, _ns(self.now))

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms."""
        return tuple(self.robot.stations)

    def keep_a_twin(self) -> None:
        """Let a motion part that never fails go on beside the one that may, for the log."""
        self._twin = copy.deepcopy(self.motion)
        self._twin.far_side = self.motion.far_side

    def restart_motion(self, **numbers: int) -> None:
        """Let the motion part begin anew, as its node would with these first numbers."""
        self.motion = Pipeline(self.configuration.motion, **numbers)
        # As its node does when the presence that it finds is older than itself.
        self.motion.choices.interrupt('the motion part was started again')
        self.motion_lives = True

    def restart_arms(self) -> None:
        """Let the arms' process begin anew: it knows nothing of what was."""
        given = self.configuration
        self.robot = Robot(
            given.robot, given.arms, given.safety, given.guarding, given.guarding_folder
        )
        self.arms_live = True

    def tips(self, joints: Array) -> dict[str, Array]:
        """Return the tips ``(n, 3)`` [m] of joints ``(n, 25)``, in the endoscope's first view."""
        return tips_of(self.configuration.robot, joints)

    def _poll_device(self) -> None:
        sample = self._device.poll(self.now)
        command = None
        if sample is not None and self.motion_lives:
            command = self.motion.step(self._stamped(sample), self.now)
            self._send(command)
        if self._twin is not None and self.operator.genuine is not None:
            command = self._twin.step(self.operator.genuine, self.now)
        if command is not None:
            self.log.commands.append((self.now, command))

    def _stamped(self, sample: Any) -> Any:
        return replace(sample, stamp_ns=self.link.clock_ns(Side.SURGEON, _ns(self.now)))

    def _keep_alive(self) -> None:
        self._next_keep_alive += self._keep_alive_s
        if self.motion_lives:
            stamp_ns = self.link.clock_ns(Side.SURGEON, _ns(self.now))
            command = self.motion.keep_alive(stamp_ns, self.now)
            if command is not None:
                self._send(command)

    def _send(self, command: TeleopCommand) -> None:
        payload = self._parcels.pack(command)
        now_ns = self.link.clock_ns(Side.SURGEON, _ns(self.now))
        self.link.ends[Side.SURGEON].send(self._channel, payload, now_ns)

    def _exchange(self) -> None:
        out = self.link.exchange(_ns(self.now))
        for delivery in out[Side.PATIENT]:
            self._obey(self._parcels.open(delivery.payload))
        for delivery in out[Side.SURGEON]:
            self._hear(delivery.channel.topic, self._reports.open(delivery.payload))

    def _obey(self, command: TeleopCommand, site: str = FIRST_CONSOLE) -> None:
        if not self.arms_live:
            return
        arrival_ns = self.link.clock_ns(Side.PATIENT, _ns(self.now))
        try:
            if self.robot.teleoperate(self.now, command, arrival_ns, site):
                self.log.accepted_at.append(self.now)
        except CommandRefusedError as error:
            self._note('arms', f'refused: {error}')

    def _hear(self, topic: str, report: Any) -> None:
        if topic == STATE_TOPIC:
            for arm, state, reason in report:
                self._say(f'supervisor of {arm}', reason if arm in DRIVEN.values() else '')
                self.motion.far_side.arm_reported(arm, ArmReport(state, reason), self.now)
        else:
            self.motion.far_side.tip_measured('PSM1', report, self.now)

    def _tick(self, on_tick: Any) -> None:
        self._ticks += 1
        self._count += 1
        if self.each_tick is not None:
            self.each_tick()
        self._advance_plant()
        joints = self.plant.sample(_ns(self.now))
        for site, command in self.strangers:
            self._obey(command, site)
        self.strangers.clear()
        if self.arms_live:
            self._step_arms(joints)
        self._keep_log(joints)
        if self._count % WATCHES_EVERY == 0:
            self._watch()

    def _advance_plant(self) -> None:
        plantside = self.plantside
        pace = 0.0 if plantside.paused or plantside.dead else plantside.pace
        plantside.stood_s += (1.0 - pace) * self._period_s
        self.plant.advance(self.now - plantside.stood_s)

    def _step_arms(self, joints: Any) -> None:
        plantside = self.plantside
        silent = plantside.paused or plantside.dead
        targets = self.robot.step(self.now, None if silent else joints)
        if targets is not None:
            self._targets = frozen(targets)
            if not plantside.dead:
                self.plant.command(self._targets)
        self._publish_states()

    def _publish_states(self) -> None:
        report = (
            tuple(
                (arm.name, arm.state.value, arm.reason) for arm in self.robot.status(self.now).arms
            )
            if self._states_due()
            else None
        )
        now_ns = self.link.clock_ns(Side.PATIENT, _ns(self.now))
        end = self.link.ends[Side.PATIENT]
        if report is not None:
            end.send(self._ids[STATE_TOPIC], self._reports.pack(report), now_ns)
        if self._count % TIPS_EVERY == 0:
            tip = self.robot.arm('PSM1').tip()
            end.send(self._ids[TIP_TOPIC], self._reports.pack(tip), now_ns)

    def _states_due(self) -> bool:
        states = tuple(self.robot.supervisor.verdict(arm).state for arm in self.arms)
        changed, self._published = states != self._published, states
        if changed:
            self._insistence.news(self.now)
        again = self._insistence.is_due(self.now)
        return changed or again or self._count % STATES_EVERY == 0

    def _keep_log(self, joints: Any) -> None:
        log = self.log
        log.now.append(self.now)
        log.joints.append(joints.position)
        log.targets.append(self._targets)
        log.states.append(tuple(self.robot.supervisor.verdict(arm).state for arm in self.arms))

    def _watch(self) -> None:
        """Look around ten times a second, and at once when something else hinders a hand.

        As the motion part's node does.
        """
        before = self._hindrances
        if self.motion_lives:
            self._hindrances = self.motion.hindrances
        if self._count % LOOKS_EVERY == 0 or self._hindrances != before:
            self._look()

    def _look(self) -> None:
        """Say what the surgeon's side finds by itself."""
        if self.motion_lives:
            for hand in self.motion.state(self.now).hands:
                self._say(f'motion, {hand.hand.value}', hand.reason)
        now_ns = self.link.clock_ns(Side.SURGEON, _ns(self.now))
        report = self.link.ends[Side.SURGEON].report(now_ns)
        self._say('gateway', '' if report.connected else report.state.value)

    def _say(self, by: str, text: str) -> None:
        if text and self._told.get(by) != text:
            self._note(by, text)
        self._told[by] = text

    def _note(self, by: str, text: str) -> None:
        self.log.words.append(Word(self.now, by, text))


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
