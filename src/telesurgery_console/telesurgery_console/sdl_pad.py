"""Gamepads through SDL (pygame-ce): any pad that SDL's mapping knows, with its names."""

from __future__ import annotations

import os
from typing import Any

from telesurgery_console.errors import DeviceError
from telesurgery_console.gamepad import AXES, BUTTONS, PadState

FULL_DEFLECTION = 32767.0


class SdlPad:
    """The first gamepad that is connected; it may be unplugged and plugged in again.

    DeviceError when there is none, or when pygame-ce is not installed.
    """

    def __init__(self) -> None:
        self._pygame, self._controllers = _sdl()
        self._pad: Any = self._first()
        if self._pad is None:
            unknown = self._pygame.joystick.get_count()
            raise DeviceError(
                f'gamepad not found ({unknown} joysticks of unknown layout); allowed: a pad that '
                'SDL knows; connect one, or use the device keyboard or replay'
            )
        self.name: str = self._pad.name

    def read(self) -> PadState | None:
        """Return the state now, or None while the pad is not connected."""
        self._pygame.event.pump()
        if self._pad is not None and not self._pad.attached():
            self._pad = None
        if self._pad is None:
            self._pad = self._first()
        if self._pad is None:
            return None
        pg = self._pygame
        return PadState(
            axes={
                name: max(self._pad.get_axis(_code(pg, 'AXIS', name)) / FULL_DEFLECTION, -1.0)
                for name in AXES
            },
            buttons=frozenset(
                name for name in BUTTONS if self._pad.get_button(_code(pg, 'BUTTON', name))
            ),
        )

    def close(self) -> None:
        """Let go of SDL."""
        self._controllers.quit()
        self._pygame.quit()

    def _first(self) -> Any:
        for index in range(self._controllers.get_count()):
            if self._controllers.is_controller(index):
                return self._controllers.Controller(index)
        return None


def _sdl() -> tuple[Any, Any]:
    # No window, no greeting, input without focus, and Ctrl-C stays ours.
    for name, value in (
        ('SDL_VIDEODRIVER', 'dummy'),
        ('PYGAME_HIDE_SUPPORT_PROMPT', '1'),
        ('SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS', '1'),
        ('SDL_NO_SIGNAL_HANDLERS', '1'),
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
    return pygame, controller


def _code(pygame: Any, kind: str, name: str) -> int:
    code: int = getattr(pygame, f'CONTROLLER_{kind}_{name.upper()}')
    return code
