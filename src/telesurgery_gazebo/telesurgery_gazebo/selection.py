"""Which simulator runs: the one that is asked for, or the best that this machine has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telesurgery_core.errors import one_of
from telesurgery_gazebo.classic import installation as classic
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.gz import installation as gz

SUPPORTED = ('gz', 'classic', 'loopback')
"""Best first."""

INSTALLATIONS: dict[str, Callable[[Mapping[str, str]], object]] = {
    'gz': gz.Installation.find,
    'classic': classic.Installation.find,
}
"""What finds a simulator on this machine, or raises SimulatorError."""


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
            'gz or classic; install Gazebo, or run without gui'
        )
    return selection


def _named(wanted: str) -> Selection:
    if wanted not in SUPPORTED:
        raise SimulatorError(
            one_of('simulator', wanted, ('auto', *SUPPORTED), 'choose one of them')
        )
    return Selection(wanted)


def _best(environment: Mapping[str, str]) -> Selection:
    reasons = []
    for simulator, find in INSTALLATIONS.items():
        try:
            find(environment)
        except SimulatorError as error:
            reasons.append(str(error))
        else:
            return Selection(simulator)
    return Selection(
        'loopback',
        'NO GAZEBO HERE: running the in-memory plant "loopback", which has no physics and no '
        f'pictures ({"; ".join(reasons)})',
    )
