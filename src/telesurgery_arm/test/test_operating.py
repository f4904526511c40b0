"""The table is that of CRTK 1.3."""

from itertools import product

import pytest

from telesurgery_arm import operating
from telesurgery_arm.errors import CommandRefusedError
from telesurgery_arm.operating import StateCommand
from telesurgery_core.types import OperatingState

# The specification's table: rows are states, columns commands; None: invalid, the state stays.
ENABLE, DISABLE, PAUSE, RESUME = (
    StateCommand(name) for name in ('enable', 'disable', 'pause', 'resume')
)
SPECIFICATION = {
    OperatingState.DISABLED: ('ENABLED', 'DISABLED', None, None),
    OperatingState.ENABLED: ('ENABLED', 'DISABLED', 'PAUSED', None),
    OperatingState.PAUSED: (None, 'DISABLED', 'PAUSED', 'ENABLED'),
    OperatingState.FAULT: ('ENABLED', 'DISABLED', None, None),
}


@pytest.mark.parametrize('state', OperatingState)
def test_every_pair_of_the_specification(state):
    for command, wanted in zip(
        (ENABLE, DISABLE, PAUSE, RESUME), SPECIFICATION[state], strict=True
    ):
        if wanted is None:
            with pytest.raises(CommandRefusedError, match=f'state command in {state.value}'):
                operating.after(state, command)
        else:
            assert operating.after(state, command) is OperatingState(wanted)


def test_no_command_leads_to_fault():
    for state, command in product(OperatingState, StateCommand):
        leads = operating.TRANSITIONS.get((state, command))
        assert leads is not OperatingState.FAULT or state is OperatingState.FAULT


def test_homing_is_possible_only_when_enabled():
    assert operating.after(OperatingState.ENABLED, StateCommand.HOME) is OperatingState.ENABLED
    for state in set(OperatingState) - {OperatingState.ENABLED}:
        with pytest.raises(CommandRefusedError):
            operating.after(state, StateCommand.HOME)


def test_an_unknown_command_is_refused_by_name():
    with pytest.raises(CommandRefusedError, match="'go'; allowed: enable, disable, pause"):
        operating.parse('go')
