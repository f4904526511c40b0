import numpy as np
import pytest

from telesurgery_console.health import Health
from telesurgery_console.keyboard import Keyboard
from telesurgery_console.keyboard_mapping import KeyboardMapping
from telesurgery_console.testing import RATE_HZ, Operator, ScriptedKeys, moved
from telesurgery_core.parameters import load_yaml
from telesurgery_core.types import Hand


class Typist(Operator):
    def __init__(self, mapping):
        self.keys = ScriptedKeys()
        super().__init__(Keyboard(self.keys, mapping, RATE_HZ))


@pytest.fixture
def operator(workspace):
    return Typist(load_yaml(KeyboardMapping, workspace / 'config' / 'devices' / 'keyboard.yaml'))


def x_of(sample, hand=Hand.RIGHT):
    return float(sample.hand(hand).T_view_hand[0, 3])


def test_one_stroke_moves_the_hand_for_the_hold_time(operator):
    operator.keys.strike('p')
    before = x_of(operator.step())
    operator.keys.strike('a')
    after = x_of(operator.wait(1.0))

    # It speeds up and slows down alike: the way is that of the hold time at full speed.
    assert after - before == pytest.approx(0.04 * 0.12, abs=0.04 * 0.006)


def test_without_presence_no_stroke_moves_a_hand(operator):
    before = operator.step()
    operator.keys.strike('a', 'h', 'x')
    after = operator.wait(1.0)

    assert moved(before, after) == [0.0, 0.0, 0.0]
    assert after.right.gripper == before.right.gripper


def test_a_held_key_moves_the_hand_steadily_once_the_terminal_repeats_it(operator):
    operator.keys.strike('p')
    before = x_of(operator.step())
    for _ in range(30):  # a repeat rate of 30 Hz, for a second
        operator.keys.strike('a')
        after = x_of(operator.wait(1.0 / 30.0))

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
    assert operator.wait(29.0).operator_present
    assert not operator.wait(2.0).operator_present
    assert 'no key for 30 s' in operator.device.notices()[-1]


def test_any_stroke_shows_that_the_operator_is_there(operator):
    operator.keys.strike('p')
    operator.wait(20.0)
    operator.keys.strike('z')  # bound to nothing

    assert operator.wait(20.0).operator_present


def test_clutch_and_camera_are_switches(operator):
    operator.keys.strike('c', 'v')
    sample = operator.step()

    assert (sample.clutch, sample.camera) == (True, True)


def test_tab_changes_hands(operator):
    operator.keys.strike('p')
    before = operator.step()
    operator.keys.strike('tab', 'd')
    after = operator.wait(0.5)

    assert x_of(after, Hand.LEFT) < x_of(before, Hand.LEFT)
    assert np.array_equal(after.right.T_view_hand, before.right.T_view_hand)


def test_stop_drops_the_presence_and_says_so_for_as_long_as_a_stroke_lasts(operator):
    operator.keys.strike('p')
    assert operator.step().operator_present
    operator.keys.strike('space')
    sample = operator.step()

    assert (sample.operator_present, sample.stop) == (False, True)
    assert not operator.wait(0.2).stop


def test_one_stroke_asks_for_the_next_arm_of_the_active_hand(operator):
    operator.keys.strike('tab', 't')

    assert operator.step().arm_swap == (Hand.LEFT,)
    assert operator.step().arm_swap == ()


def test_one_stroke_closes_the_gripper_and_the_next_opens_it(operator):
    operator.keys.strike('p', 'x')
    assert operator.wait(1.0).right.gripper == 0.0
    operator.keys.strike('x')
    assert operator.wait(1.0).right.gripper == pytest.approx(1.0472)


def test_its_status_tells_that_nobody_is_there(operator):
    operator.keys.strike('p')
    operator.wait(31.0)

    assert operator.device.status().health is Health.IDLE
    operator.keys.strike('p')
    operator.step()
    assert operator.device.status().health is Health.OK


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
