"""The operating states of CRTK 1.3, as the table of its specification.

``TRANSITIONS`` holds the valid pairs; any other pair changes nothing and is refused. FAULT is
never commanded: the arm itself reports it, and ``enable`` and ``disable`` in FAULT are a retry.
``home`` and ``unhome`` change no operating state but the flag ``is_homed``.
"""

from __future__ import annotations

from enum import Enum

from telesurgery_arm.errors import CommandRefusedError
from telesurgery_core.errors import one_of
from telesurgery_core.types import OperatingState


class StateCommand(Enum):
    """What may be asked on ``state_command``."""

    ENABLE = 'enable'
    DISABLE = 'disable'
    PAUSE = 'pause'
    RESUME = 'resume'
    HOME = 'home'
    UNHOME = 'unhome'


TRANSITIONS = {
    (OperatingState.DISABLED, StateCommand.ENABLE): OperatingState.ENABLED,
    (OperatingState.DISABLED, StateCommand.DISABLE): OperatingState.DISABLED,
    (OperatingState.DISABLED, StateCommand.UNHOME): OperatingState.DISABLED,
    (OperatingState.ENABLED, StateCommand.ENABLE): OperatingState.ENABLED,
    (OperatingState.ENABLED, StateCommand.DISABLE): OperatingState.DISABLED,
    (OperatingState.ENABLED, StateCommand.PAUSE): OperatingState.PAUSED,
    (OperatingState.ENABLED, StateCommand.HOME): OperatingState.ENABLED,
    (OperatingState.ENABLED, StateCommand.UNHOME): OperatingState.ENABLED,
    (OperatingState.PAUSED, StateCommand.DISABLE): OperatingState.DISABLED,
    (OperatingState.PAUSED, StateCommand.PAUSE): OperatingState.PAUSED,
    (OperatingState.PAUSED, StateCommand.RESUME): OperatingState.ENABLED,
    (OperatingState.PAUSED, StateCommand.UNHOME): OperatingState.PAUSED,
    (OperatingState.FAULT, StateCommand.ENABLE): OperatingState.ENABLED,
    (OperatingState.FAULT, StateCommand.DISABLE): OperatingState.DISABLED,
    (OperatingState.FAULT, StateCommand.UNHOME): OperatingState.FAULT,
}


def parse(text: str) -> StateCommand:
    """Return the command of that name; CommandRefusedError when there is none."""
    try:
        return StateCommand(text)
    except ValueError:
        allowed = [command.value for command in StateCommand]
        raise CommandRefusedError(
            one_of('state command', text, allowed, 'use one of these')
        ) from None


def after(state: OperatingState, command: StateCommand) -> OperatingState:
    """Return the state that ``command`` leads to; CommandRefusedError when it is invalid."""
    try:
        return TRANSITIONS[state, command]
    except KeyError:
        allowed = [pair.value for current, pair in TRANSITIONS if current is state]
        raise CommandRefusedError(
            one_of(f'state command in {state.value}', command.value, allowed, 'use one of these')
        ) from None
