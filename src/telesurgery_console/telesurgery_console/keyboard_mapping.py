"""What the keys of a terminal mean: ``config/devices/keyboard.yaml``."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_console.actions import Action, check_presence
from telesurgery_console.drives import Drive, Side
from telesurgery_console.mapping import Rates
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter

NAMED_KEYS = {
    '\t': 'tab', ' ': 'space', '\r': 'enter', '\n': 'enter', '\x7f': 'backspace',
    '\x1b': 'escape', '\x1b[A': 'up', '\x1b[B': 'down', '\x1b[C': 'right', '\x1b[D': 'left',
}  # fmt: skip
"""What a terminal sends, and the name that a mapping uses."""
_NEEDS_RELEASE = {
    Action.SHIFT: 'a terminal does not tell which keys are held; remove it',
    Action.JAW_OPEN: 'a key may drive the gripper itself; bind it under keys',
    Action.JAW_CLOSE: 'a key may drive the gripper itself; bind it under keys',
}
"""Actions that last while a button is held, and what to do without them."""


@dataclass(frozen=True)
class KeyboardMapping:
    """``config/devices/keyboard.yaml``."""

    device: str = parameter(choices=('keyboard',), doc='The kind of device: keyboard.')
    hold_s: float = parameter(
        unit='s', low=0.02, high=1.0, doc='How long one stroke moves the hand.'
    )
    presence_timeout_s: float = parameter(
        unit='s', low=1.0, high=600.0, doc='Without a stroke for so long the operator has left.'
    )
    keys: dict[str, Drive] = parameter(doc='What each key moves.')
    actions: dict[str, Action] = parameter(doc='What each key switches.')
    rates: Rates = parameter(Rates(), doc='How fast a held key moves the hand.')

    def __post_init__(self) -> None:
        check_presence(self.actions.values(), 'actions')
        for key in (*self.keys, *self.actions):
            _check_key(key)
        for key, drive in self.keys.items():
            self._check_drive(key, drive)
        for action, remedy in _NEEDS_RELEASE.items():
            if action in self.actions.values():
                raise ParameterError(f'action {action.value} is bound; allowed: none; {remedy}')

    def _check_drive(self, key: str, drive: Drive) -> None:
        if key in self.actions:
            raise ParameterError(
                f'key {key!r} stands under keys and under actions; allowed: one meaning; '
                'remove one'
            )
        if drive.absolute or drive.hand is not Side.ACTIVE:
            raise ParameterError(
                f'key {key!r} is absolute or for one hand only; allowed: drives and sign, since '
                'keys move the hand that is switched to; remove the rest'
            )


def _check_key(key: object) -> None:
    if not isinstance(key, str) or (len(key) != 1 and key not in NAMED_KEYS.values()):
        raise ParameterError(
            f'key is {key!r}; allowed: one character (a digit in quotes), or '
            f'{", ".join(sorted(set(NAMED_KEYS.values())))}; correct it'
        )
