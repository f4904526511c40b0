"""The operator of the campaign: two hands that swing along lines while something fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from telesurgery_console.actions import Action
from telesurgery_console.health import DeviceStatus
from telesurgery_console.pose_mapping import PoseMapping
from telesurgery_console.pose_unit import PoseReading, PoseUnit
from telesurgery_console.position_device import PositionDevice
from telesurgery_core.transforms import Array, frozen, pose
from telesurgery_core.types import ConsoleSample, Hand, HandSample

RATE_HZ = 100.0
GRIPPER_RAD = 0.5
SWING_HZ = 1.0
"""A to and fro a second: at 100 mm/s the tip then goes 32 mm."""
STOPPING_S = 0.15
"""A hand does not stop at once: at 0.5 m/s it brakes with a third of gravity."""

Sample = ConsoleSample | None
Filter = Callable[[ConsoleSample, float], Sample]
"""What a broken device makes of a sample at ``now`` [s]."""


@dataclass(frozen=True)
class Swing:
    """One hand: along ``direction`` ``(3,)`` and back, beginning and turning at rest."""

    direction: Array
    speed_m_s: float
    """The tip's greatest speed."""
    scale: float

    def displacement(self, t: float) -> Array:
        """Return the hand's displacement ``(3,)`` [m] after ``t`` [s] of swinging."""
        way = self.speed_m_s / (2.0 * np.pi * SWING_HZ) / self.scale
        s: Array = self.direction * way * (1.0 - np.cos(2.0 * np.pi * SWING_HZ * max(t, 0.0)))
        return s


def swings(rng: np.random.Generator, scale: float, least: float, most: float) -> dict[Hand, Swing]:
    """Draw both hands: any direction away from the other hand, any greatest speed in between."""
    found = {}
    for hand, away in ((Hand.RIGHT, -1.0), (Hand.LEFT, 1.0)):  # X of the view points left
        direction = rng.normal(size=3)
        direction[0] = away * abs(direction[0])
        unit = frozen(direction / np.linalg.norm(direction))
        found[hand] = Swing(unit, float(rng.uniform(least, most)), scale)
    return found


class Course:
    """How far both hands have come in their swings.

    Attributes:
        swung_s: the time of the swings that has passed [s].
    """

    def __init__(self) -> None:
        self.swung_s = 0.0
        self._pace = 0.0

    def go_on(self, dt: float, *, swinging: bool) -> None:
        """Go on for ``dt`` [s]; hands that are not to swing any more come to stand."""
        change = dt / STOPPING_S if swinging else -dt / STOPPING_S
        self._pace = min(max(self._pace + change, 0.0), 1.0)
        self.swung_s += self._pace * dt


class Master:
    """One hand's master as the console sees it (``PoseSource``)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reading = PoseReading(None)

    def read(self, now: float) -> PoseReading:
        """See ``PoseSource``."""
        return self.reading

    def close(self) -> None:
        """See ``PoseSource``."""


class Operator:
    """Swings both hands in masters that can break; the console's own code reads them.

    Attributes:
        swinging: whether the hands are to move; while not, they come to stand, and stand.
        clutch, present: what the operator does with the controls.
        alive: whether the console is there.
        spoil: what broken masters make of what the hands do; None: they say nothing.
        genuine: the newest sample as the hands really are.
    """

    finished = False

    def __init__(self, hands: dict[Hand, Swing], mapping: PoseMapping) -> None:
        self.swinging = False
        self.clutch = False
        self.present = False
        self.alive = True
        self.spoil: Filter = lambda sample, _now: sample
        self.genuine: ConsoleSample | None = None
        self._hands, self._mapping = hands, mapping
        self._masters = {hand: Master(hand.value) for hand in Hand}
        self._course = Course()
        self._asked_at: float | None = None
        self.restart()

    def restart(self) -> None:
        """Let the console begin anew: it knows nothing of what was."""
        units = {hand: PoseUnit(master, self._mapping) for hand, master in self._masters.items()}
        self._device = PositionDevice(units, RATE_HZ)
        self.alive = True

    def describe(self) -> str:
        """See ``Device``."""
        return self._device.describe()

    def status(self) -> DeviceStatus:
        """See ``Device``."""
        return self._device.status()

    def poll(self, now: float) -> Sample:
        """See ``Device``."""
        dt = 0.0 if self._asked_at is None else now - self._asked_at
        self._course.go_on(dt, swinging=self.swinging)
        self._asked_at = now
        left, right = (self._sample(hand) for hand in (Hand.LEFT, Hand.RIGHT))
        self.genuine = ConsoleSample(
            round(now * 1e9), left, right, operator_present=self.present, clutch=self.clutch
        )
        said = self.spoil(self.genuine, now)
        for hand, master in self._masters.items():
            master.reading = self._reading(said, hand, master.reading)
        return self._device.poll(now) if self.alive else None

    def next_poll(self, now: float) -> float:
        """See ``Device``."""
        return now if self._asked_at is None else self._asked_at + 1.0 / RATE_HZ

    def notices(self) -> list[str]:
        """See ``Device``."""
        return self._device.notices()

    def close(self) -> None:
        """See ``Device``."""

    def _sample(self, hand: Hand) -> HandSample:
        displacement = self._hands[hand].displacement(self._course.swung_s)
        return HandSample(pose(np.eye(3), displacement), GRIPPER_RAD)

    def _reading(self, said: Sample, hand: Hand, before: PoseReading) -> PoseReading:
        """Return what a master says: not fresh when it says nothing, gone without the hand."""
        if said is None:
            return replace(before, fresh=False)
        own = said.hand(hand)
        if own is None:
            return PoseReading(None, gone=True, trouble='it was unplugged')
        R, T = self._mapping.R_view_base, own.T_view_hand
        names = {Action.PRESENCE: said.operator_present, Action.CLUTCH: said.clutch}
        buttons = frozenset(
            name for name, action in self._mapping.buttons.items() if names.get(action)
        )
        with np.errstate(invalid='ignore'):  # a broken master may say what is no number
            T_base_hand = pose(R.T @ T[:3, :3] @ R, R.T @ T[:3, 3])
        return PoseReading(T_base_hand, own.gripper, buttons)


def moved(sample: ConsoleSample, by: Callable[[Array], Array]) -> ConsoleSample:
    """Return a sample whose right hand is elsewhere: ``by`` takes and gives points ``(3,)``."""
    right = sample.right
    assert right is not None
    T = pose(right.T_view_hand[:3, :3], by(right.T_view_hand[:3, 3]))
    return replace(sample, right=HandSample(T, right.gripper))
