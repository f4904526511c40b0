"""The gamepad device over a scripted pad: what SDL would say, written down by the test."""

import numpy as np
import pytest

from telesurgery_console.gamepad import Gamepad, GamepadMapping, PadState
from telesurgery_core.parameters import load_yaml
from telesurgery_core.types import Hand

RATE_HZ = 200.0


class ScriptedPad:
    """Says what the test tells it to say."""

    name = 'scripted pad'

    def __init__(self):
        self.state = PadState()
        self.closed = False

    def press(self, *buttons, **axes):
        self.state = PadState(axes=axes, buttons=frozenset(buttons))

    def unplug(self):
        self.state = None

    def read(self):
        return self.state

    def close(self):
        self.closed = True


class Operator:
    """A gamepad polled at its rate."""

    def __init__(self, mapping):
        self.pad = ScriptedPad()
        self.device = Gamepad(self.pad, mapping, RATE_HZ)
        self.now = 100.0

    def step(self, count=1):
        for _ in range(count):
            sample = self.device.poll(self.now)
            self.now = self.device.next_poll(self.now)
        return sample


@pytest.fixture
def operator(workspace):
    mapping = load_yaml(GamepadMapping, workspace / 'config' / 'devices' / 'gamepad.yaml')
    return Operator(mapping)


def moved(before, after, hand=Hand.RIGHT):
    return after.hand(hand).T_view_hand[:3, 3] - before.hand(hand).T_view_hand[:3, 3]


def test_it_is_asked_at_its_rate(operator):
    start = operator.now
    operator.step(200)

    assert operator.now - start == pytest.approx(1.0)


def test_the_operator_is_present_while_the_button_is_held(operator):
    assert not operator.step().operator_present
    operator.pad.press('rightshoulder')
    assert operator.step().operator_present
    operator.pad.press()
    assert not operator.step().operator_present


def test_a_button_that_was_held_before_it_all_began_is_no_presence(operator):
    operator.pad.press('rightshoulder')

    assert not operator.step(10).operator_present


def test_a_stick_moves_the_hand_as_seen_on_the_display(operator):
    before = operator.step()
    operator.pad.press(leftx=1.0)
    after = operator.step(200)

    assert np.allclose(moved(before, after), [-0.06, 0.0, 0.0], atol=1e-9), 'right is -X'


def test_shift_makes_the_same_stick_turn_the_hand(operator):
    operator.pad.press('leftshoulder')
    before = operator.step()
    operator.pad.press('leftshoulder', leftx=1.0)
    after = operator.step(100)

    assert not moved(before, after).any()
    assert not np.allclose(after.right.T_view_hand[:3, :3], np.eye(3), atol=0.1)


def test_triggers_open_and_close_the_gripper(operator):
    operator.pad.press(triggerright=1.0)
    assert operator.step(400).right.gripper == 0.0
    operator.pad.press(triggerleft=1.0)
    assert operator.step(400).right.gripper == pytest.approx(1.0472)


def test_one_stroke_of_the_button_changes_hands_once(operator):
    operator.pad.press('y', leftx=1.0)
    before = operator.step()
    after = operator.step(100)

    assert moved(before, after, Hand.LEFT).any()
    assert not moved(before, after, Hand.RIGHT).any()


def test_pedals_are_pressed_while_their_buttons_are_held(operator):
    operator.pad.press('a', 'b')
    sample = operator.step()

    assert (sample.clutch, sample.camera) == (True, True)


def test_a_pad_that_goes_away_drops_the_presence_and_says_so(operator):
    operator.step()
    operator.pad.press('rightshoulder', leftx=1.0)
    before = operator.step()
    operator.pad.unplug()
    after = operator.step(50)

    assert not after.operator_present
    assert not moved(before, after).any()
    assert operator.device.notices() == [
        'gamepad scripted pad is gone: the operator is no longer present'
    ]


def test_a_pad_that_comes_back_needs_the_button_released_first(operator):
    operator.step()
    operator.pad.unplug()
    operator.step()
    operator.pad.press('rightshoulder')
    assert not operator.step(20).operator_present
    operator.pad.press()
    operator.step()
    operator.pad.press('rightshoulder')
    assert operator.step().operator_present
    assert 'is back: release the presence button' in operator.device.notices()[-1]


def test_it_says_what_its_buttons_do_and_lets_go_of_the_pad(operator):
    assert 'rightshoulder presence' in operator.device.describe()
    operator.device.close()
    assert operator.pad.closed
