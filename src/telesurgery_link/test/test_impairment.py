"""Stages of a path: what is drawn, what is kept in order, what an outage swallows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from link_world import MS, S, impairment

from telesurgery_link.impairment import Outages, StagedImpairment, Streams
from telesurgery_link.losses import RandomLoss
from telesurgery_link.marginals import Gamma
from telesurgery_link.path import Path
from telesurgery_link.profiles import (
    DirectionProfile,
    JitterProfile,
    LossProfile,
    Order,
    OutageProfile,
)

PROFILE = DirectionProfile(
    base_delay_ms=10.0,
    jitter=JitterProfile(gamma=Gamma(1.0, 1.0)),
    loss=LossProfile(random=RandomLoss(0.2)),
    duplication=0.1,
    order=Order.FREE,
)


def fates(model: StagedImpairment, count: int = 2000) -> list[tuple[int, ...]]:
    return [model.submit(n * MS, 100) for n in range(count)]


def test_the_same_seed_gives_the_same_frames_the_same_fate() -> None:
    first, second = (fates(PROFILE.impairment(Streams.seeded(3, 0), 0)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize('other', [Streams.seeded(4, 0), Streams.seeded(3, 1)])
def test_another_seed_or_direction_gives_another_fate(other: Streams) -> None:
    assert fates(PROFILE.impairment(Streams.seeded(3, 0), 0)) != fates(
        PROFILE.impairment(other, 0)
    )


def test_the_stages_of_a_direction_draw_different_numbers() -> None:
    streams = Streams.seeded(3, 0)
    draws = {stage.random() for stage in (streams.delay, streams.loss, streams.duplication)}
    assert len(draws) == 3


def test_changing_the_loss_leaves_the_delays_of_the_others_alone() -> None:
    lossless = DirectionProfile(10.0, PROFILE.jitter, None, 0.0, Order.FREE)
    lossy = DirectionProfile(10.0, PROFILE.jitter, PROFILE.loss, 0.0, Order.FREE)
    all_fates = fates(lossless.impairment(Streams.seeded(3, 0), 0))
    some_fates = fates(lossy.impairment(Streams.seeded(3, 0), 0))
    assert any(fate == () for fate in some_fates)
    assert all(fate in ((), full) for fate, full in zip(some_fates, all_fates, strict=True))


@given(st.integers(0, 1000))
def test_a_path_that_keeps_order_lets_nobody_overtake(seed: int) -> None:
    model = impairment(seed, jitter_ms=20.0, loss=0.1, duplication=0.1, keeps_order=True)
    deliveries = [time for fate in fates(model, 200) for time in fate]
    assert deliveries == sorted(deliveries)


def test_a_path_that_is_free_lets_frames_overtake() -> None:
    deliveries = [time for fate in fates(impairment(0, jitter_ms=20.0), 200) for time in fate]
    assert deliveries != sorted(deliveries)


def test_frames_are_doubled_with_the_stated_probability() -> None:
    frames, probability = 20_000, 0.05
    doubled = sum(len(fate) == 2 for fate in fates(impairment(1, duplication=probability), frames))
    sd = math.sqrt(probability * (1 - probability) * frames)
    assert abs(doubled - probability * frames) <= 4 * sd


def test_an_outage_swallows_what_is_sent_in_it_and_nothing_else() -> None:
    profile = DirectionProfile(5.0, outages=(OutageProfile(1.0, 0.5),))
    model = profile.impairment(Streams.seeded(0, 0), start_ns=10 * S)
    sent = np.arange(10 * S, 13 * S, 100 * MS)
    lost = [bool(model.submit(int(now), 1) == ()) for now in sent]
    assert lost == [11 * S <= now < 11.5 * S for now in sent]


def test_outages_end_at_their_end() -> None:
    outages = Outages(((10, 20),))
    assert [outages.lost(now) for now in (9, 10, 19, 20)] == [False, True, True, False]


def test_a_path_delivers_at_the_time_and_says_what_it_added() -> None:
    path = Path(impairment(base_delay_ms=5.0))
    path.submit(b'a', 0)
    path.submit(b'b', 1 * MS)
    assert path.released(5 * MS - 1) == []
    assert path.next_release_ns() == 5 * MS
    assert path.released(6 * MS) == [(b'a', 5 * MS), (b'b', 5 * MS)]
    assert path.next_release_ns() is None


def test_datagrams_due_together_leave_in_the_order_in_which_they_came() -> None:
    path = Path(impairment(base_delay_ms=5.0))
    for datagram in (b'c', b'a', b'b'):
        path.submit(datagram, 0)
    assert [datagram for datagram, _ in path.released(5 * MS)] == [b'c', b'a', b'b']


def test_an_exchanged_impairment_loses_nothing_in_flight() -> None:
    path = Path(impairment(base_delay_ms=100.0))
    path.submit(b'slow', 0)
    path.impairment = impairment(base_delay_ms=1.0)
    path.submit(b'fast', 0)
    assert path.released(1 * MS) == [(b'fast', 1 * MS)]
    assert path.released(100 * MS) == [(b'slow', 100 * MS)]
