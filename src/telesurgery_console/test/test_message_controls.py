"""Controls out of messages, and the topics that bring them."""

from types import SimpleNamespace

import pytest

from telesurgery_console.message_controls import joy_axes, joy_buttons, twist_axes
from telesurgery_console.topic_names import TopicNames, topics_of
from telesurgery_core.errors import ParameterError


def test_a_joy_has_numbered_axes_and_buttons():
    assert joy_axes([0.5, -1.0], full_deflection=2.0) == {'axis0': 0.25, 'axis1': -0.5}
    assert joy_buttons([0, 1, 1]) == {'button1', 'button2'}
    assert joy_buttons([]) == frozenset()
    assert joy_buttons([1] * 500) == {f'button{number}' for number in range(48)}


def test_a_twist_has_the_axes_of_rep_103():
    linear, angular = SimpleNamespace(x=1.0, y=2.0, z=3.0), SimpleNamespace(x=4.0, y=5.0, z=6.0)

    assert twist_axes(linear, angular, full_deflection=10.0) == {
        'x': 0.1, 'y': 0.2, 'z': 0.3, 'rx': 0.4, 'ry': 0.5, 'rz': 0.6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ('device', 'unit', 'names'),
    [
        ('joy', '', TopicNames('/joy', '/joy')),
        ('joy', '/left/joy', TopicNames('/left/joy', '/left/joy')),
        ('twist', '', TopicNames('/spacenav/twist', '/spacenav/joy')),
        ('twist', '/a, /b', TopicNames('/a', '/b')),
        ('pose', '/p,/j', TopicNames('/p', '/j')),
        ('pose', '/p,/j,/g', TopicNames('/p', '/j', '/g')),
    ],
)
def test_a_unit_names_its_topics(device, unit, names):
    assert topics_of(device, unit) == names


@pytest.mark.parametrize(
    ('device', 'unit'),
    [('joy', '/a,/b'), ('twist', '/a'), ('twist', '/a,'), ('pose', '/a'), ('pose', ',,,')],
)
def test_too_few_or_too_many_topics_are_refused(device, unit):
    with pytest.raises(ParameterError, match=f'unit is .* for the device {device}; allowed: '):
        topics_of(device, unit)
