"""A keyboard in a terminal as a rate device.

A terminal tells that a key was struck, never that it was let go. So every stroke moves the hand
for a short while (``hold_s``), and a key that is held moves it steadily once the terminal repeats
it. Presence, clutch and camera are switches: one stroke on, one off. An operator who strikes no
key for ``presence_timeout_s`` is taken to have left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from telesurgery_console.mapping import Action, Drive, Motion, Rates, check_presence
from telesurgery_console.rate_master import RateMaster
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_core.types import ConsoleSample

NAMED_KEYS = {
    '\t': 'tab', ' ': 'space', '\r': 'enter', '\n': 'enter', '\x7f': 'backspace',
    '\x1b': 'escape', '\x1b[A': 'up', '\x1b[B': 'down', '\x1b[C': 'right', '\x1b[D': 'left',
}  # fmt: skip
"""What a terminal sends, and the name that a mapping uses."""
SWITCHES = (Action.PRESENCE, Action.CLUTCH, Action.CAMERA)


@dataclass(frozen=True)
class KeyboardMapping:
    """``config/devices/keyboard.yaml``."""

    rates: Rates = parameter(doc='How fast a held key moves the hand.')
    hold_s: float = parameter(
        unit='s', low=0.02, high=1.0, doc='How long one stroke moves the hand.'
    )
    presence_timeout_s: float = parameter(
        unit='s', low=1.0, high=600.0, doc='Without a stroke for so long the operator has left.'
    )
    keys: dict[str, Drive] = parameter(doc='What each key moves.')
    actions: dict[str, Action] = parameter(doc='What each key switches.')

    def __post_init__(self) -> None:
        check_presence(self.actions.values(), 'actions')
        for key in (*self.keys, *self.actions):
            if not isinstance(key, str) or (len(key) != 1 and key not in NAMED_KEYS.values()):
                raise ParameterError(
                    f'key is {key!r}; allowed: one character (a digit in quotes), or '
                    f'{", ".join(sorted(set(NAMED_KEYS.values())))}; correct it'
                )
        for key in self.keys:
            if key in self.actions:
                raise ParameterError(
                    f'key {key!r} stands under keys and under actions; allowed: one meaning; '
                    'remove one'
                )
        if Action.SHIFT in self.actions.values():
            raise ParameterError(
                'action shift is bound; allowed: none, because a terminal does not tell which '
                'keys are held; remove it'
            )


class Keys(Protocol):
    """A source of key strokes."""

    def read(self) -> list[str]:
        """Return the strokes since the last call, by the names that mappings use."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class Keyboard:
    """The device: key strokes to samples of two hands."""

    def __init__(self, keys: Keys, mapping: KeyboardMapping, rate_hz: float) -> None:
        self._keys = keys
        self._mapping = mapping
        self._period = 1.0 / rate_hz
        self._master = RateMaster(mapping.rates)
        self._asked_at: float | None = None
        self._struck_at = -math.inf
        self._moving_until: dict[Drive, float] = {}
        self._on: set[Action] = set()
        self._finished = False
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

    def poll(self, now: float) -> ConsoleSample | None:
        """Return both hands at ``now`` [s]."""
        dt = 0.0 if self._asked_at is None else now - self._asked_at
        self._asked_at = now
        for key in self._keys.read():
            self._strike(key, now)
        self._watch_presence(now)
        self._master.move(self._demand(now), dt)
        return self._master.sample(
            round(now * 1e9),
            present=Action.PRESENCE in self._on and not self._finished,
            clutch=Action.CLUTCH in self._on,
            camera=Action.CAMERA in self._on,
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
        if key in self._mapping.keys:
            self._moving_until[self._mapping.keys[key]] = now + self._mapping.hold_s
        action = self._mapping.actions.get(key)
        if action in SWITCHES:
            self._on ^= {action}
            self._notices.append(f'{action.value} {"on" if action in self._on else "off"}')
        elif action is Action.SWITCH_HAND:
            self._master.switch_hand()
            self._notices.append(f'{self._master.active.name.lower()} hand')
        elif action is Action.QUIT:
            self._finished = True

    def _watch_presence(self, now: float) -> None:
        idle = now - self._struck_at > self._mapping.presence_timeout_s
        if idle and Action.PRESENCE in self._on:
            self._on.discard(Action.PRESENCE)
            self._notices.append(
                f'no key for {self._mapping.presence_timeout_s:g} s: '
                'the operator is no longer present'
            )

    def _demand(self, now: float) -> dict[Motion, float]:
        demand = dict.fromkeys(Motion, 0.0)
        for drive, until in self._moving_until.items():
            if now < until:
                demand[drive.drives] += drive.sign
        return demand
