"""What happened in a session, kept in memory: from it come the bag and the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telesurgery_arm.robot import Robot
from telesurgery_arm.status import RobotStatus
from telesurgery_core.transforms import Array
from telesurgery_core.types import ConsoleSample, TeleopCommand
from telesurgery_link.channels import Side
from telesurgery_link.receiving import Delivery
from telesurgery_link.report import LinkReport
from telesurgery_link.virtual import VirtualLink
from telesurgery_motion.pipeline import Pipeline
from telesurgery_motion.state import MotionState
from telesurgery_safety.states import SafetyState
from telesurgery_virtual.session import Tick

LOOK_HZ = 100.0
"""How often the joints are noted."""
STATUS_HZ = 10.0
"""How often the states are noted, when they do not change."""
LINK_HZ = 2.0
"""How often the link is asked what it has measured."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sample of the console and what it became."""

    now: float
    sample: ConsoleSample
    meant: ConsoleSample
    """The same without tremor that was added."""
    command: TeleopCommand


@dataclass(frozen=True, slots=True)
class Arrived:
    """A command that arrived at the arms."""

    now: float
    sequence: int
    stamp_ns: int
    taken_ns: int
    """When the surgeon's gateway took it."""
    injected_ns: int
    followed: bool
    epochs: tuple[tuple[str, int], ...]
    """Arm and epoch of the hands that are engaged in it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Where everything is at one tick."""

    now: float
    joints: Array
    """Measured positions of all joints ``(n,)`` [rad or m]."""
    velocities: Array
    setpoints: tuple[list[float], ...]
    """The arms' setpoints, arm by arm, without jaws."""
    T_base_rcm: tuple[Array, ...]
    """The arms' remote centres in the frames of their poses, arm by arm."""
    states: tuple[SafetyState, ...]
    kinds: tuple[str, ...]
    """What kinds of hold they are; empty: none."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What both sides say of themselves."""

    now: float
    robot: RobotStatus
    motion: MotionState


class Journal:
    """Notes what happens in a session, as its witness.

    Attributes:
        arms: names of the arms, in the order of their parts in ``Looked``.
        samples, arrivals, looks, statements: what was noted, in the order of time.
        links: what each side's gateway had measured, with the time.
        ticks: times of the control ticks [s].
    """

    def __init__(self, meant: Callable[[], ConsoleSample | None], control_rate_hz: float) -> None:
        """``meant`` gives the newest sample without tremor; ``control_rate_hz``: of the ticks."""
        self.arms: tuple[str, ...] = ()
        self.samples: list[Sampled] = []
        self.arrivals: list[Arrived] = []
        self.looks: list[Looked] = []
        self.statements: list[Stated] = []
        self.links: list[tuple[float, dict[Side, LinkReport]]] = []
        self.ticks: list[float] = []
        self._meant = meant
        self._look_every, self._status_every, self._link_every = (
            max(1, round(control_rate_hz / hz)) for hz in (LOOK_HZ, STATUS_HZ, LINK_HZ)
        )
        self._states: tuple[SafetyState, ...] = ()

    def attend(self, robot: Robot, motion: Pipeline, link: VirtualLink, *, thorough: bool) -> None:
        """Take the parts to look at. ``thorough``: with all that only a bag has room for."""
        self.arms = tuple(robot.stations)
        self._robot, self._motion, self._link = robot, motion, link
        self._thorough = thorough

    def sampled(self, sample: ConsoleSample, command: TeleopCommand, now: float) -> None:
        """Note a sample."""
        self.samples.append(Sampled(now, sample, self._meant() or sample, command))

    def arrived(
        self, command: TeleopCommand, delivery: Delivery, now: float, *, followed: bool
    ) -> None:
        """Note an arrival."""
        epochs = tuple(
            (hand.arm, hand.epoch) for hand in (command.left, command.right) if hand.engaged
        )
        self.arrivals.append(
            Arrived(
                now,
                command.sequence,
                command.stamp_ns,
                delivery.taken_ns,
                delivery.injected_ns,
                followed,
                epochs,
            )
        )

    def ticked(self, tick: Tick) -> None:
        """Look around every so many ticks."""
        count = len(self.ticks)
        self.ticks.append(tick.now)
        if count % self._look_every:
            return
        supervisor = self._robot.supervisor
        states = tuple(supervisor.verdict(name).state for name in self.arms)
        stations = self._robot.stations.values()
        frames = self._robot.frames
        self.looks.append(
            Looked(
                tick.now,
                tick.joints.position,
                tick.joints.velocity,
                tuple(station.arm.chain.q for station in stations),
                tuple(frames.T_base_rcm(name) for name in self.arms),
                states,
                tuple(supervisor.verdict(name).kind for name in self.arms),
            )
        )
        if count % self._status_every == 0 or states != self._states:
            self._states = states
            if self._thorough:
                self.statements.append(
                    Stated(tick.now, self._robot.status(tick.now), self._motion.state(tick.now))
                )
        if self._thorough and count % self._link_every == 0:
            now_ns = round(tick.now * 1e9)
            self.links.append(
                (tick.now, {side: end.report(now_ns) for side, end in self._link.ends.items()})
            )
