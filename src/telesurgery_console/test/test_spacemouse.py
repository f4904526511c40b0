"""SpaceMice over a fake HID: connected and lost, one or two, small and large.

Their reports are made by formula after the published layout; they are no captures of devices.
"""

import pytest
import yaml

from telesurgery_console.health import Health
from telesurgery_console.mapping import ControlMapping, load_mapping
from telesurgery_console.rate_device import RateDevice
from telesurgery_console.spacemouse import HidInfo, SpaceMouse
from telesurgery_console.testing import (
    RATE_HZ,
    FakeHid,
    Operator,
    button_report,
    motion_report,
    moved,
    rotation_report,
    translation_report,
)
from telesurgery_console.unit import Unit
from telesurgery_core.parameters import from_mapping
from telesurgery_core.types import Hand

COMPACT = HidInfo('/dev/hidraw0', 0x256F, 0xC635, usage=(1, 8))
OTHER = HidInfo('/dev/hidraw1', 0x256F, 0xC635, serial='S2', usage=(1, 8))
PRO = HidInfo('/dev/hidraw2', 0x046D, 0xC62B, usage=(1, 8))
ENTERPRISE = HidInfo('/dev/hidraw3', 0x256F, 0xC633, usage=(1, 8))
RECEIVER = HidInfo('/dev/hidraw4', 0x256F, 0xC652, usage=(1, 8))
LEFT_BUTTON, RIGHT_BUTTON = 0, 1


@pytest.fixture
def mapping(workspace):
    return load_mapping(workspace / 'config' / 'devices' / 'spacemouse.yaml', 'spacemouse')


def operator_with(hid, mapping, **units):
    mice = []
    for unit in units.values() if units else ['']:
        mice.append(SpaceMouse(hid, unit, taken=tuple(mice)))
    hands = [Hand[name] for name in units] if units else [None]
    held = {hand: Unit(mouse, mapping) for hand, mouse in zip(hands, mice, strict=True)}
    operator = Operator(RateDevice(held, mapping, RATE_HZ))
    operator.step()
    return operator


def push(operator, hid, seconds, right, path=COMPACT.path, period=2):
    """Push the cap to the right; it reports every other look, wandering by a count."""
    for k in range(round(seconds * RATE_HZ)):
        if k % period == 0:
            hid.send(path, translation_report(right + k % 3, 0, 0))
        sample = operator.step()
    return sample


def test_the_cap_moves_the_hand_as_the_cap_is_moved(mapping):
    hid = FakeHid(COMPACT)
    operator = operator_with(hid, mapping)
    hid.send(COMPACT.path, button_report(LEFT_BUTTON))
    before = operator.step()
    after = push(operator, hid, 0.5, right=349)
    x, y, z = moved(before, after)

    assert before.operator_present
    assert x < -0.02, 'X is left'
    assert (y, z) == (0.0, 0.0)


@pytest.mark.parametrize(
    ('report', 'axis', 'sign'),
    [
        (translation_report(0, -300, 0), 2, 1),  # pushed away
        (translation_report(0, 0, -300), 1, 1),  # pulled up
    ],
)
def test_each_direction_is_that_of_the_display(mapping, report, axis, sign):
    hid = FakeHid(COMPACT)
    operator = operator_with(hid, mapping)
    hid.send(COMPACT.path, button_report(LEFT_BUTTON))
    before = operator.step()
    hid.send(COMPACT.path, report)
    way = moved(before, operator.wait(0.1))

    assert way[axis] * sign > 0.001
    assert [value for k, value in enumerate(way) if k != axis] == [0.0, 0.0]


def test_turning_the_cap_turns_the_hand_by_the_right_hand_rule(mapping):
    hid = FakeHid(COMPACT)
    operator = operator_with(hid, mapping)
    hid.send(COMPACT.path, button_report(LEFT_BUTTON), rotation_report(0, 0, -300))
    operator.step()
    R = operator.wait(0.1).right.T_view_hand[:3, :3]

    # About up, which is Y of the display: Z (away) turns towards X (left).
    assert R[0, 2] > 0.001
    assert R[1, 1] == pytest.approx(1.0)


def test_a_wireless_one_reports_all_axes_at_once(mapping):
    hid = FakeHid(ENTERPRISE)
    operator = operator_with(hid, mapping)
    hid.send(ENTERPRISE.path, button_report(23))  # alt
    before = operator.step()
    hid.send(ENTERPRISE.path, motion_report((0, -300, 0), (0, 0, -300)))
    after = operator.wait(0.1)

    assert moved(before, after)[2] > 0.001
    assert after.right.T_view_hand[0, 2] > 0.001


def test_silence_at_rest_is_rest(mapping):
    hid = FakeHid(COMPACT)
    operator = operator_with(hid, mapping)
    hid.send(COMPACT.path, button_report(LEFT_BUTTON))

    assert operator.wait(5.0).operator_present


def test_silence_off_centre_is_a_loss(mapping):
    """The cap was deflected, and its radio went: its last value is no motion."""
    hid = FakeHid(COMPACT)
    operator = operator_with(hid, mapping)
    hid.send(COMPACT.path, button_report(LEFT_BUTTON))
    operator.step()
    push(operator, hid, 0.5, right=200)
    assert operator.wait(0.2).operator_present
    lost = operator.wait(0.1)
    assert not lost.operator_present
    assert operator.device.status().health is Health.SILENT
    assert moved(lost, operator.wait(2.0)) == [0.0, 0.0, 0.0]
    assert 'has fallen silent: nothing for 0.25 s' in operator.device.notices()[0]


def test_unplugged_and_plugged_in_again_it_must_be_taken_anew(mapping):
    hid = FakeHid(COMPACT)
    operator = operator_with(hid, mapping)
    hid.send(COMPACT.path, button_report(LEFT_BUTTON))
    operator.step()
    hid.unplug(COMPACT.path)
    assert not operator.step().operator_present
    assert operator.device.status().health is Health.GONE
    hid.plug_in(COMPACT)
    hid.send(COMPACT.path, button_report(LEFT_BUTTON))
    assert not operator.wait(1.1).operator_present
    assert operator.device.status().health is Health.OK

    hid.send(COMPACT.path, button_report())
    operator.step()
    hid.send(COMPACT.path, button_report(LEFT_BUTTON))
    assert operator.step().operator_present


def test_one_that_moves_both_hands_may_come_back_anywhere(mapping):
    hid = FakeHid(COMPACT)
    operator = operator_with(hid, mapping)
    hid.unplug(COMPACT.path)
    operator.step()
    hid.plug_in(OTHER)
    operator.wait(1.1)

    assert operator.device.status().health is Health.OK


def test_one_a_hand_is_waited_for_where_it_was_plugged_in(mapping):
    left = HidInfo('/dev/hidraw0', 0x256F, 0xC635, usage=(1, 8), port='usb-1/input0')
    right = HidInfo('/dev/hidraw1', 0x256F, 0xC635, usage=(1, 8), port='usb-2/input0')
    hid = FakeHid(left, right)
    operator = operator_with(hid, mapping, RIGHT='usb-2/input0', LEFT='1')
    for lost in (left, right):
        hid.unplug(lost.path)
    operator.step()
    # The system gives the paths anew, and in the other order.
    hid.plug_in(HidInfo('/dev/hidraw1', 0x256F, 0xC635, usage=(1, 8), port='usb-1/input0'))
    hid.plug_in(HidInfo('/dev/hidraw0', 0x256F, 0xC635, usage=(1, 8), port='usb-2/input0'))
    operator.wait(1.1)
    assert operator.device.status().health is Health.OK
    hid.send('/dev/hidraw0', button_report(LEFT_BUTTON))
    before = operator.step()
    after = push(operator, hid, 0.3, right=300, path='/dev/hidraw0')

    assert moved(before, after, Hand.RIGHT)[0] < -0.005
    assert moved(before, after, Hand.LEFT) == [0.0, 0.0, 0.0]


def test_one_that_comes_back_before_it_may_be_read_is_tried_again(mapping):
    hid = FakeHid(COMPACT)
    operator = operator_with(hid, mapping)
    hid.unplug(COMPACT.path)
    operator.step()
    hid.plug_in(COMPACT)
    hid.permitted = False
    operator.wait(1.5)
    hid.permitted = True
    operator.wait(1.5)

    assert operator.device.status().health is Health.OK


def test_two_of_them_are_one_a_hand(mapping):
    hid = FakeHid(COMPACT, OTHER)
    operator = operator_with(hid, mapping, RIGHT='1', LEFT='S2')
    for path in (COMPACT.path, OTHER.path):
        hid.send(path, button_report(LEFT_BUTTON))
    before = operator.step()
    after = push(operator, hid, 0.3, right=300, path=OTHER.path)

    assert moved(before, after, Hand.LEFT)[0] < -0.005
    assert moved(before, after, Hand.RIGHT) == [0.0, 0.0, 0.0]


def test_a_hand_whose_own_button_is_not_held_rests(mapping):
    hid = FakeHid(COMPACT, OTHER)
    operator = operator_with(hid, mapping, RIGHT='1', LEFT='2')
    hid.send(COMPACT.path, button_report(LEFT_BUTTON))
    before = operator.step()
    after = push(operator, hid, 0.3, right=300, path=OTHER.path)

    assert after.operator_present
    assert moved(before, after, Hand.LEFT) == [0.0, 0.0, 0.0]


def test_one_lost_of_two_lets_go_of_both_hands(mapping):
    hid = FakeHid(COMPACT, OTHER)
    operator = operator_with(hid, mapping, RIGHT='1', LEFT='2')
    for path in (COMPACT.path, OTHER.path):
        hid.send(path, button_report(LEFT_BUTTON))
    assert operator.step().operator_present
    hid.unplug(OTHER.path)
    assert not operator.step().operator_present
    hid.plug_in(OTHER)
    assert not operator.wait(1.5).operator_present, 'the other one must be let go, too'


def test_it_says_only_what_its_own_buttons_do(mapping):
    operator = operator_with(FakeHid(COMPACT), mapping)

    assert operator.device.describe() == (
        'spacemouse SpaceMouse Compact: left presence, right jaw_toggle'
    )


def test_two_of_them_are_told_apart_by_their_hands(mapping):
    hid = FakeHid(COMPACT, OTHER)
    operator = operator_with(hid, mapping, RIGHT='1', LEFT='2')
    hid.unplug(OTHER.path)
    operator.step()

    assert operator.device.notices() == [
        'left hand: spacemouse SpaceMouse Compact is gone: unplugged'
    ]
    assert operator.device.status().detail.startswith('left hand: spacemouse')


def test_one_without_any_button_for_presence_is_a_fault(workspace):
    text = (workspace / 'config' / 'devices' / 'spacemouse.yaml').read_text()
    content = yaml.safe_load(text.replace('left: presence', 'left: clutch'))
    mapping = from_mapping(ControlMapping, content, where='test')
    operator = operator_with(FakeHid(COMPACT), mapping)

    assert operator.device.status().health is Health.FAULT
    assert 'none of its buttons is presence' in operator.device.status().detail
