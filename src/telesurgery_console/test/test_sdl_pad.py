"""Real SDL with a virtual controller: SDL's own, attached through its C interface.

pygame-ce does not expose it, so the test calls the SDL library that pygame-ce has loaded.
"""

import ctypes
import importlib.util
from pathlib import Path

import pytest

from telesurgery_console.errors import DeviceError
from telesurgery_console.sdl_pad import SdlPad

pygame = pytest.importorskip('pygame')
GAMECONTROLLER, AXES, BUTTONS, HATS = 1, 6, 15, 1


def sdl_library():
    """Return the SDL that pygame uses: bundled with its wheel, or the system's."""
    folder = Path(importlib.util.find_spec('pygame').origin).parent.parent / 'pygame_ce.libs'
    bundled = sorted(folder.glob('libSDL2-2*')) if folder.is_dir() else []
    try:
        library = ctypes.CDLL(str(bundled[0]) if bundled else 'libSDL2-2.0.so.0')
    except OSError as error:
        pytest.skip(f'the SDL that pygame uses cannot be called: {error}')
    if not hasattr(library, 'SDL_JoystickAttachVirtual'):
        pytest.skip('this SDL has no virtual joysticks')
    library.SDL_JoystickOpen.restype = ctypes.c_void_p
    library.SDL_JoystickSetVirtualAxis.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int16]
    library.SDL_JoystickSetVirtualButton.argtypes = [
        ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8,
    ]  # fmt: skip
    return library


class VirtualController:
    """A controller that exists in SDL only."""

    def __init__(self, sdl):
        self.sdl = sdl
        self.index = sdl.SDL_JoystickAttachVirtual(GAMECONTROLLER, AXES, BUTTONS, HATS)
        assert self.index >= 0
        self.joystick = sdl.SDL_JoystickOpen(self.index)

    def axis(self, number, value):
        self.sdl.SDL_JoystickSetVirtualAxis(self.joystick, number, value)

    def button(self, number, pressed):
        self.sdl.SDL_JoystickSetVirtualButton(self.joystick, number, pressed)

    def unplug(self):
        self.sdl.SDL_JoystickDetachVirtual(self.index)


@pytest.fixture
def sdl(monkeypatch):
    monkeypatch.setenv('SDL_VIDEODRIVER', 'dummy')
    monkeypatch.setenv('SDL_JOYSTICK_DEVICE', '/dev/null')
    library = sdl_library()
    from pygame._sdl2 import controller

    pygame.display.init()
    controller.init()
    if controller.get_count():
        pytest.skip('a real controller is connected')
    yield library
    controller.quit()
    pygame.quit()


def test_without_a_pad_one_line_says_so(sdl):
    with pytest.raises(DeviceError, match=r'gamepad not found.*connect one'):
        SdlPad()


def test_axes_and_buttons_are_read_by_their_names(sdl):
    virtual = VirtualController(sdl)
    pad = SdlPad()
    virtual.axis(0, 32767)
    virtual.axis(1, -32768)
    virtual.button(0, 1)
    virtual.button(10, 1)
    state = pad.read()

    assert state.axes['leftx'] == 1.0
    assert state.axes['lefty'] == -1.0
    assert state.buttons == {'a', 'rightshoulder'}
    pad.close()


def test_a_pad_may_go_away_and_another_come(sdl):
    virtual = VirtualController(sdl)
    pad = SdlPad()
    assert pad.read() is not None
    virtual.unplug()
    assert pad.read() is None
    VirtualController(sdl)
    assert pad.read() is not None
    pad.close()
