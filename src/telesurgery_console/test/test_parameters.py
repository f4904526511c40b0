import pytest
import yaml

from telesurgery_console.parameters import ConsoleParameters
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_core.types import Hand


def test_the_shipped_configuration_is_valid(workspace):
    text = (workspace / 'config' / 'console.yaml').read_text()
    values = yaml.safe_load(text)['/**']['ros__parameters']

    from_mapping(ConsoleParameters, {**values, 'bag': 'some'}, where='console.yaml')


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ({'device': 'mouse'}, "device is 'mouse'; allowed: replay, keyboard, gamepad"),
        ({'device': 'replay', 'bag': ''}, "bag is ''; allowed: the path of a recording"),
        ({'bag': 'b', 'seconds': 0.0}, r'seconds is 0\.0; allowed: 0\.1'),
        ({'bag': 'b', 'seconds': -3.0}, r'seconds is -3\.0; allowed: 0\.1'),
        ({'bag': 'b', 'speed': 0.0}, r'speed is 0\.0; allowed: 0\.1 \.\. 10'),
        ({'device': 'keyboard', 'unit': '1'}, 'a unit is given for the device keyboard'),
        (
            {'device': 'gamepad', 'unit': '1', 'left_unit': '2'},
            "unit is '1' beside left_unit or right_unit",
        ),
        (
            {'device': 'spacemouse', 'right_unit': '1', 'left_unit': '1'},
            "left_unit and right_unit are both '1'; allowed: one of its own",
        ),
        ({'bag': 'b', 'time': 'now'}, "time is 'now'; allowed: header, receive"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(values, message):
    with pytest.raises(ParameterError, match=message):
        from_mapping(ConsoleParameters, values, where='console.yaml')


@pytest.mark.parametrize(
    ('given', 'units'),
    [
        ({}, {None: ''}),
        ({'unit': 'S1'}, {None: 'S1'}),
        ({'right_unit': '1', 'left_unit': '2'}, {Hand.RIGHT: '1', Hand.LEFT: '2'}),
        ({'left_unit': '2'}, {Hand.LEFT: '2'}),
    ],
)
def test_units_move_both_hands_by_turns_or_one_each(given, units):
    assert ConsoleParameters(device='spacemouse', **given).units == units
