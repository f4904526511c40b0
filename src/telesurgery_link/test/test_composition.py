"""Profiles made of others: extended, scheduled, written as netem lines or as sentences."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telesurgery_core.errors import ParameterError
from telesurgery_link.channels import Channel, Direction, Policy, Quality
from telesurgery_link.impairment import Order, Streams
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.losses import FourState, GilbertElliott
from telesurgery_link.impairment.netem_tables import NetemDelay
from telesurgery_link.impairment.outages import Outage
from telesurgery_link.profiles import DirectionProfile, LinkProfile, load_profile

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


def netem(line: str) -> DirectionProfile:
    return load_profile(f'netem: {line}', Path()).surgeon_to_patient


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


@pytest.mark.parametrize(
    ('line', 'expected'),
    [
        ('delay 100ms', {'base_delay_ms': 100.0}),
        ('latency 0.1s', {'base_delay_ms': 100.0}),
        ('delay 100000', {'base_delay_ms': 100.0}),
        ('loss 1%', {'loss': Chance(0.01)}),
        ('drop random 1% 25%', {'loss': Chance(0.01, 0.25)}),
        ('loss gemodel 1%', {'loss': GilbertElliott(0.01, 0.99)}),
        ('loss gemodel 1% 10% 70% 0.1%', {'loss': GilbertElliott(0.01, 0.1, 0.7, 0.001)}),
        ('loss state 1%', {'loss': FourState(0.01, 0.99)}),
        ('loss state 1% 20% 30% 40% 5%', {'loss': FourState(0.01, 0.2, 0.3, 0.4, 0.05)}),
        ('duplicate 1% 10%', {'duplication': Chance(0.01, 0.1)}),
        ('corrupt 0.1%', {'corruption': Chance(0.001)}),
        ('limit 50', {'limit_frames': 50}),
    ],
)
def test_a_netem_line_means_what_its_documentation_says(
    line: str, expected: dict[str, object]
) -> None:
    found = netem(line)
    for name, value in expected.items():
        held = getattr(found, name)
        if name == 'loss':
            held = held.model
        assert held == value


def test_a_netem_delay_has_its_table_its_correlation_and_may_reorder() -> None:
    found = netem('delay 100ms 10ms 25% distribution pareto')
    assert found.jitter is not None
    assert found.jitter.netem == NetemDelay(100.0, 10.0, 'pareto')
    assert found.jitter.autocorrelation == 0.25
    assert found.order is Order.FREE
    assert netem('delay 100ms 10ms').jitter.netem.distribution == 'uniform'  # type: ignore[union-attr]


def test_a_netem_rate_keeps_order_and_counts_headers_and_cells() -> None:
    found = netem('delay 100ms 10ms rate 5mbit 20 100 5')
    assert found.order is Order.KEPT
    assert found.bandwidth is not None
    assert found.bandwidth.rate_mbit_per_s == 5.0
    # 100 bytes, 42 of headers, 20 of overhead: two cells of 105.
    assert found.bandwidth.sending_ns(100) == 2 * 105 * 8000 / 5
    assert found.bandwidth.queue_ms is None


@pytest.mark.parametrize(
    ('text', 'mbit'),
    [
        ('1mbit', 1.0),
        ('1MBps', 8.0),
        ('500kbit', 0.5),
        ('1000000', 1.0),
        ('1Mibit', 1.048576),
    ],
)
def test_rates_are_written_as_in_tc(text: str, mbit: float) -> None:
    bandwidth = netem(f'rate {text}').bandwidth
    assert bandwidth is not None
    assert bandwidth.rate_mbit_per_s == pytest.approx(mbit)


def test_netems_reordering_sends_at_once() -> None:
    found = netem('delay 10ms reorder 25% 50% gap 5')
    assert found.reordering is not None
    assert found.reordering.chance == Chance(0.25, 0.5)
    assert (found.reordering.gap, found.reordering.late_ms) == (5, None)
    every_third = netem('delay 10ms gap 3').reordering
    assert every_third is not None
    assert (every_third.probability, every_third.gap) == (1.0, 3)


def test_netem_holds_a_thousand_packets_unless_said_otherwise() -> None:
    assert netem('delay 10ms').limit_frames == 1000


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
    ('line', 'names'),
    [
        ('dely 10ms', 'dely'),
        ('delay', 'ends where the delay'),
        ('delay fast', 'fast'),
        ('delay -5ms', '-5ms'),
        ('delay 5parsec', '5parsec'),
        ('delay 10ms distribution', 'ends where the name'),
        ('delay 10ms 1ms distribution cauchy', 'cauchy'),
        ('delay 10ms 1ms 150%', '150%'),
        ('loss 101%', '101%'),
        ('loss 1% ecn', 'no ECN'),
        ('loss 1% loss 2%', 'twice'),
        ('delay 1ms drop 1% loss 2%', 'twice'),
        ('reorder 10%', 'reorder without delay'),
        ('delay 10ms reorder 10% gap x', "gap is 'x'"),
        ('rate fast', 'fast'),
        ('limit 0', 'limit_frames'),
        ('slot 10ms', 'slots are not emulated'),
        ('loss 100% 50%', 'autocorrelation'),
    ],
)
def test_a_bad_netem_line_is_refused_by_word(line: str, names: str) -> None:
    with pytest.raises(ParameterError) as error:
        netem(line)
    assert names in str(error.value)
    assert '\n' not in str(error.value)


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


WEIRD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2000),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(['delay 1ms', 'base', 'kept', 'free', '-1', 'x.yaml']),
)
FIGURES = (
    *('probability', 'autocorrelation', 'every_ms', 'good_to_bad', 'bad_to_good', 'p13', 'p31'),
    *('mean_ms', 'sd_ms', 'low_ms', 'high_ms', 'shape', 'scale', 'scale_ms', 'values_ms'),
    *('rate_mbit_per_s', 'queue_ms', 'priorities', 'media', 'at_s', 'delay_ms', 'gap_s'),
    *('start_s', 'length_s', 'longest_ms', 'cool_down_ms', 'gap', 'late_ms', 'file', 'jitter_ms'),
    *('random', 'gamma', 'normal', 'uniform', 'netem', 'pareto', 'empirical', 'pareto_bursts'),
    *('gilbert_elliott', 'four_state', 'hyperexponential', 'weights', 'rates_per_ms', 'profile'),
    *('base_delay_ms', 'jitter', 'loss', 'events', 'outages', 'bandwidth', 'channels', 'trace'),
    *('duplication', 'corruption', 'reordering', 'order', 'random_outages', 'limit_frames'),
    *('both', 'surgeon_to_patient', 'schedule', 'change', 'outage_s', 'extends', 'route'),
)
CONTENT = st.recursive(
    WEIRD,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(FIGURES), inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(FIGURES), CONTENT, max_size=5))
def test_whatever_a_profile_says_it_is_taken_or_refused(
    folder: Path, content: dict[str, object]
) -> None:
    (folder / 'own.yaml').write_text(yaml.safe_dump({'extends': 'base', **content}))
    try:
        profile = load_profile('own', folder)
        model = profile.impairment(THERE, Streams.seeded(1, 0), 0, (CONTROL, VIDEO))
    except ParameterError as error:
        message = str(error)
        assert message
        assert '\n' not in message
        return
    for n in range(20):
        for fate in model.fates(n * S, CONTROL.id):
            assert 0 <= fate.delay_ns < 3600 * S


@given(
    st.text(max_size=60), st.sampled_from(['netem: ', '', 'base, then ', 'base, then after 1 s '])
)
def test_whatever_a_name_is_it_is_taken_or_refused(text: str, prefix: str) -> None:
    with contextlib.suppress(ParameterError):
        load_profile(prefix + text, Path(__file__).parent)


WORDS = (
    'delay',
    'loss',
    'gemodel',
    'state',
    'random',
    'reorder',
    'gap',
    'rate',
    'limit',
    'corrupt',
)
NUMBERS = (
    '10ms',
    '5%',
    '0',
    '-1',
    '1e9',
    '1mbit',
    '100%',
    'nan',
    '1e999',
    '3',
    'distribution',
    'normal',
)


@given(st.lists(st.sampled_from(WORDS + NUMBERS), max_size=10))
def test_whatever_a_netem_line_is_it_is_taken_or_refused(words: list[str]) -> None:
    with contextlib.suppress(ParameterError):
        model = netem(' '.join(words)).impairment(Streams.seeded(1, 0), 0)
        for n in range(5):
            model.fates(n * S, 1)
