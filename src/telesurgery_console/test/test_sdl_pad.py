"""Real SDL with virtual controllers: SDL's own, attached through its C interface."""

import pytest

from telesurgery_console.errors import DeviceError
from telesurgery_console.mapping import load_mapping
from telesurgery_console.rate_device import RateDevice
from telesurgery_console.sdl_pad import SdlPad, find_pads
from telesurgery_console.testing import RATE_HZ, Operator, moved
from telesurgery_console.unit import Unit
from telesurgery_console.virtual_pad import VirtualPad, sdl_library
from telesurgery_core.types import Hand

pygame = pytest.importorskip('pygame')


@pytest.fixture
def sdl(monkeypatch):
    monkeypatch.setenv('SDL_VIDEODRIVER', 'dummy')
    monkeypatch.setenv('SDL_JOYSTICK_DEVICE', '/dev/null')
    try:
        library = sdl_library()
    except DeviceError as error:
        pytest.skip(str(error))
    from pygame._sdl2 import controller

    pygame.display.init()
    controller.init()
    if controller.get_count():
        pytest.skip('a real controller is connected')
    yield library
    controller.quit()
    pygame.quit()


def test_without_a_pad_one_line_says_how_to_connect_one(sdl):
    assert find_pads() == []
    with pytest.raises(DeviceError, match=r'gamepad not found.*connect a pad.*group input'):
        SdlPad()


def test_axes_and_buttons_are_read_by_their_names(sdl):
    virtual = VirtualPad(sdl)
    pad = SdlPad()
    virtual.tilt('leftx', 1.0)
    virtual.tilt('lefty', -1.0)
    virtual.press('a')
    virtual.press('rightshoulder')
    controls = pad.read(0.0).controls

    assert controls.axes['leftx'] == 1.0
    assert controls.axes['lefty'] == -1.0
    assert controls.buttons == {'a', 'rightshoulder'}
    pad.close()


def test_a_pad_may_go_away_and_another_come(sdl):
    virtual = VirtualPad(sdl)
    pad = SdlPad()
    assert pad.read(0.0).controls is not None
    virtual.unplug()
    gone = pad.read(0.0)
    assert gone.controls is None
    assert gone.trouble == 'unplugged, switched off or out of reach'
    VirtualPad(sdl)
    assert pad.read(0.0).controls is not None
    pad.close()


def test_two_pads_are_two_hands_and_stay_apart(sdl):
    first, second = VirtualPad(sdl), VirtualPad(sdl)
    claims = set()
    right, left = SdlPad('1', claims), SdlPad('2', claims)
    first.press('a')
    second.press('b')
    pygame.event.pump()

    assert right.read(0.0).controls.buttons == {'a'}
    assert left.read(0.0).controls.buttons == {'b'}


@pytest.mark.parametrize('lost', [0, 1], ids=['right', 'left'])
def test_a_pad_that_is_lost_does_not_take_the_other_hands(sdl, lost):
    virtual = [VirtualPad(sdl), VirtualPad(sdl)]
    claims = set()
    pads = [SdlPad('1', claims), SdlPad('2', claims)]
    for pad in virtual:
        pad.press('a')
    virtual[lost].unplug()
    for _ in range(2):
        assert pads[lost].read(0.0).controls is None
    assert pads[1 - lost].read(0.0).controls.buttons == {'a'}

    VirtualPad(sdl).press('b')
    assert pads[lost].read(0.0).controls is not None, 'the one that has come'
    assert pads[1 - lost].read(0.0).controls.buttons == {'a'}


def test_a_pad_that_moves_one_hand_cannot_move_the_other(sdl):
    VirtualPad(sdl)
    claims = set()
    SdlPad('1', claims)
    with pytest.raises(DeviceError, match="gamepad '1' moves the other hand"):
        SdlPad('1', claims)


def test_a_pad_that_is_not_there_is_named_with_those_that_are(sdl):
    VirtualPad(sdl)
    with pytest.raises(DeviceError, match=r"gamepad '7' not found; allowed: .*\(1 "):
        SdlPad('7')


def test_a_virtual_pad_drives_a_hand_through_the_shipped_mapping(sdl, workspace):
    mapping = load_mapping(workspace / 'config' / 'devices' / 'gamepad.yaml', 'gamepad')
    virtual = VirtualPad(sdl)
    operator = Operator(RateDevice({None: Unit(SdlPad(), mapping)}, mapping, RATE_HZ))
    operator.step()
    virtual.press('rightshoulder')
    before = operator.step()
    virtual.tilt('righty', -0.9)
    after = operator.wait(0.5)

    assert after.operator_present
    assert moved(before, after)[1] > 0.01, 'up'
    assert moved(before, after, Hand.LEFT) == [0.0, 0.0, 0.0]
    virtual.unplug()
    assert not operator.step().operator_present
    assert 'is gone: unplugged' in operator.device.notices()[0]
