"""A parameter's type is YAML's, before or after substitution, as in ROS's launch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from telesurgery_bringup.errors import LaunchFileError
from telesurgery_bringup.launch.substitutions import Surroundings
from telesurgery_bringup.launch.values import parameter_value, truth

SURROUNDINGS = Surroundings(
    {'one': '1', 'half': '0.5', 'on': 'true', 'text': 'a b', 'list': '[1, 2]', 'map': 'a: b'},
    {},
    Path('/launch/file.xml'),
)


@pytest.mark.parametrize(
    ('text', 'value'),
    [
        ('5', 5),
        ('5.0', 5.0),
        ('true', True),
        ('yes', True),
        ('text', 'text'),
        ('a:b', 'a:b'),
        ('', ''),
        ("'5'", '5'),
        ('[1, 2]', [1, 2]),
        ('[a, b]', ['a', 'b']),
        ('[]', []),
        ('$(var one)', 1),
        ('$(var half)', 0.5),
        ('$(var on)', True),
        ('$(var text)', 'a b'),
        ('$(var list)', [1, 2]),
        ('[$(var one), 2]', [1, 2]),
        ("'$(var one)'", 1),
        ('$(var one).5', 1.5),
        ('$(dirname)/x.yaml', '/launch/x.yaml'),
        ('1e-3', '1e-3'),  # YAML 1.1 wants a point
    ],
)
def test_yaml_decides_the_type(text: str, value: Any) -> None:
    found = parameter_value(text, None, SURROUNDINGS)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ('text', 'kind', 'value'),
    [
        ('5', 'str', '5'),
        ('5', 'float', 5.0),
        ('$(var one)', 'int', 1),
        ('1', 'bool', True),
        ('false', 'bool', False),
    ],
)
def test_a_stated_type_decides_instead(text: str, kind: str, value: Any) -> None:
    found = parameter_value(text, kind, SURROUNDINGS)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    'text', ['null', '{a: 1}', '[1, a]', '[1, 2.5]', '2020-01-01', '$(var map)', '[[1], [2]]']
)
def test_what_no_ros_parameter_can_be_is_refused(text: str) -> None:
    with pytest.raises(LaunchFileError, match='allowed: a bool, int, float, string'):
        parameter_value(text, None, SURROUNDINGS)


@pytest.mark.parametrize(
    ('text', 'kind'), [('1.5', 'int'), ('x', 'float'), ('x', 'bool'), ('1', 'frob')]
)
def test_a_value_that_is_not_of_its_stated_type_is_refused(text: str, kind: str) -> None:
    with pytest.raises(LaunchFileError, match='allowed'):
        parameter_value(text, kind, SURROUNDINGS)


@pytest.mark.parametrize(
    ('text', 'holds'), [('true', True), (' TRUE ', True), ('1', True), ('0', False)]
)
def test_a_condition_is_true_or_false(text: str, holds: bool) -> None:
    assert truth(text) is holds


def test_a_condition_that_is_neither_is_refused() -> None:
    with pytest.raises(LaunchFileError, match="the condition is 'yes'; allowed: true, 1"):
        truth('yes')
