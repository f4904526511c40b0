"""A gamepad as a rate device, whatever library tells its state.

The operator is present while a button is held: a hand that lets go stops everything. A pad that
goes away drops the presence, and one that comes back must see that button released first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from telesurgery_console.mapping import (
    Action,
    AxisBinding,
    Motion,
    Rates,
    check_presence,
    shape,
)
from telesurgery_console.rate_master import RateMaster
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import parameter
from telesurgery_core.types import ConsoleSample

AXES = ('leftx', 'lefty', 'rightx', 'righty', 'triggerleft', 'triggerright')
"""SDL's names: sticks -1..1, right and down positive; triggers 0..1."""
BUTTONS = (
    'a', 'b', 'x', 'y', 'back', 'guide', 'start', 'leftstick', 'rightstick', 'leftshoulder',
    'rightshoulder', 'dpad_up', 'dpad_down', 'dpad_left', 'dpad_right',
)  # fmt: skip
"""SDL's names, by place: ``a`` is the lowest of the four, whatever is printed on it."""


@dataclass(frozen=True)
class GamepadMapping:
    """``config/devices/gamepad.yaml``."""

    rates: Rates = parameter(doc='How fast full deflection is.')
    deadzone: float = parameter(low=0.0, high=0.9, doc='Deflection that counts as none.')
    expo: float = parameter(low=0.0, high=1.0, doc='0: straight, 1: cubic.')
    axes: dict[str, AxisBinding] = parameter(doc='What each axis drives.')
    buttons: dict[str, Action] = parameter(doc='What each button does.')

    def __post_init__(self) -> None:
        _check_names('axis', self.axes, AXES)
        _check_names('button', self.buttons, BUTTONS)
        check_presence(self.buttons.values(), 'buttons')


@dataclass(frozen=True, slots=True)
class PadState:
    """What a pad says at one instant, in SDL's names."""

    axes: Mapping[str, float] = field(default_factory=dict)
    buttons: frozenset[str] = frozenset()


class Pad(Protocol):
    """A source of pad states."""

    @property
    def name(self) -> str:
        """Name of the pad, as its maker gave it."""

    def read(self) -> PadState | None:
        """Return the state now, or None while the pad is not connected."""

    def close(self) -> None:
        """Let go of it."""


class Gamepad:
    """The device: pad states to samples of two hands."""

    def __init__(self, pad: Pad, mapping: GamepadMapping, rate_hz: float) -> None:
        self._pad = pad
        self._mapping = mapping
        self._period = 1.0 / rate_hz
        self._master = RateMaster(mapping.rates)
        self._asked_at: float | None = None
        self._held: frozenset[Action] = frozenset()
        self._must_release = True
        self._connected = True
        self._notices: list[str] = []

    @property
    def finished(self) -> bool:
        """A person's device never finishes by itself, unless a button says so."""
        return Action.QUIT in self._held

    def describe(self) -> str:
        """Return the pad's name and what its buttons do."""
        buttons = ', '.join(f'{name} {act.value}' for name, act in self._mapping.buttons.items())
        return f'gamepad {self._pad.name}: hold or press {buttons}'

    def poll(self, now: float) -> ConsoleSample | None:
        """Return both hands at ``now`` [s]."""
        dt = 0.0 if self._asked_at is None else now - self._asked_at
        self._asked_at = now
        state = self._pad.read()
        self._watch_connection(connected=state is not None)
        state = state or PadState()
        held = frozenset(self._mapping.buttons[name] for name in state.buttons & self._bound)
        if Action.SWITCH_HAND in held - self._held:
            self._master.switch_hand()
        self._held = held
        if Action.PRESENCE not in held and self._connected:
            self._must_release = False
        self._master.move(self._demand(state), dt)
        return self._master.sample(
            round(now * 1e9),
            present=Action.PRESENCE in held and not self._must_release,
            clutch=Action.CLUTCH in held,
            camera=Action.CAMERA in held,
        )

    def next_poll(self, now: float) -> float:
        """Return when a period has passed since the last sample [s]."""
        return now if self._asked_at is None else self._asked_at + self._period

    def notices(self) -> list[str]:
        """Return that the pad has gone or come back."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Let go of the pad."""
        self._pad.close()

    @property
    def _bound(self) -> frozenset[str]:
        return frozenset(self._mapping.buttons)

    def _demand(self, state: PadState) -> dict[Motion, float]:
        demand = dict.fromkeys(Motion, 0.0)
        for axis, binding in self._mapping.axes.items():
            drive = binding.drive(shift=Action.SHIFT in self._held)
            value = shape(state.axes.get(axis, 0.0), self._mapping.deadzone, self._mapping.expo)
            demand[drive.drives] += drive.sign * value
        return {motion: min(max(value, -1.0), 1.0) for motion, value in demand.items()}

    def _watch_connection(self, *, connected: bool) -> None:
        if connected == self._connected:
            return
        self._connected = connected
        self._must_release = True
        self._notices.append(
            f'gamepad {self._pad.name} is back: release the presence button, then hold it again'
            if connected
            else f'gamepad {self._pad.name} is gone: the operator is no longer present'
        )


def _check_names(what: str, given: Mapping[str, object], allowed: tuple[str, ...]) -> None:
    for name in given:
        if name not in allowed:
            raise ParameterError(one_of(what, name, allowed, 'use one of these names'))
