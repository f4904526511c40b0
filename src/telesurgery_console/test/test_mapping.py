"""Mappings: what may be written, and what is refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_console.drives import AxisBinding, Drive, Motion
from telesurgery_console.keyboard_mapping import KeyboardMapping
from telesurgery_console.mapping import ControlMapping, load_mapping
from telesurgery_console.mapping_files import any_mapping, mapping_names
from telesurgery_console.vocabulary import VOCABULARIES
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping, load_yaml

DRIVE_X = {'drives': 'x', 'sign': 1}
DRIVE_Y = {'drives': 'y', 'sign': 1}
OPEN, CLOSE = {'drives': 'gripper', 'sign': 1}, {'drives': 'gripper', 'sign': -1}
GAMEPAD = {
    'device': 'gamepad',
    'axes': {'leftx': {'normal': DRIVE_X}},
    'buttons': {'a': 'presence'},
}
KEYBOARD = {
    'device': 'keyboard',
    'hold_s': 0.1,
    'presence_timeout_s': 10.0,
    'keys': {'d': DRIVE_X},
    'actions': {'p': 'presence'},
}


def test_every_shipped_mapping_is_one(workspace):
    folder = workspace / 'config' / 'devices'
    devices = {name: any_mapping(folder / f'{name}.yaml').device for name in mapping_names(folder)}

    assert set(devices.values()) == {*VOCABULARIES, 'keyboard', 'pose'}


@pytest.mark.parametrize('device', VOCABULARIES)
def test_the_shipped_mappings_reach_every_motion(workspace, device):
    mapping = load_mapping(workspace / 'config' / 'devices' / f'{device}.yaml', device)
    bindings = mapping.axes.values()
    drives = [drive for b in bindings for drive in (b.normal, b.shifted) if drive]
    actions = {action.value for action in mapping.buttons.values()}
    reached = {drive.drives for drive in drives}
    if 'jaw_toggle' in actions:
        reached.add(Motion.GRIPPER)

    assert reached == set(Motion)
    assert 'presence' in actions


def test_the_keyboard_reaches_every_motion_both_ways(workspace):
    mapping = load_yaml(KeyboardMapping, workspace / 'config' / 'devices' / 'keyboard.yaml')
    ways = {(drive.drives, drive.sign) for drive in mapping.keys.values()}

    assert ways == {(motion, way) for motion in Motion for way in (1, -1)}


@pytest.mark.parametrize('device', ['gamepad', 'joy'])
def test_the_shipped_mappings_of_pads_bind_every_act(workspace, device):
    mapping = load_mapping(workspace / 'config' / 'devices' / f'{device}.yaml', device)

    assert {action.value for action in mapping.buttons.values()} >= {
        'presence', 'clutch', 'camera', 'stop', 'arm_swap', 'switch_hand', 'jaw_toggle',
    }  # fmt: skip


@pytest.mark.parametrize(
    ('changed', 'message'),
    [
        ({'device': 'wheel'}, "device is 'wheel'; allowed: gamepad, spacemouse"),
        ({'axes': {'stick': {'normal': DRIVE_X}}}, "axis is 'stick'; allowed: leftx, lefty"),
        ({'buttons': {'fire': 'presence'}}, "button is 'fire'; allowed: a, b"),
        ({'buttons': {1: 'presence'}}, 'button is 1; allowed: a, b'),
        ({'buttons': {'a': 'clutch'}}, 'buttons bind nothing to presence'),
        ({'buttons': {'a': 'jump'}}, r"buttons\.a is 'jump'; allowed: presence, clutch"),
        ({'axes': {'leftx': {'normal': {'drives': 'w', 'sign': 1}}}}, "'w'; allowed: x, y"),
        ({'axes': {'leftx': {'normal': {'drives': 'x', 'sign': 2}}}}, 'sign is 2; allowed: 1, -1'),
        (
            {'axes': {'leftx': {'normal': DRIVE_X, 'rest': 2.0}}},
            r'leftx: rest is 2\.0; allowed: -1',
        ),
        ({'deadzone': 1.5}, r'deadzone is 1\.5; allowed: 0 \.\. 0\.9'),
        ({'expo': float('nan')}, 'expo is nan; allowed: a number'),
        ({'rates': {'translation_m_s': 9.0}}, r'translation_m_s is 9\.0'),
        ({'rates': {'translation_m_s2': 0.0}}, r'translation_m_s2 is 0\.0; allowed: 0\.05'),
        ({'watch': {'stale_after_s': 0.0}}, r'stale_after_s is 0\.0; allowed: 0\.2'),
        ({'speed': 3}, "unknown key 'speed'"),
        ({'stamped': True}, 'stamped is given for the device gamepad; allowed: for twist only'),
        ({'button_layout': 'pro'}, 'button_layout is given.*allowed: for spacemouse only'),
    ],
)
def test_a_bad_value_is_named_with_file_and_key(changed, message):
    with pytest.raises(ParameterError, match=rf'^pad\.yaml.*{message}'):
        from_mapping(ControlMapping, {**GAMEPAD, **changed}, where='pad.yaml')


@pytest.mark.parametrize(
    ('changed', 'message'),
    [
        (
            {'axes': {'leftx': {'normal': DRIVE_X}, 'righty': {'normal': DRIVE_X}}},
            "axes 'leftx' and 'righty' both drive x of the left hand; allowed: one",
        ),
        (
            {'axes': {'leftx': {'normal': DRIVE_X, 'shifted': DRIVE_Y}}},
            "axis 'leftx' has a shifted drive, and no button is shift",
        ),
        (
            {'buttons': {'a': 'presence', 'b': 'shift'}},
            "button 'b' is shift, and no axis has a shifted drive",
        ),
        (
            {
                'axes': {
                    'leftx': {'normal': DRIVE_X, 'shifted': DRIVE_Y},
                    'lefty': {'normal': DRIVE_Y},
                },
                'buttons': {'a': 'presence', 'b': 'shift'},
            },
            "axes 'leftx' and 'lefty' both drive y of the left hand with shift",
        ),
        (
            {'axes': {'triggerleft': {'normal': OPEN}, 'triggerright': {'normal': OPEN}}},
            "axes 'triggerleft' and 'triggerright' both drive gripper",
        ),
        (
            {'axes': {'leftx': {'normal': {**OPEN, 'absolute': True}}}},
            "axis 'leftx' is absolute and rests in the middle",
        ),
        ({'axes': {'leftx': {'normal': {**DRIVE_X, 'absolute': True}}}}, 'absolute is true for x'),
        (
            {
                'axes': {'triggerleft': {'normal': {**OPEN, 'absolute': True}}},
                'buttons': {'a': 'presence', 'b': 'jaw_toggle'},
            },
            "axis 'triggerleft' is the angle of the gripper, and button 'b' moves it",
        ),
    ],
)
def test_a_contradiction_is_refused(changed, message):
    with pytest.raises(ParameterError, match=message):
        from_mapping(ControlMapping, {**GAMEPAD, **changed}, where='pad.yaml')


def test_two_triggers_may_drive_one_motion_a_way_each():
    axes = {'triggerleft': {'normal': OPEN}, 'triggerright': {'normal': CLOSE}}

    from_mapping(ControlMapping, {**GAMEPAD, 'axes': axes}, where='pad.yaml')


def test_one_axis_a_hand_may_drive_the_same_motion():
    axes = {
        'leftx': {'normal': {**DRIVE_X, 'hand': 'left'}},
        'rightx': {'normal': {**DRIVE_X, 'hand': 'right'}},
    }

    from_mapping(ControlMapping, {**GAMEPAD, 'axes': axes}, where='pad.yaml')


@pytest.mark.parametrize(
    'text',
    [
        'buttons: {a: presence, b: clutch, b: camera}\naxes: {leftx: {}}',
        'buttons: {b: presence}\naxes:\n  b: {normal: {drives: x, sign: 1}}\n  b: {}',
    ],
    ids=['one button for two acts', 'one axis twice'],
)
def test_a_control_that_stands_twice_is_refused_by_file_and_key(tmp_path, text):
    path = tmp_path / 'twice.yaml'
    path.write_text(f'device: gamepad\n{text}\n')
    with pytest.raises(ParameterError, match=r"twice\.yaml.*key 'b' stands twice"):
        load_mapping(path, 'gamepad')


def test_a_mapping_for_another_device_is_refused(workspace):
    path = workspace / 'config' / 'devices' / 'spacemouse.yaml'
    with pytest.raises(ParameterError, match=r"spacemouse\.yaml: device is 'spacemouse'; allowed"):
        load_mapping(path, 'gamepad')


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
        st.sampled_from(['presence', 'leftx', 'a', 'x', 'gamepad', 'normal', 'drives', 'sign']),
    ),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.one_of(st.integers(), st.sampled_from(['leftx', 'normal', 'drives', 'sign', 'a'])),
        inner,
        max_size=3,
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(('axes', 'buttons', 'rates'), anything)))
def test_whatever_stands_in_a_mapping_it_is_one_or_refused(values):
    message = 'pad.yaml: is one'
    try:
        from_mapping(ControlMapping, {**GAMEPAD, **values}, where='pad.yaml')
    except ParameterError as error:
        message = str(error)

    assert message.startswith('pad.yaml: ')
    assert '\n' not in message


@pytest.mark.parametrize(
    ('rest', 'value', 'from_rest'),
    [(0.0, 0.5, 0.5), (1.0, 1.0, 0.0), (1.0, -1.0, -1.0), (-1.0, 1.0, 1.0), (0.0, 7.0, 1.0)],
)
def test_an_axis_counts_from_its_rest_and_no_farther_than_its_end(rest, value, from_rest):
    assert AxisBinding(Drive(Motion.X, 1), rest=rest).from_rest(value) == from_rest


@pytest.mark.parametrize(
    ('changed', 'message'),
    [
        ({'keys': {'dd': DRIVE_X}}, "key is 'dd'; allowed: one character"),
        ({'keys': {1: DRIVE_X}}, r'key is 1; allowed: one character \(a digit in quotes\)'),
        ({'keys': {'p': DRIVE_X}}, "key 'p' stands under keys and under actions"),
        ({'keys': {'d': {**DRIVE_X, 'hand': 'left'}}}, "key 'd' is absolute or for one hand"),
        ({'actions': {'c': 'clutch'}}, 'actions bind nothing to presence'),
        ({'actions': {'p': 'presence', 's': 'shift'}}, 'action shift is bound'),
        ({'actions': {'p': 'presence', 's': 'jaw_open'}}, 'action jaw_open is bound'),
        ({'hold_s': 0.0}, r'hold_s is 0\.0; allowed: 0\.02 \.\. 1 s'),
    ],
)
def test_a_bad_keyboard_mapping_is_named(changed, message):
    with pytest.raises(ParameterError, match=message):
        from_mapping(KeyboardMapping, {**KEYBOARD, **changed}, where='keyboard.yaml')
