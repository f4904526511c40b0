import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_console.gamepad import GamepadMapping
from telesurgery_console.keyboard import KeyboardMapping
from telesurgery_console.mapping import Motion, Rates, shape
from telesurgery_console.rate_master import LONGEST_STEP_S, RateMaster
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping, load_yaml
from telesurgery_core.transforms import rotation_about, rotation_angle
from telesurgery_core.types import Hand

unit = st.floats(-1.0, 1.0)
RATES = Rates()
DRIVE_X = {'drives': 'x', 'sign': 1}
GAMEPAD = {
    'rates': {},
    'deadzone': 0.1,
    'expo': 0.5,
    'axes': {'leftx': {'normal': DRIVE_X}},
    'buttons': {'a': 'presence'},
}
KEYBOARD = {
    'rates': {},
    'hold_s': 0.1,
    'presence_timeout_s': 10.0,
    'keys': {'d': DRIVE_X},
    'actions': {'p': 'presence'},
}


@given(unit, st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_a_shaped_control_keeps_its_side_and_its_bounds(value, deadzone, expo):
    shaped = shape(value, deadzone, expo)

    assert abs(shaped) <= 1.0
    assert shaped * value >= 0.0
    assert shaped == -shape(-value, deadzone, expo)


@given(st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_a_control_does_nothing_in_its_deadzone_and_everything_at_its_end(deadzone, expo):
    assert shape(deadzone, deadzone, expo) == 0.0
    assert shape(1.0, deadzone, expo) == pytest.approx(1.0)


@given(unit, unit, st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_more_deflection_never_asks_for_less(a, b, deadzone, expo):
    low, high = sorted((a, b))

    assert shape(low, deadzone, expo) <= shape(high, deadzone, expo)


def test_expo_is_slow_in_the_middle():
    assert shape(0.5, 0.0, 1.0) == 0.125
    assert shape(0.5, 0.0, 0.0) == 0.5


def hand_of(master, hand=Hand.RIGHT):
    return master.sample(0, present=True, clutch=False, camera=False).hand(hand)


@given(st.lists(st.tuples(*[unit] * 7), min_size=1, max_size=30), st.floats(0.0, 0.2))
def test_no_demand_moves_a_hand_faster_than_the_rates(demands, dt):
    master = RateMaster(RATES)
    for demand in demands:
        before = hand_of(master)
        master.move(dict(zip(Motion, demand, strict=True)), dt)
        after = hand_of(master)
        step = min(dt, LONGEST_STEP_S)

        moved = np.linalg.norm(after.T_view_hand[:3, 3] - before.T_view_hand[:3, 3])
        turned = rotation_angle(after.T_view_hand[:3, :3] @ before.T_view_hand[:3, :3].T)
        assert moved <= RATES.translation_m_s * step + 1e-12
        assert turned <= RATES.rotation_rad_s * step + 1e-7
        assert 0.0 <= after.gripper <= RATES.gripper_open_rad


def test_a_second_of_full_deflection_moves_as_far_as_its_rate():
    master = RateMaster(RATES)
    start = hand_of(master).T_view_hand
    for _ in range(100):
        master.move({Motion.Z: 1.0, Motion.RX: 1.0}, 0.01)
    end = hand_of(master).T_view_hand

    assert np.allclose(end[:3, 3] - start[:3, 3], [0.0, 0.0, 0.06], atol=1e-12)
    assert np.allclose(end[:3, :3], rotation_about('x', 0.8), atol=1e-9)


def test_only_the_active_hand_moves_and_the_other_rests():
    master = RateMaster(RATES)
    left = hand_of(master, Hand.LEFT).T_view_hand
    master.move({Motion.X: 1.0}, 0.01)
    assert np.array_equal(hand_of(master, Hand.LEFT).T_view_hand, left)

    right = hand_of(master).T_view_hand
    master.switch_hand()
    master.move({Motion.X: 1.0}, 0.01)
    assert np.array_equal(hand_of(master).T_view_hand, right)
    assert not np.array_equal(hand_of(master, Hand.LEFT).T_view_hand, left)


@pytest.mark.parametrize(
    ('cls', 'name'), [(GamepadMapping, 'gamepad'), (KeyboardMapping, 'keyboard')]
)
def test_the_shipped_mappings_reach_every_motion(workspace, cls, name):
    mapping = load_yaml(cls, workspace / 'config' / 'devices' / f'{name}.yaml')
    if name == 'gamepad':
        drives = [drive for b in mapping.axes.values() for drive in (b.normal, b.shifted) if drive]
        # A stick goes both ways; the two triggers are one way each.
        ways = {(drive.drives, way) for drive in drives for way in (1, -1)}
    else:
        ways = {(drive.drives, drive.sign) for drive in mapping.keys.values()}

    assert ways == {(motion, way) for motion in Motion for way in (1, -1)}


@pytest.mark.parametrize(
    ('changed', 'message'),
    [
        ({'axes': {'stick': {'normal': DRIVE_X}}}, "axis is 'stick'; allowed: leftx, lefty"),
        ({'buttons': {'fire': 'presence'}}, "button is 'fire'; allowed: a, b"),
        ({'buttons': {'a': 'clutch'}}, 'buttons bind nothing to presence'),
        ({'buttons': {'a': 'jump'}}, "'jump'; allowed: presence, clutch"),
        ({'axes': {'leftx': {'normal': {'drives': 'w', 'sign': 1}}}}, "'w'; allowed: x, y"),
        ({'axes': {'leftx': {'normal': {'drives': 'x', 'sign': 2}}}}, 'sign is 2; allowed: 1, -1'),
        ({'deadzone': 1.5}, r'deadzone is 1\.5; allowed: 0 \.\. 0\.9'),
        ({'rates': {'translation_m_s': 9.0}}, r'translation_m_s is 9\.0'),
        ({'speed': 3}, "unknown key 'speed'"),
    ],
)
def test_a_bad_gamepad_mapping_is_named(changed, message):
    with pytest.raises(ParameterError, match=message):
        from_mapping(GamepadMapping, {**GAMEPAD, **changed}, where='gamepad.yaml')


@pytest.mark.parametrize(
    ('changed', 'message'),
    [
        ({'keys': {'dd': DRIVE_X}}, "key is 'dd'; allowed: one character"),
        ({'keys': {1: DRIVE_X}}, r'key is 1; allowed: one character \(a digit in quotes\)'),
        ({'keys': {'p': DRIVE_X}}, "key 'p' stands under keys and under actions"),
        ({'actions': {'c': 'clutch'}}, 'actions bind nothing to presence'),
        ({'actions': {'p': 'presence', 's': 'shift'}}, 'action shift is bound'),
        ({'hold_s': 0.0}, r'hold_s is 0\.0; allowed: 0\.02 \.\. 1 s'),
    ],
)
def test_a_bad_keyboard_mapping_is_named(changed, message):
    with pytest.raises(ParameterError, match=message):
        from_mapping(KeyboardMapping, {**KEYBOARD, **changed}, where='keyboard.yaml')
