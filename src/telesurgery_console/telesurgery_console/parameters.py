"""Parameters of the console node."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_console.vocabulary import VOCABULARIES
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter
from telesurgery_core.types import Hand

WITH_UNITS = (*VOCABULARIES, 'pose')
DEVICES = ('replay', 'keyboard', *WITH_UNITS)
A_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class ConsoleParameters:
    """Which device is the operator's and how it is used."""

    device: str = parameter('replay', choices=DEVICES, doc='The device.')
    mapping: str = parameter(
        '',
        doc='Name of a file in config/devices (replay: in config/replay, too), or a path; empty: '
        "the device's own (replay: the CRTK masters of the recording).",
    )
    unit: str = parameter(
        '', doc='Which one moves both hands: order from 1, serial number, path, or topics.'
    )
    left_unit: str = parameter('', doc='Which one moves the left hand alone.')
    right_unit: str = parameter('', doc='Which one moves the right hand alone.')
    rate_hz: float = parameter(
        200.0,
        unit='Hz',
        low=10.0,
        high=1000.0,
        doc='Samples a second; a replay has its own, thinned out where they are finer.',
    )
    bag: str = parameter('', doc='replay: the recording.')
    time: str = parameter(
        'header', choices=('header', 'receive'), doc='replay: which times are played.'
    )
    start_s: float = parameter(
        0.0, unit='s', low=0.0, high=A_DAY_S, doc='replay: where to begin in the recording.'
    )
    seconds: float = parameter(
        A_DAY_S,
        unit='s',
        low=0.1,
        high=A_DAY_S,
        doc='Longest use of the device; of a recording, how much is played at most.',
    )
    speed: float = parameter(1.0, low=0.1, high=10.0, doc='replay: 2 is twice as fast.')
    loop: bool = parameter(False, doc='replay: whether it is played again and again.')
    lead_in: bool = parameter(
        False,
        doc='replay: whether the hands lead the arms to where the recorded tips were, first.',
    )
    reengage_after_s: float = parameter(
        0.0,
        unit='s',
        low=0.0,
        high=60.0,
        doc='replay: how long after its hands have been stopped the clutch is pressed and '
        'released, as an operator would; 0: never.',
    )
    start_when_ready: bool = parameter(
        False, doc='Whether to wait, nobody present, until the arms are ready and someone listens.'
    )
    ready_arms: tuple[str, ...] = parameter(
        ('PSM1', 'PSM2'), doc='The arms that must be ENABLED, homed and not busy.'
    )
    ready_timeout_s: float = parameter(
        60.0, unit='s', low=1.0, high=3600.0, doc='Longest wait for the arms.'
    )
    linger_s: float = parameter(
        1.0, unit='s', low=0.0, high=60.0, doc='How long to stay after the device has finished.'
    )
    realtime_priority: int = parameter(
        10, low=0, high=99, doc='Priority of the asking thread where permitted; 0: ordinary.'
    )

    def __post_init__(self) -> None:
        if self.device == 'replay' and not self.bag:
            raise ParameterError("bag is ''; allowed: the path of a recording; name one")
        self._check_units()

    @property
    def units(self) -> dict[Hand | None, str]:
        """Return which unit moves which hand; None: one moves both by turns."""
        units: dict[Hand | None, str] = {}
        if self.right_unit:
            units[Hand.RIGHT] = self.right_unit
        if self.left_unit:
            units[Hand.LEFT] = self.left_unit
        return units or {None: self.unit}

    def _check_units(self) -> None:
        one_hand = self.left_unit or self.right_unit
        if (self.unit or one_hand) and self.device not in (*WITH_UNITS, 'replay'):
            raise ParameterError(
                f'a unit is given for the device {self.device}; allowed: for '
                f'{", ".join(WITH_UNITS)}, replay; remove it'
            )
        if self.unit and one_hand:
            raise ParameterError(
                f'unit is {self.unit!r} beside left_unit or right_unit; allowed: one unit for '
                'both hands, or one a hand; remove one of them'
            )
        if one_hand and self.left_unit == self.right_unit:
            raise ParameterError(
                f'left_unit and right_unit are both {self.left_unit!r}; allowed: one '
                'of its own for each hand; use unit for one that moves both by turns'
            )
