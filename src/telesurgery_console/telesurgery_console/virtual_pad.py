"""For tests: controllers that exist in SDL only, through the C interface of pygame's own SDL.

pygame-ce does not expose SDL's virtual joysticks. They live in the process that attaches them.
"""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path

from telesurgery_console.errors import DeviceError
from telesurgery_console.vocabulary import PAD_AXES, PAD_BUTTONS

GAMECONTROLLER, AXES, BUTTONS, HATS = 1, 6, 15, 1
FULL = 32767


def sdl_library() -> ctypes.CDLL:
    """Return the SDL that pygame uses: bundled with its wheel, or the system's.

    DeviceError where it cannot be called or has no virtual joysticks.
    """
    spec = importlib.util.find_spec('pygame')
    folder = Path(str(spec.origin)).parent.parent / 'pygame_ce.libs' if spec else Path('nowhere')
    bundled = sorted(folder.glob('libSDL2-2*')) if folder.is_dir() else []
    try:
        library = ctypes.CDLL(str(bundled[0]) if bundled else 'libSDL2-2.0.so.0')
    except OSError as error:
        raise DeviceError(f'the SDL that pygame uses cannot be called: {error}') from error
    if not hasattr(library, 'SDL_JoystickAttachVirtual'):
        raise DeviceError('this SDL has no virtual joysticks; allowed: 2.0.14 or newer; update it')
    library.SDL_JoystickOpen.restype = ctypes.c_void_p
    library.SDL_JoystickSetVirtualAxis.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int16]
    library.SDL_JoystickSetVirtualButton.argtypes = [
        ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8,
    ]  # fmt: skip
    return library


class VirtualPad:
    """A controller with SDL's six axes and fifteen buttons; SDL must have been started."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._sdl = library
        self._index = library.SDL_JoystickAttachVirtual(GAMECONTROLLER, AXES, BUTTONS, HATS)
        if self._index < 0:
            raise DeviceError('SDL has not attached a virtual joystick')
        self._joystick = library.SDL_JoystickOpen(self._index)

    def tilt(self, axis: str, value: float) -> None:
        """Put an axis to -1..1; a trigger rests at -1 here, as joysticks have it."""
        self._sdl.SDL_JoystickSetVirtualAxis(
            self._joystick, PAD_AXES.index(axis), round(value * FULL)
        )

    def press(self, button: str, *, pressed: bool = True) -> None:
        """Press or release a button."""
        number = PAD_BUTTONS.index(button)
        self._sdl.SDL_JoystickSetVirtualButton(self._joystick, number, int(pressed))

    def unplug(self) -> None:
        """Take it away."""
        self._sdl.SDL_JoystickDetachVirtual(self._index)
