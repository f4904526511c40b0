import numpy as np
import pytest

from telesurgery_console.keyboard import Keyboard, KeyboardMapping
from telesurgery_core.parameters import load_yaml
from telesurgery_core.types import Hand


class ScriptedKeys:
    def __init__(self):
        self.waiting = []
        self.closed = False

    def strike(self, *keys):
        self.waiting += keys

    def read(self):
        keys, self.waiting = self.waiting, []
        return keys

    def close(self):
        self.closed = True


class Operator:
    """A keyboard polled at its rate."""

    def __init__(self, mapping):
        self.keys = ScriptedKeys()
        self.device = Keyboard(self.keys, mapping, rate_hz=200.0)
        self.now = 100.0

    def step(self, seconds=0.005):
        for _ in range(round(seconds * 200.0)):
            sample = self.device.poll(self.now)
            self.now = self.device.next_poll(self.now)
        return sample


@pytest.fixture
def operator(workspace):
    mapping = load_yaml(KeyboardMapping, workspace / 'config' / 'devices' / 'keyboard.yaml')
    return Operator(mapping)


def x_of(sample, hand=Hand.RIGHT):
    return float(sample.hand(hand).T_view_hand[0, 3])


def test_one_stroke_moves_the_hand_for_the_hold_time(operator):
    before = x_of(operator.step())
    operator.keys.strike('a')
    after = x_of(operator.step(1.0))

    assert after - before == pytest.approx(0.04 * 0.12, abs=0.04 * 0.006)


def test_a_held_key_moves_the_hand_steadily_once_the_terminal_repeats_it(operator):
    before = x_of(operator.step())
    for _ in range(30):  # a repeat rate of 30 Hz, for a second
        operator.keys.strike('a')
        after = x_of(operator.step(1.0 / 30.0))

    assert after - before == pytest.approx(0.04 * 7 * 0.005 * 30, rel=0.05)


def test_presence_is_a_switch(operator):
    assert not operator.step().operator_present
    operator.keys.strike('p')
    assert operator.step().operator_present
    assert operator.step().operator_present
    operator.keys.strike('p')
    assert not operator.step().operator_present
    assert operator.device.notices() == ['presence on', 'presence off']


def test_an_operator_who_strikes_no_key_has_left(operator):
    operator.keys.strike('p')
    operator.step()
    assert operator.step(29.0).operator_present
    assert not operator.step(2.0).operator_present
    assert 'no key for 30 s' in operator.device.notices()[-1]


def test_any_stroke_shows_that_the_operator_is_there(operator):
    operator.keys.strike('p')
    operator.step(20.0)
    operator.keys.strike('z')  # bound to nothing

    assert operator.step(20.0).operator_present


def test_clutch_and_camera_are_switches(operator):
    operator.keys.strike('c', 'v')
    sample = operator.step()

    assert (sample.clutch, sample.camera) == (True, True)


def test_tab_changes_hands(operator):
    before = operator.step()
    operator.keys.strike('tab', 'd')
    after = operator.step(0.5)

    assert x_of(after, Hand.LEFT) < x_of(before, Hand.LEFT)
    assert np.array_equal(after.right.T_view_hand, before.right.T_view_hand)


def test_quitting_drops_the_presence_and_finishes(operator):
    operator.keys.strike('p', 'q')
    sample = operator.step()

    assert not sample.operator_present
    assert operator.device.finished


def test_the_help_line_names_every_key(operator):
    line = operator.device.describe()

    assert 'p presence' in line
    assert 'a +x' in line
    assert '\n' not in line


def test_closing_lets_go_of_the_terminal(operator):
    operator.device.close()

    assert operator.keys.closed
