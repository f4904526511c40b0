"""A rate device whatever is plugged into it: what holds for every sequence of looks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_console.controls import Controls, Reading, Reporting
from telesurgery_console.health import Health
from telesurgery_console.mapping import ControlMapping, load_mapping
from telesurgery_console.testing import Holder, ScriptedSource, moved
from telesurgery_core.parameters import from_mapping
from telesurgery_core.types import Hand

SPEED_M_S = 0.06


def mapping(axes, **buttons):
    values = {'device': 'gamepad', 'axes': axes, 'buttons': {'a': 'presence', **buttons}}
    return from_mapping(ControlMapping, values, where='test')


TWO_STICKS = mapping(
    {
        'leftx': {'normal': {'drives': 'x', 'sign': -1, 'hand': 'left'}},
        'rightx': {'normal': {'drives': 'x', 'sign': -1, 'hand': 'right'}},
    }
)
TRIGGER = mapping(
    {'triggerright': {'normal': {'drives': 'gripper', 'sign': -1, 'absolute': True}}}
)
EVERYTHING = mapping(
    {
        'leftx': {
            'normal': {'drives': 'x', 'sign': 1},
            'shifted': {'drives': 'ry', 'sign': 1},
        },
        'lefty': {'normal': {'drives': 'z', 'sign': 1}},
        'triggerleft': {'normal': {'drives': 'gripper', 'sign': 1}},
    },
    b='stop', x='shift', y='switch_hand', back='jaw_toggle', start='arm_swap',
)  # fmt: skip

values = st.one_of(st.floats(-1.0, 1.0), st.sampled_from([0.0, math.nan, math.inf, -5.0, 1e300]))
looks = st.one_of(
    st.builds(
        lambda axes, pressed, fresh: Reading(
            Controls(dict(zip(EVERYTHING.axes, axes, strict=True)), pressed), fresh
        ),
        st.tuples(values, values, values),
        st.frozensets(st.sampled_from(sorted(EVERYTHING.buttons))),
        st.booleans(),
    ),
    st.just(Reading(None, trouble='unplugged')),
    st.just(Reading(Controls({'leftx': 0.0}))),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(looks, st.integers(1, 200)), max_size=12), st.sampled_from(Reporting))
def test_whatever_it_says_only_a_well_device_with_presence_moves_a_hand(script, reporting):
    operator = Holder(EVERYTHING, ScriptedSource(reporting=reporting))
    operator.source.press()
    before = operator.device.poll(operator.now)
    for reading, count in script:
        operator.source.reading = reading
        for _ in range(min(count, 20)):
            operator.now += 0.005
            after = operator.device.poll(operator.now)
            well = operator.device.status().health is Health.OK
            assert not after.operator_present or well
            assert not (after.operator_present and after.stop)
            for hand in Hand:
                way = np.subtract(
                    after.hand(hand).T_view_hand[:3, 3], before.hand(hand).T_view_hand[:3, 3]
                )
                assert np.isfinite(after.hand(hand).T_view_hand).all()
                assert np.linalg.norm(way) <= SPEED_M_S * 0.005 + 1e-12
                assert after.operator_present or not way.any()
                assert 0.0 <= after.hand(hand).gripper <= 1.0472
            before = after
        operator.now += 0.005 * (count - 20 if count > 20 else 0)


def test_a_stick_for_each_hand_moves_both_at_once():
    operator = Holder(TWO_STICKS)
    before = operator.take('a')
    operator.source.press('a', leftx=0.9, rightx=-0.9)
    after = operator.wait(0.5)

    assert moved(before, after, Hand.LEFT)[0] < -0.01
    assert moved(before, after, Hand.RIGHT)[0] > 0.01


def test_the_shipped_mapping_for_two_hands_moves_and_opens_both(workspace):
    path = workspace / 'config' / 'devices' / 'gamepad_two_hands.yaml'
    operator = Holder(load_mapping(path, 'gamepad'))
    before = operator.take('rightshoulder')
    operator.source.press('rightshoulder', lefty=-0.9, rightx=0.9, triggerleft=1.0)
    after = operator.wait(1.0)

    assert moved(before, after, Hand.LEFT)[2] > 0.02, 'away'
    assert moved(before, after, Hand.RIGHT)[0] < -0.02, 'right'
    assert (after.left.gripper, after.right.gripper) == pytest.approx((0.0, 1.0472))


@pytest.mark.parametrize(('deflection', 'angle'), [(0.0, 1.0472), (1.0, 0.0)])
def test_an_absolute_trigger_is_the_angle_of_the_gripper(deflection, angle):
    operator = Holder(TRIGGER)
    operator.take('a')
    operator.source.press('a', triggerright=deflection)

    assert operator.wait(1.0).right.gripper == pytest.approx(angle)


def test_an_axis_that_was_never_at_rest_neither_drives_nor_makes_the_device_stale(workspace):
    """The node joy says 0 of triggers that were not touched yet, and they rest at 1."""
    shipped = load_mapping(workspace / 'config' / 'devices' / 'joy.yaml', 'joy')
    rest = {**{name: b.rest for name, b in shipped.axes.items()}, 'axis2': 0.0, 'axis5': 0.0}
    operator = Holder(shipped, ScriptedSource(reporting=Reporting.STREAM, rest=rest))
    before = operator.take('button5')
    after = operator.wait(10.0)

    assert after.operator_present
    assert after.right.gripper == before.right.gripper


def test_a_device_that_lacks_a_bound_axis_says_which():
    operator = Holder(EVERYTHING, ScriptedSource())
    operator.source.reading = Reading(Controls({'leftx': 0.0}))
    operator.step()

    assert 'lefty is not among its axes (leftx)' in operator.device.status().detail
