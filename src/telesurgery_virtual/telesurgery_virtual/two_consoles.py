"""Several consoles, each behind a link of its own, and one patient side, in virtual time.

The links, the authority, the supervisor and the arms are the very ones that the nodes run. A
console here is no more than a hand that is told what to ask for, and somebody who sees who holds
what, and answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.robot import Robot
from telesurgery_core.transforms import Array, pose
from telesurgery_core.types import HandCommand, TeleopCommand
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.loopback import LoopbackPlant
from telesurgery_link.channels import Side
from telesurgery_link.profiles import LinkProfile
from telesurgery_link.virtual import VirtualLink
from telesurgery_safety.authority import Authority
from telesurgery_safety.authority_holding import Holding
from telesurgery_safety.authority_parameters import AuthorityParameters
from telesurgery_safety.authority_requests import carry_out
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.errors import VirtualSessionError
from telesurgery_virtual.parcels import Parcels
from telesurgery_virtual.session import Configuration

COMMAND, REQUEST, STATE = '/teleop/command', '/authority/request', '/authority/state'
COMMAND_BYTES, REQUEST_BYTES, STATE_BYTES = 420, 120, 400
STEP_S = 0.001
TICK_STEPS, COMMAND_STEPS, LOOK_STEPS = 2, 10, 10
"""The control loop's tick, a command of a hand and a look at requests, in steps."""
LONGEST_START_S = 30.0

Holdings = Mapping[str, Holding]


@dataclass(frozen=True, slots=True)
class Request:
    """What a console asks of the authority."""

    act: str
    arm: str
    to: str = ''


class VirtualConsole:
    """One console: a right hand that drives one arm, and what it knows of the authority.

    Attributes:
        hand: what the hand asks for; ``epoch`` counts its engagements.
        path: the hand's displacement ``(3,)`` [m], so long after it engaged [s].
        holdings: who holds what, as last heard.
        heard_at: when that was heard [s].
        answer: called with what was heard; what it returns is asked for.
        link: the link to the patient side.
    """

    def __init__(self, name: str, link: VirtualLink, configuration: Configuration) -> None:
        self.name = name
        self.link = link
        self.hand = HandCommand()
        self.path: Callable[[float], Array] = lambda seconds: np.zeros(3)
        self.holdings: Holdings = {}
        self.heard_at = 0.0
        self.answer: Callable[[Holdings], Request | None] = lambda holdings: None
        self._channels = {channel.topic: channel.id for channel in configuration.channels.channels}
        self._sequence = 0
        self._engaged_at = 0.0

    def engage(self, arm: str, now: float) -> None:
        """Engage an arm afresh at ``now`` [s], from where it stands."""
        self._engaged_at = now
        self.hand = replace(self.hand, arm=arm, engaged=True, epoch=self.hand.epoch + 1)

    def let_go(self) -> None:
        """Press the clutch: the hand drives its arm, and is not engaged."""
        self.hand = replace(self.hand, engaged=False)

    def command(self, now: float) -> TeleopCommand:
        """Return the next command."""
        self._sequence += 1
        T = pose(np.eye(3), self.path(now - self._engaged_at))
        hand = replace(self.hand, T_displacement=T)
        return TeleopCommand(_ns(now), self._sequence, HandCommand(), hand)

    def send(self, side: Side, topic: str, payload: bytes, now: float) -> None:
        """Let one end of the link send."""
        self.link.ends[side].send(self._channels[topic], payload, _ns(now))


class TwoConsoles:
    """The patient side and its consoles. Whoever holds it turns the clock.

    Attributes:
        now: time of the session [s].
        consoles: by name, in the order of ``parameters.consoles``.
        authority: who holds what, in truth.
        robot: the arms.
    """

    def __init__(
        self,
        configuration: Configuration,
        parameters: AuthorityParameters,
        links: Mapping[str, LinkProfile],
        seed: int = 0,
    ) -> None:
        """Link the consoles that ``links`` names; nothing has happened yet."""
        self.now = 0.0
        self.authority = Authority(parameters, list(configuration.robot.arms))
        self.robot = Robot(
            configuration.robot,
            configuration.arms,
            configuration.safety,
            configuration.guarding,
            configuration.guarding_folder,
            self.authority,
        )
        self.consoles = {
            name: VirtualConsole(
                name,
                VirtualLink.of_profile(configuration.channels, link, seed + index, 0),
                configuration,
            )
            for index, (name, link) in enumerate(links.items())
        }
        self._plant = LoopbackPlant(
            Joints.of(configuration.robot), position=_home(configuration.robot)
        )
        self._steps = 0
        self._commands: Parcels[TeleopCommand] = Parcels(COMMAND_BYTES)
        self._requests: Parcels[Request] = Parcels(REQUEST_BYTES)
        self._states: Parcels[Holdings] = Parcels(STATE_BYTES)
        self._asked: list[tuple[str, Request]] = []
        self._told: Holdings = {}

    def make_ready(self, *arms: str) -> None:
        """Let time pass until the arms are ready and at rest; VirtualSessionError if never."""
        self.run_until(
            lambda: (
                all(self.state(arm) is SafetyState.READY for arm in arms)
                and not self._plant.velocity.any()
                and not any(self.robot.arm(arm).is_busy for arm in arms)
            ),
            LONGEST_START_S,
        )

    def state(self, arm: str) -> SafetyState:
        """Return what the supervisor lets an arm do."""
        return self.robot.supervisor.verdict(arm).state

    def tip(self, arm: str) -> Array:
        """Return where an arm's tip is told to be, from its remote centre ``(3,)`` [m]."""
        position: Array = np.array(self.robot.arm(arm).tip()[:3, 3])
        return position

    def ask(self, console: str, request: Request) -> None:
        """Let a console ask now."""
        payload = self._requests.pack(request)
        self.consoles[console].send(Side.SURGEON, REQUEST, payload, self.now)

    def run(self, seconds: float, on_tick: Callable[[], None] | None = None) -> None:
        """Let ``seconds`` [s] pass; call ``on_tick`` after every control tick."""
        for _ in range(round(seconds / STEP_S)):
            self._step(on_tick)

    def run_until(
        self,
        condition: Callable[[], bool],
        limit_s: float,
        on_tick: Callable[[], None] | None = None,
    ) -> None:
        """Let time pass until ``condition`` holds; VirtualSessionError after ``limit_s`` [s]."""
        give_up = self.now + limit_s
        while not condition():
            if self.now > give_up:
                raise VirtualSessionError(
                    f'what was waited for has not happened within {limit_s:g} s; allowed: that '
                    'it does; look at what the consoles ask for'
                )
            self._step(on_tick)

    def _step(self, on_tick: Callable[[], None] | None) -> None:
        self._steps += 1
        self.now = self._steps * STEP_S
        for console in self.consoles.values():
            if self._steps % COMMAND_STEPS == 0:
                payload = self._commands.pack(console.command(self.now))
                console.send(Side.SURGEON, COMMAND, payload, self.now)
            self._exchange(console)
        if self._steps % TICK_STEPS == 0:
            self._tick()
            if on_tick is not None:
                on_tick()

    def _exchange(self, console: VirtualConsole) -> None:
        came = console.link.exchange(_ns(self.now))
        for delivery in came[Side.PATIENT]:
            if delivery.channel.topic == COMMAND:
                command = self._commands.open(delivery.payload)
                self.robot.teleoperate(self.now, command, _ns(self.now), console.name)
            else:
                self._asked.append((console.name, self._requests.open(delivery.payload)))
        for delivery in came[Side.SURGEON]:
            console.holdings = self._states.open(delivery.payload)
            console.heard_at = self.now
            request = console.answer(console.holdings)
            if request is not None:
                self.ask(console.name, request)

    def _tick(self) -> None:
        if self._steps % LOOK_STEPS == 0:
            for site, request in self._asked:
                carry_out(self.authority, self.now, site, request.act, request.arm, request.to)
            self._asked.clear()
        self.authority.step(self.now)
        self._plant.advance(self.now)
        targets = self.robot.step(self.now, self._plant.sample(_ns(self.now)))
        if targets is not None:
            self._plant.command(np.array(targets))
        holdings = {arm: self.authority.holding(arm) for arm in self.authority.arms}
        if holdings != self._told:
            self._told = holdings
            payload = self._states.pack(holdings)
            for console in self.consoles.values():
                console.send(Side.PATIENT, STATE, payload, self.now)


def _home(description: RobotDescription) -> Array:
    """Return joints with which every tool is in the patient already ``(n,)`` [rad or m]."""
    joints = np.zeros(len(description.joint_names))
    for name in description.arms:
        home = description.model_of(name).home
        start = description.joint_slice(name).start
        joints[start : start + len(home)] = home
    return joints


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
