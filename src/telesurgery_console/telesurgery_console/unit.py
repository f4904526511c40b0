"""One device in the operator's hand: what it says, whether it is believed, what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from telesurgery_console.actions import Action
from telesurgery_console.controls import Controls, Source
from telesurgery_console.curve import shape
from telesurgery_console.deadman import Deadman
from telesurgery_console.drives import AxisBinding, Drive
from telesurgery_console.health import MEANING, Health
from telesurgery_console.liveness import Liveness
from telesurgery_console.mapping import ControlMapping

ANEW = 'release the presence button, then hold it again'
BACK = f'is back: {ANEW}'


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asks for with one device at one instant."""

    health: Health
    present: bool = False
    held: frozenset[Action] = frozenset()
    struck: frozenset[Action] = frozenset()
    """The actions whose buttons have been pressed since the look before."""
    drives: Mapping[Drive, float] = field(default_factory=dict)
    """How much each drive in force asks for: -1..1, or 0..1 for an absolute one."""


class Unit:
    """A source with its mapping.

    Presence takes a button that is pressed after the device has been seen well with the button
    released: a device that comes back, or was held before the session began, moves nothing. In the
    same way an axis drives only once it has been seen at rest.
    """

    def __init__(self, source: Source, mapping: ControlMapping) -> None:
        self._source = source
        self._mapping = mapping
        self._liveness = Liveness(mapping.watch, source.reporting)
        self._health = Health.OK
        self._detail = ''
        self._deadman = Deadman()
        self._rested: set[str] = set()
        self._before: frozenset[Action] = frozenset()
        self._told_anew = False
        self._notices: list[str] = []

    @property
    def name(self) -> str:
        """The device's name."""
        return self._source.name

    @property
    def health(self) -> Health:
        """How well the device was when it was looked at last."""
        return self._health

    @property
    def detail(self) -> str:
        """The same in one line."""
        reason = f': {self._detail}' if self._detail else ''
        return f'{self.name} {MEANING[self._health]}{reason}'

    def describe(self) -> str:
        """Return its buttons and what they do."""
        buttons = ', '.join(
            f'{self._source.label(name)} {action.value}'
            for name, action in self._mapping.buttons.items()
            if self._has(name)
        )
        return f'{self.name}: {buttons}'

    def look(self, now: float) -> Wish:
        """Return what is asked for at ``now`` [s]."""
        reading = self._source.read(now)
        if reading.controls is not None and not self._can_be_present():
            reading = replace(reading, trouble='none of its buttons is presence in this mapping')
        controls = reading.controls or Controls()
        held = frozenset(
            action for name, action in self._mapping.buttons.items() if name in controls.buttons
        )
        health, detail = self._liveness.judge(
            reading,
            self._mapping.axes,
            deflected=self._deflected(controls),
            held=Action.PRESENCE in held,
            now=now,
        )
        self._note(health, detail)
        struck, self._before = held - self._before, held
        present = self._deadman.step(held=Action.PRESENCE in held, well=health is Health.OK)
        if health is not Health.OK:
            self._rested.clear()
            return Wish(health)
        self._tell_anew(held=Action.PRESENCE in held)
        return Wish(
            health,
            present=present,
            held=held,
            struck=struck,
            drives=self._drives(controls, shift=Action.SHIFT in held),
        )

    def revoke(self) -> None:
        """Let presence count only after its button has been released."""
        self._deadman.revoke()

    def notices(self) -> list[str]:
        """Return what has happened to the device, each time only once."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Let go of it."""
        self._source.close()

    def _has(self, button: str) -> bool:
        return not self._source.buttons or button in self._source.buttons

    def _can_be_present(self) -> bool:
        return any(
            action is Action.PRESENCE and self._has(name)
            for name, action in self._mapping.buttons.items()
        )

    def _deflected(self, controls: Controls) -> bool:
        """Return whether an axis that counts is off its rest; of a device that is ill any one."""
        ill = self._health is not Health.OK
        return any(
            (ill or name in self._rested) and self._off_rest(name, binding, controls)
            for name, binding in self._mapping.axes.items()
        )

    def _deadzone(self, binding: AxisBinding) -> float:
        return self._mapping.deadzone if binding.deadzone is None else binding.deadzone

    def _off_rest(self, name: str, binding: AxisBinding, controls: Controls) -> bool:
        return abs(binding.from_rest(controls.axes.get(name, binding.rest))) > self._deadzone(
            binding
        )

    def _drives(self, controls: Controls, *, shift: bool) -> dict[Drive, float]:
        drives: dict[Drive, float] = {}
        for name, binding in self._mapping.axes.items():
            if not self._off_rest(name, binding, controls):
                self._rested.add(name)
            if name not in self._rested:
                continue
            expo = self._mapping.expo if binding.expo is None else binding.expo
            value = shape(binding.from_rest(controls.axes[name]), self._deadzone(binding), expo)
            drive = binding.drive(shift=shift)
            drives[drive] = drives.get(drive, 0.0) + value
        return drives

    def _tell_anew(self, *, held: bool) -> None:
        """Tell an operator who holds the button in vain what to do, once."""
        in_vain = held and not self._deadman.present
        if in_vain and not self._told_anew:
            self._notices.append(f'{self.name}: {ANEW}')
        self._told_anew = in_vain

    def _note(self, health: Health, detail: str) -> None:
        if health is self._health:
            return
        self._health, self._detail = health, detail
        if health is Health.OK:
            self._notices.append(f'{self.name} {BACK}')
            self._told_anew = True
        else:
            gone = ': the operator is no longer present' if self._deadman.present else ''
            self._notices.append(self.detail + gone)
