"""Gamepads through SDL (pygame-ce): any pad that SDL's mapping knows, with its names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from telesurgery_console.choosing import Found, choose
from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.errors import DeviceError
from telesurgery_console.pad_labels import family_of, label_of
from telesurgery_console.vocabulary import PAD_AXES, PAD_BUTTONS

FULL_DEFLECTION = 32767.0
HOW_TO_CONNECT = (
    'connect a pad that SDL knows (by cable or radio) and see that its /dev/input/event* may be '
    'read (group input)'
)

UNKNOWN_LAYOUT = 'SDL knows no layout of it: set SDL_GAMECONTROLLERCONFIG, or use device:=joy'


@dataclass(frozen=True, slots=True)
class _Joystick:
    found: Found
    index: int
    instance: int
    """SDL's number of this very connection."""


class SdlPad:
    """A gamepad that may be unplugged and plugged in again.

    ``unit`` chooses among several: an order from 1, or an SDL GUID; empty: the first. ``claims``
    are the pads in use, by SDL's numbers, shared by those who use them: no pad moves two hands.
    DeviceError when it is not there, or when pygame-ce is not installed.

    Attributes:
        instance: SDL's number of this very connection; None while there is none.
        name: what it is.
    """

    reporting = Reporting.POLLED
    buttons = PAD_BUTTONS

    def __init__(self, unit: str = '', claims: set[int] | None = None) -> None:
        self._pygame, self._controllers = _sdl()
        self._unit = unit
        self._claims = set[int]() if claims is None else claims
        self._pad: Any = None
        self.instance: int | None = None
        pads = _pads(self._pygame, self._controllers)
        if not unit:
            pads = [pad for pad in pads if pad.instance not in self._claims]
        chosen = choose('gamepad', [pad.found for pad in pads], unit, HOW_TO_CONNECT)
        pad = next(pad for pad in pads if pad.found is chosen)
        if pad.instance in self._claims:
            raise DeviceError(
                f'gamepad {unit!r} moves the other hand; allowed: one a hand; name another one, '
                'or use unit for one that moves both by turns'
            )
        self._open(pad)

    def label(self, control: str) -> str:
        """Return what is printed on a control of this pad."""
        return label_of(control, self._family)

    def read(self, now: float) -> Reading:
        """Return the state now; unplugged, look for it again."""
        self._pygame.event.pump()
        if self._pad is not None and not self._pad.attached():
            self._let_go()
        if self._pad is None:
            self._look_again()
        if self._pad is None:
            return Reading(None, trouble='unplugged, switched off or out of reach')
        pg = self._pygame
        return Reading(
            Controls(
                axes={
                    name: max(self._pad.get_axis(_code(pg, 'AXIS', name)) / FULL_DEFLECTION, -1.0)
                    for name in PAD_AXES
                },
                buttons=frozenset(
                    name for name in PAD_BUTTONS if self._pad.get_button(_code(pg, 'BUTTON', name))
                ),
            )
        )

    def close(self) -> None:
        """Let go of the pad; SDL stays for whoever else uses it."""
        if self._pad is not None:
            self._pad.quit()
            self._let_go()

    def _let_go(self) -> None:
        if self.instance is not None:
            self._claims.discard(self.instance)
        self._pad, self.instance = None, None

    def _look_again(self) -> None:
        for pad in _pads(self._pygame, self._controllers):
            meant = not self._unit or pad.found.key == self._guid
            if meant and pad.instance not in self._claims:
                self._open(pad)
                return

    def _open(self, pad: _Joystick) -> None:
        self._pad = self._controllers.Controller(pad.index)
        self._guid = pad.found.key
        self._claims.add(pad.instance)
        self.instance = pad.instance
        self.name = f'gamepad {pad.found.name}'
        self._family = family_of(pad.found.key, pad.found.name)


def find_pads() -> list[Found]:
    """Return the joysticks that are connected, those of unknown layout as not usable.

    DeviceError without pygame-ce.
    """
    pygame, controllers = _sdl()
    pygame.event.pump()
    return [pad.found for pad in _pads(pygame, controllers, unknown=True)]


def _pads(pygame: Any, controllers: Any, *, unknown: bool = False) -> list[_Joystick]:
    pads = []
    for index in range(controllers.get_count()):
        usable = bool(controllers.is_controller(index))
        if usable or unknown:
            joystick = pygame.joystick.Joystick(index)
            guid = str(joystick.get_guid())
            detail = f'GUID {guid}' if usable else f'GUID {guid}; {UNKNOWN_LAYOUT}'
            found = Found(guid, str(joystick.get_name()), detail, usable=usable)
            pads.append(_Joystick(found, index, joystick.get_instance_id()))
    return pads


def _sdl() -> tuple[Any, Any]:
    for name, value in (
        ('SDL_VIDEODRIVER', 'dummy'),  # no window
        ('PYGAME_HIDE_SUPPORT_PROMPT', '1'),
        ('SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS', '1'),  # input without focus
        ('SDL_NO_SIGNAL_HANDLERS', '1'),  # Ctrl-C stays ours
        ('SDL_GAMECONTROLLER_USE_BUTTON_LABELS', '0'),  # Nintendo's buttons by place, like all
    ):
        os.environ.setdefault(name, value)
    try:
        import pygame
        from pygame._sdl2 import controller
    except ImportError as error:
        raise DeviceError(
            f'gamepad needs pygame-ce ({error}); allowed: an environment that has it; '
            'run ./telesurgery setup, or use the device keyboard or replay'
        ) from error
    pygame.display.init()  # SDL delivers a pad's events through its event loop
    controller.init()
    pygame.joystick.init()
    return pygame, controller


def _code(pygame: Any, kind: str, name: str) -> int:
    code: int = getattr(pygame, f'CONTROLLER_{kind}_{name.upper()}')
    return code
