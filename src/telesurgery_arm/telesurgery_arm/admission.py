"""Whether a client of an arm may move it now: by its state, homing and the supervisor."""

from __future__ import annotations

from telesurgery_arm.errors import CommandRefusedError
from telesurgery_core.types import OperatingState
from telesurgery_safety.states import Motion

_NOT_NOW = {
    Motion.NONE: 'is held by the supervisor (see /safety/state); allowed: nothing until that ends',
    Motion.TELEOPERATED: 'follows a hand of the operator; allowed: nothing beside it; pause it '
    'first',
}
"""Why a client's motion command is refused, by who may move the arm."""


def admit(arm: str, what: str, state: OperatingState, motion: Motion, *, is_homed: bool) -> None:
    """Raise CommandRefusedError for a motion command that the arm's state does not allow."""
    if state is not OperatingState.ENABLED:
        raise CommandRefusedError(
            f'{arm}: {what} in the state {state.value}; allowed: in ENABLED; '
            'send enable (or resume) on state_command'
        )
    if not is_homed:
        raise CommandRefusedError(
            f'{arm}: {what} before homing; allowed: when homed; send home on state_command'
        )
    if motion in _NOT_NOW:
        raise CommandRefusedError(f'{arm} {_NOT_NOW[motion]}')
