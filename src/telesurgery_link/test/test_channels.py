"""The channel table: the shipped one holds what the session needs; bad rows are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from link_world import LATEST, ORDERED, channel

from telesurgery_core.errors import ParameterError
from telesurgery_link.channels import (
    Channel,
    ChannelTable,
    Direction,
    Policy,
    Quality,
    Side,
)


@pytest.fixture
def table(workspace: Path) -> ChannelTable:
    return ChannelTable.load(workspace / 'config' / 'channels.yaml')


def row(table: ChannelTable, topic: str) -> Channel:
    (found,) = (channel for channel in table.channels if channel.topic == topic)
    return found


def test_commands_go_to_the_patient_newest_only_and_are_traced(table: ChannelTable) -> None:
    command = row(table, '/teleop/command')
    assert command.direction is Direction.SURGEON_TO_PATIENT
    assert command.policy is Policy.LATEST
    assert command.trace


@pytest.mark.parametrize('arm', ['PSM1', 'PSM2', 'PSM3', 'ECM'])
def test_state_commands_arrive_once_and_in_order_but_not_for_ever(
    table: ChannelTable, arm: str
) -> None:
    command = row(table, f'/{arm}/state_command')
    assert command.policy is Policy.ORDERED
    assert command.lifetime_ms is not None
    assert row(table, f'/{arm}/operating_state').quality is Quality.LATCHED
    assert row(table, f'/{arm}/measured_cp').direction is Direction.PATIENT_TO_SURGEON


def test_who_may_drive_is_asked_once_and_told_to_who_comes_late(table: ChannelTable) -> None:
    assert row(table, '/authority/request').policy is Policy.ORDERED
    assert row(table, '/authority/request').lifetime_ms is not None
    assert row(table, '/authority/state').quality is Quality.LATCHED
    assert row(table, '/events').policy is Policy.ORDERED


def test_a_stop_arrives_once_and_however_late(table: ChannelTable) -> None:
    stop = row(table, '/emergency_stop')
    assert stop.direction is Direction.SURGEON_TO_PATIENT
    assert stop.policy is Policy.ORDERED
    assert stop.lifetime_ms is None


def test_the_reset_of_a_stop_does_not_cross_the_link(table: ChannelTable) -> None:
    assert not [channel for channel in table.channels if 'reset' in channel.topic]
    # It is a service; a service of ROS 2 is two topics of /srv types, and no row has such a type.
    assert not [channel for channel in table.channels if '/srv/' in channel.type]


def test_only_commands_and_the_devices_health_go_to_the_patient(table: ChannelTable) -> None:
    topics = {channel.topic for channel in table.towards(Direction.SURGEON_TO_PATIENT)}
    assert topics == {
        '/teleop/command',
        '/emergency_stop',
        '/console/device',
        '/authority/request',
        *(f'/{arm}/state_command' for arm in ('PSM1', 'PSM2', 'PSM3', 'ECM')),
    }


def test_what_one_side_sends_the_other_receives() -> None:
    assert Side.SURGEON.sends is Side.PATIENT.receives
    assert Side.PATIENT.sends is Side.SURGEON.receives
    assert Side.SURGEON.sends is not Side.SURGEON.receives


def test_channels_that_differ_in_anything_have_different_identifiers() -> None:
    variants = [
        LATEST,
        channel('other', Policy.LATEST),
        channel('latest', Policy.MEDIA),
        channel('latest', Policy.LATEST, type='std_msgs/msg/Header'),
        channel('latest', Policy.LATEST, direction=Direction.PATIENT_TO_SURGEON),
    ]
    assert len({variant.id for variant in variants}) == len(variants)


def test_a_topic_has_one_row() -> None:
    back = channel('latest', Policy.LATEST, direction=Direction.PATIENT_TO_SURGEON)
    with pytest.raises(ParameterError, match="topic '/latest' has 2 rows"):
        ChannelTable((LATEST, back))


@pytest.mark.parametrize(
    'fields',
    [
        {'topic': 'latest'},
        {'topic': '/has space'},
        {'topic': '/'},
        {'type': 'String'},
        {'type': 'std_msgs/String'},
        {'type': 'std_msgs/srv/Empty'},
        {'lifetime_ms': 5.0},
    ],
)
def test_impossible_rows_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match='allowed'):
        channel('name', Policy.LATEST, **fields)


@pytest.mark.parametrize(
    ('key', 'value'),
    [('direction', 'sideways'), ('policy', 'best'), ('quality', 'good'), ('colour', 'red')],
)
def test_unknown_words_in_the_file_are_refused(tmp_path: Path, key: str, value: str) -> None:
    path = tmp_path / 'channels.yaml'
    fields = {
        'topic': '/a',
        'type': 'a/msg/A',
        'direction': 'surgeon_to_patient',
        'policy': 'latest',
        'quality': 'stream',
        key: value,
    }
    row = ', '.join(f'{name}: {word}' for name, word in fields.items())
    path.write_text(f'channels:\n  - {{{row}}}\n')
    with pytest.raises(ParameterError, match=value if key != 'colour' else 'colour'):
        ChannelTable.load(path)


def test_ordered_rows_may_have_a_lifetime() -> None:
    assert ORDERED.lifetime_ms is None
    assert channel('name', Policy.ORDERED, lifetime_ms=5.0).lifetime_ms == 5.0
