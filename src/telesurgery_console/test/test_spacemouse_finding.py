"""Which SpaceMice there are, which one is meant, and what their buttons are called."""

import pytest

from telesurgery_console.errors import DeviceError
from telesurgery_console.mapping import ButtonLayout
from telesurgery_console.spacemouse import HidInfo, SpaceMouse, find_caps
from telesurgery_console.testing import FakeHid, button_report, translation_report

COMPACT = HidInfo('/dev/hidraw0', 0x256F, 0xC635, usage=(1, 8))
OTHER = HidInfo('/dev/hidraw1', 0x256F, 0xC635, serial='S2', usage=(1, 8))
PRO = HidInfo('/dev/hidraw2', 0x046D, 0xC62B, usage=(1, 8))
RECEIVER = HidInfo('/dev/hidraw4', 0x256F, 0xC652, usage=(1, 8))
RIGHT_BUTTON = 1


def test_a_press_between_two_looks_is_not_missed():
    hid = FakeHid(COMPACT)
    mouse = SpaceMouse(hid)
    hid.send(
        COMPACT.path, button_report(RIGHT_BUTTON), button_report(), translation_report(9, 0, 0)
    )

    assert mouse.read(0.0).controls.buttons == {'right'}
    assert mouse.read(0.1).controls.buttons == frozenset()
    assert mouse.read(0.2).controls.axes['y'] < 0.0


def test_two_hands_on_one_are_refused():
    hid = FakeHid(COMPACT, OTHER)
    right = SpaceMouse(hid, 'S2')
    with pytest.raises(DeviceError, match=r"spacemouse '2' is S2, which moves the other hand"):
        SpaceMouse(hid, '2', taken=(right,))


def test_which_one_is_told_by_order_serial_number_or_path():
    hid = FakeHid(OTHER, COMPACT)

    assert SpaceMouse(hid, '2').key == 'S2'
    assert SpaceMouse(hid, 'S2').key == 'S2'
    assert SpaceMouse(hid, '/dev/hidraw1').key == 'S2'
    with pytest.raises(DeviceError, match="'S3' not found; allowed: .*1 SpaceMouse Compact"):
        SpaceMouse(hid, 'S3')


def test_without_one_it_is_said_how_to_connect_one():
    with pytest.raises(DeviceError, match=r'spacemouse not found.*70-telesurgery-spacemouse'):
        SpaceMouse(FakeHid())


def test_one_that_may_not_be_read_names_the_rule():
    hid = FakeHid(COMPACT)
    hid.permitted = False
    with pytest.raises(DeviceError, match=r'/dev/hidraw0 cannot be opened.*70-telesurgery-space'):
        SpaceMouse(hid)


def test_mice_keyboards_and_other_interfaces_are_no_caps():
    mouse = HidInfo('/dev/hidraw5', 0x046D, 0xC077, usage=(1, 2))
    cad_mouse = HidInfo('/dev/hidraw6', 0x256F, 0xC650, usage=(1, 2))
    keyboard_part = HidInfo('/dev/hidraw7', 0x256F, 0xC633, usage=(1, 6))
    unknown_cap = HidInfo('/dev/hidraw8', 0x256F, 0xC7FF, usage=(1, 8))
    found = find_caps(FakeHid(mouse, cad_mouse, keyboard_part, unknown_cap, PRO))

    assert [device.name for device in found] == ['SpaceMouse Pro', '3Dconnexion device c7ff']


@pytest.mark.parametrize(
    ('info', 'layout', 'pressed'),
    [
        (COMPACT, ButtonLayout.AUTO, {'left', 'button12'}),
        (PRO, ButtonLayout.AUTO, {'menu', 'key1'}),
        (RECEIVER, ButtonLayout.AUTO, {'menu', 'key1'}),
        (RECEIVER, ButtonLayout.TWO_BUTTONS, {'left', 'button12'}),
        (COMPACT, ButtonLayout.NUMBERED, {'button0', 'button12'}),
    ],
)
def test_buttons_have_the_names_of_the_product_or_of_the_mapping(info, layout, pressed):
    hid = FakeHid(info)
    mouse = SpaceMouse(hid, layout=layout)
    hid.send(info.path, button_report(0, 12))

    assert mouse.read(0.0).controls.buttons == pressed
