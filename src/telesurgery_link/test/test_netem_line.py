"""netem's words mean here what their documentation says; every other word is refused."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_core.errors import ParameterError
from telesurgery_link.impairment import Order, Streams
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.losses import FourState, GilbertElliott
from telesurgery_link.impairment.netem_tables import NetemDelay
from telesurgery_link.profiles import DirectionProfile, load_profile

S = 1_000_000_000


def netem(line: str) -> DirectionProfile:
    return load_profile(f'netem: {line}', Path()).surgeon_to_patient


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
