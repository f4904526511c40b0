"""A position device in one hand: what it says and whether it is believed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from telesurgery_console.actions import Action
from telesurgery_console.deadman import Deadman
from telesurgery_console.gripper import Gripper
from telesurgery_console.health import MEANING, Health
from telesurgery_console.pose_mapping import PoseMapping
from telesurgery_console.unit import BACK
from telesurgery_core.transforms import Array


@dataclass(frozen=True, slots=True)
class PoseReading:
    """One look at a position device."""

    T_base_hand: Array | None
    """Its pose ``(4, 4)`` in its own base frame [m]; None: it has said none yet."""
    gripper: float | None = None
    """Its gripper's angle [rad]; None: it has none."""
    buttons: frozenset[str] = frozenset()
    fresh: bool = True
    """Whether there has been a pose since the look before."""
    gone: bool = False
    trouble: str = ''
    """What is wrong with it, in words."""


class PoseSource(Protocol):
    """A position device, asked for again and again; it never waits."""

    @property
    def name(self) -> str:
        """Name for people."""

    def read(self, now: float) -> PoseReading:
        """Return what it says at ``now`` [s]."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class PoseWish:
    """What the operator does with it at one instant."""

    health: Health
    present: bool = False
    held: frozenset[Action] = frozenset()
    struck: frozenset[Action] = frozenset()


class PoseUnit:
    """A source with its mapping.

    Attributes:
        health: how well the device was when it was looked at last.
        T_view_hand: its last valid pose ``(4, 4)`` [m]; None before the first.
    """

    def __init__(self, source: PoseSource, mapping: PoseMapping) -> None:
        self._source = source
        self._mapping = mapping
        self._deadman = Deadman()
        self._before: frozenset[Action] = frozenset()
        self._heard_at = -math.inf
        self._changed_at = -math.inf
        self._said: tuple[object, ...] = ()
        self._gripper = Gripper(mapping.gripper_open_rad, mapping.gripper_rad_s)
        self._notices: list[str] = []
        self.health = Health.OK
        self._detail = ''
        self.T_view_hand: Array | None = None

    @property
    def name(self) -> str:
        """The device's name."""
        return self._source.name

    @property
    def gripper(self) -> float:
        """Angle of the gripper [rad]."""
        return self._gripper.angle

    @property
    def detail(self) -> str:
        """How it is, in one line."""
        return f'{self.name} {MEANING[self.health]}{f": {self._detail}" if self._detail else ""}'

    def look(self, now: float, dt: float) -> PoseWish:
        """Return what is done at ``now`` [s], ``dt`` [s] after the look before."""
        reading = self._source.read(now)
        held = frozenset(
            action for name, action in self._mapping.buttons.items() if name in reading.buttons
        )
        health, detail = self._judge(reading, now, held=Action.PRESENCE in held)
        self._note(health, detail)
        struck, self._before = held - self._before, held
        present = self._deadman.step(held=Action.PRESENCE in held, well=health is Health.OK)
        if health is not Health.OK:
            return PoseWish(health)
        wish = PoseWish(health, present, held, struck)
        self._move_gripper(reading.gripper, wish, dt)
        return wish

    def revoke(self) -> None:
        """Let presence count only after its button has been released."""
        self._deadman.revoke()

    def notices(self) -> list[str]:
        """Return what has happened to the device, each time only once."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Let go of it."""
        self._source.close()

    def _judge(self, reading: PoseReading, now: float, *, held: bool) -> tuple[Health, str]:
        if reading.gone:
            return Health.GONE, reading.trouble
        if reading.trouble:
            return Health.FAULT, reading.trouble
        if reading.T_base_hand is None:
            return Health.SILENT, 'it has said no pose yet'
        if not reading.fresh and now - self._heard_at > self._mapping.watch.silent_after_s:
            return Health.SILENT, f'no pose for {self._mapping.watch.silent_after_s:g} s'
        if reading.fresh:
            leap = self._take(reading.T_base_hand, now)
            if leap:
                return Health.FAULT, leap
        said = (reading.T_base_hand.tobytes(), reading.gripper, reading.buttons)
        if said != self._said:
            self._said, self._changed_at = said, now
        if held and now - self._changed_at > self._mapping.watch.idle_after_s:
            return Health.IDLE, f'{self._mapping.watch.idle_after_s:g} s'
        return Health.OK, ''

    def _take(self, T_base_hand: Array, now: float) -> str:
        """Take a pose; return what is wrong with it."""
        elapsed, self._heard_at = now - self._heard_at, now
        if not np.isfinite(T_base_hand).all():
            return 'its pose is no number'
        T, before = self._mapping.to_view(T_base_hand), self.T_view_hand
        self.T_view_hand = T
        if before is None or not math.isfinite(elapsed):
            return ''
        way = float(np.linalg.norm(T[:3, 3] - before[:3, 3])) / self._mapping.scale
        if way > self._mapping.watch.fastest_m_s * max(elapsed, 1e-3) + 1e-3:
            return f'it has leapt by {1000.0 * way:.0f} mm in {1000.0 * elapsed:.0f} ms'
        return ''

    def _move_gripper(self, measured: float | None, wish: PoseWish, dt: float) -> None:
        """Take the gripper's own angle, or move it by buttons while the operator is present."""
        if measured is not None:
            self._gripper.put(measured)
        elif not wish.present:
            self._gripper.halt()
        else:
            if Action.JAW_TOGGLE in wish.struck:
                self._gripper.toggle()
            opens, closes = Action.JAW_OPEN in wish.held, Action.JAW_CLOSE in wish.held
            self._gripper.move(float(opens - closes), dt)

    def _note(self, health: Health, detail: str) -> None:
        if health is self.health:
            return
        self.health, self._detail = health, detail
        lost = ': the operator is no longer present' if self._deadman.present else ''
        self._notices.append(f'{self.name} {BACK}' if health is Health.OK else self.detail + lost)
