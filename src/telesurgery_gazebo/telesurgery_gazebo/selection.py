"""Which simulator runs: the one that is asked for, or the best that this machine has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from telesurgery_core.errors import one_of
from telesurgery_gazebo.classic.installation import Installation
from telesurgery_gazebo.errors import SimulatorError

SUPPORTED = ('classic', 'loopback')
"""Best first."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The simulator to run."""

    simulator: str
    warning: str = ''
    """What the user must know about the choice; else empty."""


def choose(wanted: str, environment: Mapping[str, str], *, gui: bool = False) -> Selection:
    """Return the simulator to run for the parameters ``simulator`` and ``gui``.

    Raises SimulatorError for one that this version does not support, or that has no window.
    """
    selection = _best(environment) if wanted == 'auto' else _named(wanted)
    if gui and selection.simulator == 'loopback':
        raise SimulatorError(
            'gui is True and the simulator is loopback, which has no window; allowed: gui with '
            'classic; install Gazebo, or run without gui'
        )
    return selection


def _named(wanted: str) -> Selection:
    if wanted not in SUPPORTED:
        raise SimulatorError(
            one_of(
                'simulator',
                wanted,
                ('auto', *SUPPORTED),
                'choose one of them: gz-sim is not supported by this version yet',
            )
        )
    return Selection(wanted)


def _best(environment: Mapping[str, str]) -> Selection:
    try:
        Installation.find(environment)
    except SimulatorError as error:
        return Selection(
            'loopback',
            f'NO GAZEBO HERE: running the in-memory plant "loopback", which has no physics and no '
            f'pictures ({error})',
        )
    return Selection('classic')
