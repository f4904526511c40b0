"""The gamepad's mapping over a scripted pad: what SDL would say, written down by the test."""

import numpy as np
import pytest

from telesurgery_console.health import Health
from telesurgery_console.mapping import load_mapping
from telesurgery_console.testing import Holder, moved
from telesurgery_core.transforms import rotation_about
from telesurgery_core.types import Hand

SPEED, RAMP_S = 0.06, 0.1
"""Of the shipped mapping: full speed [m/s] and the time to reach it with 0.6 m/s^2."""


@pytest.fixture
def operator(workspace):
    return Holder(load_mapping(workspace / 'config' / 'devices' / 'gamepad.yaml', 'gamepad'))


def hold(operator, seconds, *buttons, **axes):
    """Hold controls for so long, a stick wandering by counts as it does in a hand."""
    for k in range(round(seconds * 200)):
        operator.source.press(*buttons, **{n: v - 1e-5 * (k % 2) for n, v in axes.items()})
        sample = operator.step()
    return sample


def test_it_is_asked_at_its_rate(operator):
    start = operator.now
    operator.step(200)

    assert operator.now - start == pytest.approx(1.0)


def test_the_operator_is_present_while_the_button_is_held(operator):
    assert not operator.step().operator_present
    assert operator.take('rightshoulder').operator_present
    operator.source.press()
    assert not operator.step().operator_present


def test_a_button_that_was_held_before_it_all_began_is_no_presence(operator):
    operator.source.press('rightshoulder')

    assert not operator.step(10).operator_present
    assert operator.device.notices() == [
        'scripted pad: release the presence button, then hold it again'
    ]


def test_a_stick_moves_the_hand_as_seen_on_the_display(operator):
    before = operator.take('rightshoulder')
    after = hold(operator, 1.0, 'rightshoulder', leftx=1.0)

    way = SPEED * (1.0 - RAMP_S / 2)
    assert moved(before, after) == pytest.approx([-way, 0.0, 0.0], abs=3e-4), 'right is -X'


def test_without_presence_no_stick_moves_a_hand(operator):
    before = operator.step()
    after = hold(operator, 0.5, leftx=1.0, righty=1.0)

    assert moved(before, after) == [0.0, 0.0, 0.0]


def test_letting_go_of_the_button_stops_the_hand_at_once(operator):
    operator.take('rightshoulder')
    before = hold(operator, 0.5, 'rightshoulder', leftx=1.0)
    after = hold(operator, 0.5, leftx=1.0)

    assert moved(before, after) == [0.0, 0.0, 0.0]


def test_a_stick_held_when_presence_comes_moves_only_after_it_was_at_rest(operator):
    operator.source.press(leftx=1.0)
    operator.step()
    before = hold(operator, 0.1, 'rightshoulder', leftx=1.0)
    stuck = hold(operator, 0.5, 'rightshoulder', leftx=1.0)
    assert moved(before, stuck) == [0.0, 0.0, 0.0]

    operator.take('rightshoulder')
    assert moved(before, hold(operator, 0.5, 'rightshoulder', leftx=1.0))[0] < -0.01


def test_shift_makes_the_same_stick_turn_the_hand(operator):
    before = operator.take('rightshoulder', 'leftshoulder')
    after = hold(operator, 1.1, 'rightshoulder', 'leftshoulder', leftx=1.0)

    assert moved(before, after) == [0.0, 0.0, 0.0]
    # 0.8 rad/s with 8 rad/s^2: 0.1 s to get there.
    turned = rotation_about('y', -0.8 * (1.1 - 0.05))
    assert np.allclose(after.right.T_view_hand[:3, :3], turned, atol=0.01)


def test_triggers_open_and_close_the_gripper(operator):
    operator.take('rightshoulder')
    assert hold(operator, 1.0, 'rightshoulder', triggerright=0.9).right.gripper == 0.0
    operator.take('rightshoulder')
    opened = hold(operator, 1.0, 'rightshoulder', triggerleft=0.9)
    assert opened.right.gripper == pytest.approx(1.0472)


def test_one_press_of_the_jaw_button_closes_it_and_the_next_opens_it(operator):
    operator.take('rightshoulder')
    assert hold(operator, 1.0, 'rightshoulder', 'x').right.gripper == 0.0
    hold(operator, 0.01, 'rightshoulder')
    assert hold(operator, 1.0, 'rightshoulder', 'x').right.gripper == pytest.approx(1.0472)


def test_one_press_of_the_mode_button_changes_hands_once(operator):
    before = operator.take('rightshoulder', 'y')
    after = hold(operator, 0.5, 'rightshoulder', 'y', leftx=1.0)

    assert moved(before, after, Hand.LEFT)[0] < -0.01
    assert moved(before, after, Hand.RIGHT) == [0.0, 0.0, 0.0]
    assert 'left hand' in operator.device.notices()


def test_pedals_are_pressed_while_their_buttons_are_held(operator):
    sample = operator.take('a', 'b')

    assert (sample.clutch, sample.camera) == (True, True)


def test_one_press_asks_for_the_next_arm_of_the_hand_once(operator):
    operator.source.press('start')

    assert operator.step().arm_swap == (Hand.RIGHT,)
    assert operator.step(10).arm_swap == ()


def test_stop_ends_the_presence_until_its_button_was_let_go(operator):
    assert operator.take('rightshoulder').operator_present
    operator.source.press('rightshoulder', 'back')
    stopped = operator.step()
    assert (stopped.operator_present, stopped.stop) == (False, True)

    operator.source.press('rightshoulder')
    still_held = operator.step(10)
    assert (still_held.operator_present, still_held.stop) == (False, False)
    assert len(operator.device.notices()) == 1
    assert operator.take('rightshoulder').operator_present


def test_a_pad_that_goes_away_drops_the_presence_and_says_so(operator):
    operator.take('rightshoulder')
    before = hold(operator, 0.2, 'rightshoulder', leftx=1.0)
    operator.source.unplug()
    after = operator.step(50)

    assert not after.operator_present
    assert moved(before, after) == [0.0, 0.0, 0.0]
    assert operator.device.notices() == [
        'scripted pad is gone: unplugged: the operator is no longer present'
    ]
    assert operator.device.status().health is Health.GONE


def test_a_pad_that_comes_back_needs_the_button_released_first(operator):
    operator.take('rightshoulder')
    operator.source.unplug()
    operator.step()
    operator.source.press('rightshoulder')
    assert not operator.step(20).operator_present
    assert operator.take('rightshoulder').operator_present
    assert 'is back: release the presence button' in operator.device.notices()[-1]


def test_a_pad_that_repeats_a_deflection_for_ever_is_no_motion(operator):
    """As one does that has dropped off its radio."""
    operator.take('rightshoulder')
    before = hold(operator, 0.5, 'rightshoulder', leftx=0.7)
    frozen = operator.wait(2.9)
    assert frozen.operator_present
    lost = operator.wait(0.3)
    assert not lost.operator_present
    assert operator.device.status().health is Health.STALE
    assert moved(before, operator.wait(5.0)) == moved(before, lost), 'the hand rests'
    (notice,) = operator.device.notices()
    assert 'not one count of change' in notice
    assert operator.device.status().health is Health.STALE, 'still'


def test_a_stick_that_wanders_by_a_count_is_in_a_hand(operator):
    operator.take('rightshoulder')

    assert hold(operator, 6.0, 'rightshoulder', leftx=0.7).operator_present


def test_a_hand_that_does_nothing_but_hold_the_button_for_30_s_has_left(operator):
    operator.take('rightshoulder')

    assert operator.wait(29.0).operator_present
    assert not operator.wait(2.0).operator_present
    assert operator.device.status().health is Health.IDLE
    assert operator.take('rightshoulder').operator_present


@pytest.mark.parametrize('value', [float('nan'), float('inf'), float('-inf')])
def test_an_axis_that_is_no_number_is_a_fault_of_the_device(operator, value):
    before = operator.take('rightshoulder')
    operator.source.press('rightshoulder', leftx=value)
    after = operator.step(10)

    assert not after.operator_present
    assert moved(before, after) == [0.0, 0.0, 0.0]
    assert operator.device.status().health is Health.FAULT
    assert f'leftx is {value}' in operator.device.status().detail

    operator.source.press('rightshoulder')
    assert not operator.step(10).operator_present, 'it is engaged anew, not resumed'


def test_it_says_what_its_buttons_do_and_lets_go_of_the_pad(operator):
    assert 'rightshoulder presence' in operator.device.describe()
    operator.device.close()
    assert operator.source.closed
