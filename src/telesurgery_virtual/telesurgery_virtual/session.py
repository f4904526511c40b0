"""A whole session in one process and in virtual time: console, motion, link, arms, plant.

The parts are the very ones that the nodes run; only the clock is turned here, from event to event:
a sample of the console that is due, a datagram, a control tick. Nothing waits and nothing is
random but the link's seeded draws, so the same inputs give the same session to the bit, many times
faster than real time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.guarding.description import GuardingDescription
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_arm.robot import Robot
from telesurgery_console.device import Device
from telesurgery_core.transforms import Array, frozen
from telesurgery_core.types import ConsoleSample, JointSample, TeleopCommand
from telesurgery_gazebo.joints import Joints
from telesurgery_gazebo.loopback import LoopbackPlant
from telesurgery_link.channels import ChannelTable, Side
from telesurgery_link.profiles import LinkProfile
from telesurgery_link.receiving import Delivery
from telesurgery_link.virtual import VirtualLink
from telesurgery_motion.parameters import MotionParameters
from telesurgery_motion.pipeline import Pipeline
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.errors import VirtualSessionError
from telesurgery_virtual.parcels import Parcels
from telesurgery_virtual.return_path import LOOK_HZ, SAY_HZ, ReturnPath

COMMAND_TOPIC = '/teleop/command'
COMMAND_BYTES = 420
"""Size of a serialised TeleopCommand with the arms' names in it."""
LONGEST_START_S = 30.0
"""Arms that are not ready after so long will not be."""


@dataclass(frozen=True)
class Configuration:
    """What a session is made of, as the files of ``config/`` have it."""

    robot: RobotDescription
    channels: ChannelTable
    link: LinkProfile
    motion: MotionParameters
    arms: ArmsParameters
    safety: SafetyParameters
    guarding: GuardingDescription
    guarding_folder: Path = Path()
    seed: int = 0
    control_rate_hz: float = 500.0


@dataclass(frozen=True, slots=True)
class Tick:
    """What one control tick left behind."""

    now: float
    """Time of the session [s]."""
    targets: Array
    """What the arms told the plant's joints ``(n,)`` [rad or m]."""
    joints: JointSample
    """Where the plant's joints were when the tick began."""


class Witness(Protocol):
    """Whoever wants to know what happens in a session; it changes nothing of it."""

    def sampled(self, sample: ConsoleSample, command: TeleopCommand, now: float) -> None:
        """A sample of the console became a command at ``now`` [s]."""

    def arrived(
        self, command: TeleopCommand, delivery: Delivery, now: float, *, followed: bool
    ) -> None:
        """A command arrived at the arms; ``followed``: it is the newest and young enough."""

    def ticked(self, tick: Tick) -> None:
        """A control tick has ended."""


class Plant(Protocol):
    """Joints that follow targets in a time that somebody turns."""

    @property
    def velocity(self) -> Array:
        """Joint velocities ``(n,)`` [rad/s or m/s]; zero for what rests."""

    def command(self, position: Array) -> None:
        """Take new targets ``(n,)`` [rad or m]."""

    def advance(self, now: float) -> None:
        """Let its time pass up to ``now`` [s]."""

    def sample(self, stamp_ns: int) -> JointSample:
        """Return positions and velocities under the given stamp."""


class VirtualSession:
    """The chain from a device to a kinematic plant. Whoever holds it turns the clock.

    Attributes:
        configuration: what it was made of.
        now: time of the session [s].
        motion: what makes commands of the device's samples; its choices may be changed any time.
        robot: the arms with their supervisor.
        link: the two gateways.
        plant: the joints.
    """

    def __init__(
        self,
        device: Device,
        configuration: Configuration,
        start_s: float = 0.0,
        witness: Witness | None = None,
        position: Array | None = None,
        plant: Plant | None = None,
    ) -> None:
        """Set up at the time ``start_s``; nothing has happened yet.

        ``witness`` is told what happens while the device plays. The joints stand at ``position``
        ``(n,)`` [rad or m], else at zero. ``plant`` takes the place of a ``LoopbackPlant``; it
        begins at the same time and stands where it stands.
        """
        self.configuration = configuration
        self.now = start_s
        self.robot = Robot(
            configuration.robot,
            configuration.arms,
            configuration.safety,
            configuration.guarding,
            configuration.guarding_folder,
        )
        self.link = VirtualLink.of_profile(
            configuration.channels, configuration.link, configuration.seed, _ns(start_s)
        )
        self.plant: Plant = plant or LoopbackPlant(
            Joints.of(configuration.robot), start=start_s, position=position
        )
        self._return_path = ReturnPath(self.robot, self.link, configuration.channels)
        self._say_every = max(1, round(configuration.control_rate_hz / SAY_HZ))
        self._look_every = max(1, round(configuration.control_rate_hz / LOOK_HZ))
        self._device = device
        self._witness = witness
        self.motion = Pipeline(configuration.motion)
        self._keep_alive_s = 1.0 / configuration.motion.keep_alive_hz
        self._next_keep_alive = start_s
        self._parcels: Parcels[TeleopCommand] = Parcels(COMMAND_BYTES)
        self._channel = next(
            channel.id
            for channel in configuration.channels.channels
            if channel.topic == COMMAND_TOPIC
        )
        self._start_s = start_s
        self._period_s = 1.0 / configuration.control_rate_hz
        self._ticks = 0
        self._device_plays = False

    def make_ready(self, *arms: str) -> None:
        """Let time pass until the arms are ready and at rest; nobody is at the console.

        VirtualSessionError when they are not within 30 s.
        """
        limit = self.now + LONGEST_START_S
        while not (all(map(self._is_ready, arms)) and not self.plant.velocity.any()):
            if self.now > limit:
                states = {arm: self.robot.supervisor.verdict(arm).state.value for arm in arms}
                raise VirtualSessionError(
                    f'after {LONGEST_START_S:g} s the arms are {states}; allowed: ready and at '
                    'rest; enable and home them, or let arms_node.yaml do it'
                )
            self._turn_to(self._next_tick())
            self._tick(None)

    def run(self, seconds: float, on_tick: Callable[[Tick], None] | None = None) -> None:
        """Let ``seconds`` [s] pass with the device at work; tell ``on_tick`` of every tick."""
        self._device_plays = True
        end = self.now + seconds
        while (tick_at := self._next_tick()) <= end:
            self._turn_to(tick_at)
            self._tick(on_tick)

    def _turn_to(self, tick_at: float) -> None:
        """Carry out, in the order of time, everything that is due up to the next tick."""
        while True:
            device_at = self._device_at()
            link_at = self.link.next_deadline_ns() * 1e-9
            event_at = min(device_at, link_at, self._next_keep_alive)
            if event_at > tick_at:
                break
            self.now = max(self.now, event_at)
            if event_at == device_at:
                self._poll_device()
            elif event_at == self._next_keep_alive:
                self._keep_alive()
            self._exchange()
        self.now = tick_at

    def _tick(self, on_tick: Callable[[Tick], None] | None) -> None:
        self._ticks += 1
        self.plant.advance(self.now)
        joints = self.plant.sample(_ns(self.now))
        targets = self.robot.step(self.now, joints)
        if targets is None:
            return
        positions = frozen(targets)
        self.plant.command(positions)
        if self._ticks % self._say_every == 0:
            self._return_path.say(_ns(self.now))
        if self._ticks % self._look_every == 0:
            self._look_around()
        if on_tick is not None or (self._witness is not None and self._device_plays):
            tick = Tick(self.now, positions, joints)
            if on_tick is not None:
                on_tick(tick)
            if self._witness is not None and self._device_plays:
                self._witness.ticked(tick)

    def _look_around(self) -> None:
        """Let the motion part know the round trip."""
        if self.configuration.motion.delay_scaling:
            report = self.link.ends[Side.SURGEON].report(_ns(self.now))
            self.motion.delay.measured(report.round_trip_ms[0])

    def _device_at(self) -> float:
        if not self._device_plays or self._device.finished:
            return math.inf
        return max(self._device.next_poll(self.now), self.now)

    def _poll_device(self) -> None:
        sample = self._device.poll(self.now)
        if sample is not None:
            command = self.motion.step(sample, self.now)
            self._send(command)
            if self._witness is not None:
                self._witness.sampled(sample, command, self.now)

    def _keep_alive(self) -> None:
        self._next_keep_alive += self._keep_alive_s
        command = self.motion.keep_alive(_ns(self.now), self.now)
        if command is not None:
            self._send(command)

    def _send(self, command: TeleopCommand) -> None:
        payload = self._parcels.pack(command)
        self.link.ends[Side.SURGEON].send(self._channel, payload, _ns(self.now))

    def _exchange(self) -> None:
        now_ns = _ns(self.now)
        delivered = self.link.exchange(now_ns)
        for delivery in delivered[Side.PATIENT]:
            command = self._parcels.open(delivery.payload)
            followed = self.robot.teleoperate(self.now, command, now_ns)
            if self._witness is not None:
                self._witness.arrived(command, delivery, self.now, followed=followed)
        self._return_path.hear(delivered[Side.SURGEON], self.motion, self.now)

    def _next_tick(self) -> float:
        return self._start_s + (self._ticks + 1) * self._period_s

    def _is_ready(self, arm: str) -> bool:
        at_rest = not self.robot.arm(arm).is_busy
        return at_rest and self.robot.supervisor.verdict(arm).state is SafetyState.READY


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
