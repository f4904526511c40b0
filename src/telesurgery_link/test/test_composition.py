"""Profiles made of others: extended, scheduled, written as netem lines or as sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_link.channels import Channel, Direction, Policy, Quality
from telesurgery_link.impairment import Order, Streams
from telesurgery_link.impairment.losses import GilbertElliott
from telesurgery_link.impairment.outages import Outage
from telesurgery_link.profiles import LinkProfile, load_profile

S = 1_000_000_000
THERE = Direction.SURGEON_TO_PATIENT

BASE = """
description: base
source: s
date: '2026-01-01'
surgeon_to_patient: {base_delay_ms: 10.0, loss: {random: {probability: 0.1}}}
patient_to_surgeon: {base_delay_ms: 20.0}
"""
OTHER = """
description: other
source: s
date: '2026-01-01'
both: {base_delay_ms: 300.0}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / 'base.yaml').write_text(BASE)
    (tmp_path / 'other.yaml').write_text(OTHER)
    return tmp_path


def written(folder: Path, text: str) -> LinkProfile:
    (folder / 'own.yaml').write_text(text)
    return load_profile('own', folder)


def test_an_extension_changes_what_it_says_and_keeps_the_rest(folder: Path) -> None:
    own = written(folder, 'extends: base\nsurgeon_to_patient: {order: free}\n')
    base = load_profile('base', folder)
    assert own.surgeon_to_patient.order is Order.FREE
    assert own.surgeon_to_patient.loss == base.surgeon_to_patient.loss
    assert own.patient_to_surgeon == base.patient_to_surgeon
    assert own.description == 'base'


def test_an_extension_takes_another_kind_of_loss_as_a_whole(folder: Path) -> None:
    loss = '{gilbert_elliott: {good_to_bad: 0.1, bad_to_good: 0.5}}'
    own = written(folder, f'extends: base\nsurgeon_to_patient: {{loss: {loss}}}\n')
    assert own.surgeon_to_patient.loss is not None
    assert own.surgeon_to_patient.loss.gilbert_elliott == GilbertElliott(0.1, 0.5)
    without = written(folder, 'extends: base\nsurgeon_to_patient: {loss: null}\n')
    assert without.surgeon_to_patient.loss is None


def test_both_is_said_of_both_directions_and_each_may_say_otherwise(folder: Path) -> None:
    own = written(
        folder,
        'extends: base\nboth: {base_delay_ms: 5.0, order: free}\n'
        'patient_to_surgeon: {order: kept}\n',
    )
    assert own.surgeon_to_patient.base_delay_ms == own.patient_to_surgeon.base_delay_ms == 5.0
    assert own.surgeon_to_patient.order is Order.FREE
    assert own.patient_to_surgeon.order is Order.KEPT


def test_an_extension_may_be_extended_but_not_in_a_circle(folder: Path) -> None:
    (folder / 'a.yaml').write_text('extends: b\n')
    (folder / 'b.yaml').write_text('extends: base\n')
    assert load_profile('a', folder).description == 'base'
    (folder / 'b.yaml').write_text('extends: a\n')
    with pytest.raises(ParameterError, match='a -> b -> a'):
        load_profile('a', folder)


def test_a_schedule_has_its_phases(folder: Path) -> None:
    own = written(
        folder,
        """
extends: base
schedule:
  - {at_s: 60, outage_s: 2}
  - {at_s: 90, profile: other}
  - {at_s: 100, change: {both: {loss: {random: {probability: 0.5}}}}}
""",
    )
    first, second, third = own.phases
    assert [phase.at_s for phase in own.phases] == [0.0, 90.0, 100.0]
    assert first.surgeon_to_patient.outages == (Outage(60.0, 2.0),)
    assert first.patient_to_surgeon.outages == (Outage(60.0, 2.0),)
    assert second.surgeon_to_patient.base_delay_ms == 300.0
    assert second.surgeon_to_patient.outages == ()
    assert third.patient_to_surgeon.base_delay_ms == 300.0
    assert third.patient_to_surgeon.loss is not None


def test_an_outage_goes_on_across_a_change(folder: Path) -> None:
    own = written(
        folder,
        """
extends: base
surgeon_to_patient: {loss: null}
schedule:
  - {at_s: 9, outage_s: 3}
  - {at_s: 10, profile: other}
""",
    )
    model = own.impairment(THERE, Streams.seeded(1, 0), start_ns=100 * S)
    passes = [bool(model.fates((100 + t) * S, 1)) for t in range(15)]
    assert passes == [t not in (9, 10, 11) for t in range(15)]
    assert model.fates(101 * S, 1)[0].delay_ns == 10_000_000
    assert model.fates(113 * S, 1)[0].delay_ns == 300_000_000


def test_a_sentence_says_what_comes_when(folder: Path) -> None:
    own = load_profile('base, then after 60 s an outage of 2 s, then after 8 s other', folder)
    assert own.phases[0].surgeon_to_patient.outages == (Outage(60.0, 2.0),)
    assert own.phases[1].at_s == 70.0
    assert own.phases[1].surgeon_to_patient.base_delay_ms == 300.0
    assert own.description.startswith('base, then')


CONTROL, VIDEO = (
    Channel(f'/{name}', 'std_msgs/msg/String', THERE, policy, Quality.STREAM)
    for name, policy in (('control', Policy.LATEST), ('video', Policy.MEDIA))
)


def test_a_channel_may_meet_something_else(folder: Path) -> None:
    own = written(
        folder,
        """
extends: base
surgeon_to_patient:
  loss: null
  channels: {media: {base_delay_ms: 50.0}, /control: {base_delay_ms: 5.0}, link: {order: free}}
""",
    )
    model = own.impairment(THERE, Streams.seeded(1, 0), 0, (CONTROL, VIDEO))
    delays = {c: model.fates(0, c)[0].delay_ns / 1e6 for c in (0, CONTROL.id, VIDEO.id)}
    assert delays == {0: 10.0, CONTROL.id: 5.0, VIDEO.id: 50.0}


def test_a_scheduled_outage_silences_channels_of_their_own_too(folder: Path) -> None:
    own = written(
        folder,
        """
extends: base
both: {loss: null, channels: {media: {outages: [{start_s: 1, length_s: 1}]}}}
schedule: [{at_s: 5, outage_s: 1}]
""",
    )
    model = own.impairment(THERE, Streams.seeded(1, 0), 0, (CONTROL, VIDEO))
    assert [t for t in range(8) if not model.fates(t * S, VIDEO.id)] == [1, 5]
    assert [t for t in range(8) if not model.fates(t * S, CONTROL.id)] == [5]


def test_control_goes_before_video_unless_said_otherwise(folder: Path) -> None:
    own = written(folder, 'extends: base\nboth: {bandwidth: {rate_mbit_per_s: 1.0}}\n')
    model = own.impairment(THERE, Streams.seeded(1, 0), 0, (CONTROL, VIDEO))
    assert model.priority(CONTROL.id) == model.priority(0) == 0
    assert model.priority(VIDEO.id) == 1
    bandwidth = '{rate_mbit_per_s: 1.0, priorities: {/control: 5, media: 2}}'
    other = written(folder, f'extends: base\nboth: {{bandwidth: {bandwidth}}}\n')
    model = other.impairment(THERE, Streams.seeded(1, 0), 0, (CONTROL, VIDEO))
    assert (model.priority(CONTROL.id), model.priority(VIDEO.id)) == (5, 2)


def test_a_topic_that_is_not_in_the_table_is_refused(folder: Path) -> None:
    own = written(folder, 'extends: base\nboth: {channels: {/contrl: {base_delay_ms: 5.0}}}\n')
    with pytest.raises(ParameterError, match='/contrl.*link, latest, ordered, media, /control'):
        own.impairment(THERE, Streams.seeded(1, 0), 0, (CONTROL,))


def test_a_netem_line_may_stand_beside_other_keys(folder: Path) -> None:
    own = written(
        folder,
        """
description: d
source: s
date: '2026-01-01'
both: {netem: delay 10ms loss 1%, outages: [{start_s: 1, length_s: 1}]}
""",
    )
    assert own.surgeon_to_patient.base_delay_ms == 10.0
    assert own.surgeon_to_patient.outages == (Outage(1.0, 1.0),)


@pytest.mark.parametrize(
    ('text', 'names'),
    [
        ('extends: nobody\n', 'nobody'),
        ('extends: 5\n', 'extends is 5'),
        ('extends: base\nboth: 3\n', 'both is 3'),
        ('extends: base\nsurgeon_to_patient: [1]\n', 'surgeon_to_patient'),
        ('extends: base\nnetem: 5\n', 'netem is 5'),
        ('extends: other\nboth: {netem: delay 1ms, base_delay_ms: 2.0}\n', 'base_delay_ms stands'),
        ('extends: base\nschedule: 3\n', 'schedule is 3'),
        ('extends: base\nschedule: [{at_s: 1}]\n', 'at_s with profile'),
        ('extends: base\nschedule: [{outage_s: 1}]\n', 'at_s is None'),
        ('extends: base\nschedule: [{at_s: 1, outage_s: x}]\n', "outage_s is 'x'"),
        ('extends: base\nschedule: [{at_s: 1, profle: other}]\n', 'at_s with profile'),
        ('extends: base\nschedule: [{at_s: 1, outage_s: 1, color: 2}]\n', 'color'),
        ('extends: base\nschedule: [{at_s: 1, profile: 3}]\n', 'profile is 3'),
        ('extends: base\nschedule: [{at_s: 1, profile: own}]\n', 'leads back'),
        (
            'extends: base\nschedule: [{at_s: 9, profile: other}, {at_s: 3, profile: base}]\n',
            'rising',
        ),
        ('extends: base\nschedule: [{at_s: 1, change: {both: {loss: 3}}}]\n', 'loss'),
    ],
)
def test_a_bad_composition_is_refused_by_name(folder: Path, text: str, names: str) -> None:
    with pytest.raises(ParameterError) as error:
        written(folder, text)
    assert names in str(error.value)
    assert '\n' not in str(error.value)


def test_a_scheduled_profile_has_no_schedule_itself(folder: Path) -> None:
    (folder / 'timed.yaml').write_text('extends: base\nschedule: [{at_s: 1, outage_s: 1}]\n')
    with pytest.raises(ParameterError, match='has a schedule itself'):
        written(folder, 'extends: base\nschedule: [{at_s: 1, profile: timed}]\n')


@pytest.mark.parametrize(
    'text', ['base, then other', 'base, then after 5 s', 'base, then after x s other']
)
def test_a_bad_sentence_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(ParameterError, match='after "then"'):
        load_profile(text, folder)
