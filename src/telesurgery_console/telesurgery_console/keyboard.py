"""A keyboard in a terminal as a rate device.

A terminal tells that a key was struck, never that it was let go. So every stroke moves the hand
for a short while (``hold_s``), and a key that is held moves it steadily once the terminal repeats
it. Presence, clutch and camera are switches: one stroke on, one off. An operator who strikes no
key for ``presence_timeout_s`` is taken to have left.
"""

from __future__ import annotations

import math
from typing import Protocol

from telesurgery_console.actions import Action
from telesurgery_console.drives import Drive, Motion
from telesurgery_console.health import DeviceStatus, Health
from telesurgery_console.keyboard_mapping import KeyboardMapping
from telesurgery_console.rate_master import RateMaster
from telesurgery_core.types import ConsoleSample, Hand

SWITCHES = (Action.PRESENCE, Action.CLUTCH, Action.CAMERA)


class Keys(Protocol):
    """A source of key strokes."""

    def read(self) -> list[str]:
        """Return the strokes since the last call, by the names that mappings use."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class Keyboard:
    """The device: key strokes to samples of two hands."""

    def __init__(
        self, keys: Keys, mapping: KeyboardMapping, rate_hz: float, *, mapping_name: str = ''
    ) -> None:
        self._keys = keys
        self._mapping = mapping
        self._mapping_name = mapping_name
        self._period = 1.0 / rate_hz
        self._master = RateMaster(mapping.rates)
        self._active = Hand.RIGHT
        self._asked_at: float | None = None
        self._struck_at = -math.inf
        self._moving_until: dict[Drive, float] = {}
        self._stopping_until = -math.inf
        self._swaps: list[Hand] = []
        self._on: set[Action] = set()
        self._finished = False
        self._left = False
        self._notices: list[str] = []

    @property
    def finished(self) -> bool:
        """Whether the operator has asked to end."""
        return self._finished

    def describe(self) -> str:
        """Return what every key does."""
        moves = ', '.join(
            f'{key} {"+" if drive.sign > 0 else "-"}{drive.drives.value}'
            for key, drive in self._mapping.keys.items()
        )
        actions = ', '.join(f'{key} {act.value}' for key, act in self._mapping.actions.items())
        return f'keyboard: {actions}; {moves} (x left, y up, z away)'

    def status(self) -> DeviceStatus:
        """Return whether keys are struck."""
        timeout = f'no key for {self._mapping.presence_timeout_s:g} s'
        return DeviceStatus(
            name='keyboard',
            health=Health.IDLE if self._left else Health.OK,
            detail=f'keyboard: {timeout}' if self._left else 'keyboard is well',
            mapping=self._mapping_name,
        )

    def poll(self, now: float) -> ConsoleSample | None:
        """Return both hands at ``now`` [s]."""
        dt = 0.0 if self._asked_at is None else now - self._asked_at
        self._asked_at = now
        for key in self._keys.read():
            self._strike(key, now)
        self._watch_presence(now)
        present = Action.PRESENCE in self._on and not self._finished
        self._move(now, dt, present=present)
        swaps, self._swaps = tuple(self._swaps), []
        return ConsoleSample(
            stamp_ns=round(now * 1e9),
            left=self._master.hand(Hand.LEFT),
            right=self._master.hand(Hand.RIGHT),
            operator_present=present,
            clutch=Action.CLUTCH in self._on,
            camera=Action.CAMERA in self._on,
            stop=now < self._stopping_until,
            arm_swap=swaps,
        )

    def next_poll(self, now: float) -> float:
        """Return when a period has passed since the last sample [s]."""
        return now if self._asked_at is None else self._asked_at + self._period

    def notices(self) -> list[str]:
        """Return what has been switched."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._keys.close()

    def _strike(self, key: str, now: float) -> None:
        self._struck_at = now
        self._left = False
        if key in self._mapping.keys:
            self._moving_until[self._mapping.keys[key]] = now + self._mapping.hold_s
        action = self._mapping.actions.get(key)
        if action in SWITCHES:
            self._on ^= {action}
            self._notices.append(f'{action.value} {"on" if action in self._on else "off"}')
        elif action is Action.STOP:
            self._on.discard(Action.PRESENCE)
            self._stopping_until = now + self._mapping.hold_s
            self._notices.append('stop: presence off')
        elif action is Action.SWITCH_HAND:
            self._active = Hand.LEFT if self._active is Hand.RIGHT else Hand.RIGHT
            self._notices.append(f'{self._active.name.lower()} hand')
        elif action is Action.ARM_SWAP:
            self._swaps.append(self._active)
        elif action is Action.JAW_TOGGLE and Action.PRESENCE in self._on:
            self._master.gripper(self._active).toggle()
        elif action is Action.QUIT:
            self._finished = True

    def _watch_presence(self, now: float) -> None:
        idle = now - self._struck_at > self._mapping.presence_timeout_s
        if idle and Action.PRESENCE in self._on:
            self._on.discard(Action.PRESENCE)
            self._left = True
            self._notices.append(
                f'no key for {self._mapping.presence_timeout_s:g} s: '
                'the operator is no longer present'
            )

    def _move(self, now: float, dt: float, *, present: bool) -> None:
        """Move what the strokes ask for; without presence nothing moves."""
        demand = dict.fromkeys(Motion, 0.0)
        for drive, until in self._moving_until.items():
            if now < until:
                demand[drive.drives] += drive.sign
        for hand in Hand:
            if not present:
                self._master.halt(hand)
            else:
                self._master.move(hand, demand if hand is self._active else {}, dt)
