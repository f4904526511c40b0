"""Stages of a path: what is drawn, what is kept in order, what an outage swallows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from link_world import MS, S, impairment

from telesurgery_link.impairment import (
    Jitter,
    Loss,
    Order,
    Outage,
    StagedImpairment,
    Streams,
    Treatment,
    flip_bit,
)
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.events import Event
from telesurgery_link.impairment.fates import Fate
from telesurgery_link.impairment.losses import GilbertElliott
from telesurgery_link.impairment.marginals import Gamma
from telesurgery_link.impairment.outages import DrawnSpans, RandomOutages, Spans
from telesurgery_link.impairment.reordering import Reordering

FREE = Treatment(
    base_delay_ms=10.0,
    jitter=Jitter(gamma=Gamma(1.0, 1.0)),
    loss=Loss(random=Chance(0.2)),
    duplication=Chance(0.1),
    order=Order.FREE,
)


def staged(treatment: Treatment, streams: Streams | None = None) -> StagedImpairment:
    return StagedImpairment(treatment, streams or Streams.seeded(3, 0), 0)


def fates(model: StagedImpairment, count: int = 2000, channel: int = 7) -> list[list[Fate]]:
    return [list(model.fates(n * MS, channel)) for n in range(count)]


def test_the_same_seed_gives_the_same_frames_the_same_fate() -> None:
    assert fates(staged(FREE)) == fates(staged(FREE))


@pytest.mark.parametrize(
    'other', [Streams.seeded(4, 0), Streams.seeded(3, 1), Streams.seeded(3, 0, path=1)]
)
def test_another_seed_direction_or_path_gives_another_fate(other: Streams) -> None:
    assert fates(staged(FREE)) != fates(staged(FREE, other))


def test_a_frames_fate_is_that_of_its_index_in_its_channel_however_others_interleave() -> None:
    alone, busy = staged(FREE), staged(FREE)
    order = np.random.default_rng(1)
    mixed = []
    for n in range(1000):
        for _ in range(order.integers(0, 4)):
            busy.fates(n * MS, 8)
        mixed.append(list(busy.fates(n * MS, 7)))
    assert mixed == fates(alone, 1000)


def test_two_channels_have_different_fates() -> None:
    model = staged(FREE)
    assert fates(model, channel=7) != fates(model, channel=8)


def test_what_goes_by_time_is_met_by_all_channels_together() -> None:
    common = Treatment(
        jitter=Jitter(gamma=Gamma(1.0, 1.0), every_ms=5.0),
        loss=Loss(gilbert_elliott=GilbertElliott(0.1, 0.3), every_ms=5.0),
    )
    model = staged(common)
    for n in range(2000):
        assert model.fates(n * MS, 7) == model.fates(n * MS, 8)
    delays = [f[0].delay_ns for f in fates(staged(common)) if f]
    # Each value holds for five frames, one a millisecond.
    assert len(set(delays)) <= len(delays) / 4


def test_changing_the_loss_leaves_the_delays_of_the_others_alone() -> None:
    lossless = Treatment(10.0, FREE.jitter, order=Order.FREE)
    lossy = Treatment(10.0, FREE.jitter, loss=FREE.loss, order=Order.FREE)
    pairs = list(zip(fates(staged(lossless)), fates(staged(lossy)), strict=True))
    assert any(some == [] for _, some in pairs)
    assert all(some in ([], full) for full, some in pairs)


def test_frames_are_doubled_with_the_stated_probability() -> None:
    frames, probability = 20_000, 0.05
    doubled = sum(len(f) == 2 for f in fates(impairment(1, duplication=probability), frames))
    sd = math.sqrt(probability * (1 - probability) * frames)
    assert abs(doubled - probability * frames) <= 4 * sd


def test_each_copy_has_a_fate_of_its_own() -> None:
    both = Treatment(jitter=FREE.jitter, loss=FREE.loss, duplication=Chance(1.0))
    copies = fates(staged(both), 5000)
    # Two independent draws of 20 %: both lost 4 %, one of them 32 %.
    for number, share in ((0, 0.04), (1, 0.32), (2, 0.64)):
        seen = sum(len(f) == number for f in copies) / 5000
        assert abs(seen - share) <= 4 * math.sqrt(share * (1 - share) / 5000)


def test_corruption_flips_bits_of_the_stated_share_of_frames_everywhere() -> None:
    frames, probability = 20_000, 0.1
    flipped = [
        f[0].flipped for f in fates(staged(Treatment(corruption=Chance(probability))), frames)
    ]
    places = np.array([where for where in flipped if where is not None])
    sd = math.sqrt(probability * (1 - probability) * frames)
    assert abs(places.size - probability * frames) <= 4 * sd
    # A uniform place: mean 1/2, variance 1/12.
    assert abs(places.mean() - 0.5) <= 4 / math.sqrt(12 * places.size)


@given(st.binary(min_size=1, max_size=64), st.floats(0.0, 1.0, exclude_max=True))
def test_a_flipped_bit_is_one_bit(datagram: bytes, where: float) -> None:
    difference = int.from_bytes(datagram, 'big') ^ int.from_bytes(flip_bit(datagram, where), 'big')
    assert difference.bit_count() == 1
    assert flip_bit(flip_bit(datagram, where), where) == datagram


def test_a_chosen_frame_is_not_delayed_at_all_or_comes_late() -> None:
    early = fates(staged(Treatment(10.0, reordering=Reordering(0.2))))
    late = fates(staged(Treatment(10.0, reordering=Reordering(0.2, late_ms=5.0))))
    assert {f[0] for f in early} == {Fate(0, None, False), Fate(10 * MS, None, True)}
    assert {f[0] for f in late} == {Fate(15 * MS, None, False), Fate(10 * MS, None, True)}


def test_with_a_gap_every_so_many_th_frame_is_chosen() -> None:
    chosen = [
        not f[0].in_place
        for f in fates(staged(Treatment(10.0, reordering=Reordering(1.0, gap=5))))
    ]
    assert chosen[:10] == [False, False, False, False, True] * 2


def test_events_are_a_step_a_ramp_and_a_change_of_route() -> None:
    events = (
        Event(1.0, 20.0),
        Event(2.0, 10.0, length_s=1.0),
        Event(4.0, -25.0, gap_s=0.5),
    )
    model = staged(Treatment(30.0, events=events))

    def delay_ms(time_s: float) -> float | None:
        found = model.fates(round(time_s * S), 7)
        return found[0].delay_ns / MS if found else None

    assert [delay_ms(t) for t in (0.0, 0.99, 1.0, 1.9)] == [30.0, 30.0, 50.0, 50.0]
    assert [delay_ms(t) for t in (2.0, 2.25, 2.5, 3.0, 3.9)] == [50.0, 52.5, 55.0, 60.0, 60.0]
    assert [delay_ms(t) for t in (4.0, 4.49, 4.5, 60.0)] == [None, None, 35.0, 35.0]


def test_overlapping_ramps_add_up() -> None:
    events = (Event(1.0, 10.0, length_s=2.0), Event(2.0, 20.0, length_s=2.0))
    model = staged(Treatment(events=events))
    # At 2.5 s: three quarters of the first, a quarter of the second.
    assert model.fates(round(2.5 * S), 7)[0].delay_ns == 12.5 * MS


def test_an_outage_swallows_what_is_sent_in_it_and_nothing_else() -> None:
    treatment = Treatment(5.0, outages=(Outage(1.0, 0.5),))
    model = StagedImpairment(treatment, Streams.seeded(0, 0), start_ns=10 * S)
    sent = np.arange(10 * S, 13 * S, 100 * MS)
    lost = [not model.fates(int(now), 7) for now in sent]
    assert lost == [11 * S <= now < 11.5 * S for now in sent]


def test_outages_end_at_their_end() -> None:
    outages = Spans(((10, 20),))
    assert [outages.covers(now) for now in (9, 10, 19, 20)] == [False, True, True, False]


def test_random_outages_have_their_lengths_and_pauses() -> None:
    model = RandomOutages(longest_ms=3000.0, cool_down_ms=8500.0)
    spans = [
        s for s, _ in zip(model.spans(np.random.default_rng(1), 0), range(2000), strict=False)
    ]
    lengths = np.array([end - begin for begin, end in spans]) / MS
    pauses = np.diff(np.array(spans).ravel())[1::2] / MS
    assert spans[0][0] == 8500 * MS
    np.testing.assert_allclose(pauses, 8500.0)
    assert lengths.max() <= 3000.0
    # Uniform: standard deviation of the mean of 2000.
    assert abs(lengths.mean() - 1500.0) <= 4 * 3000 / math.sqrt(12 * 2000)


def test_random_outages_are_the_same_whoever_asks_how_often() -> None:
    model = RandomOutages(longest_ms=100.0, cool_down_ms=50.0)
    often, seldom = (DrawnSpans(model.spans(np.random.default_rng(1), 0)) for _ in range(2))
    answers = {n: often.covers(n * MS) for n in range(3000)}
    assert all(seldom.covers(n * MS) == answers[n] for n in range(0, 3000, 37))


def test_both_directions_have_the_same_random_outages() -> None:
    treatment = Treatment(random_outages=RandomOutages(longest_ms=100.0, cool_down_ms=50.0))
    there, back = (staged(treatment, Streams.seeded(3, direction)) for direction in (0, 1))
    assert [bool(f) for f in fates(there)] == [bool(f) for f in fates(back)]
    elsewhere = staged(treatment, Streams.seeded(3, 0, path=1))
    assert [bool(f) for f in fates(there)] != [bool(f) for f in fates(elsewhere)]
