"""A path: order, bottleneck, tail drop, and what an exchange of the impairment leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from link_world import MS, S, impairment

from telesurgery_link.impairment import Order, StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.bandwidth import Bandwidth
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.impairment.staged import ScheduledImpairment
from telesurgery_link.path import Path

CONTROL, VIDEO = 1, 2


def bottleneck(queue_ms: float | None = None, **more: object) -> Bandwidth:
    """Return a rate of 8 Mbit/s, at which a byte takes a microsecond, without headers."""
    return Bandwidth(8.0, queue_ms, overhead_bytes=0, **more)  # type: ignore[arg-type]


def staged(base_ms: float = 0.0, **more: object) -> StagedImpairment:
    priorities = {CONTROL: 0, VIDEO: 1}
    return StagedImpairment(
        Treatment(base_ms), Streams.seeded(1, 0), 0, priorities=priorities, **more  # type: ignore[arg-type]
    )  # fmt: skip


def drained(path: Path, until_ns: int = 1000 * S) -> list[tuple[bytes, float]]:
    """Return what comes out with when it does [ms], asked for at the deadlines."""
    out = []
    while (next_ns := path.next_release_ns()) is not None and next_ns <= until_ns:
        out += [(released.datagram, next_ns / MS) for released in path.released(next_ns)]
    return out


def test_what_is_on_its_way_is_released_when_it_is_due() -> None:
    path = Path(impairment(base_delay_ms=5.0))
    path.submit(b'a', 0)
    path.submit(b'b', 1 * MS)
    assert path.released(5 * MS - 1) == []
    assert path.next_release_ns() == 5 * MS
    assert path.released(6 * MS) == [(b'a', 5 * MS, None), (b'b', 5 * MS, None)]
    assert path.next_release_ns() is None


def test_datagrams_due_together_leave_in_the_order_in_which_they_came() -> None:
    path = Path(impairment(base_delay_ms=5.0))
    for datagram in (b'c', b'a', b'b'):
        path.submit(datagram, 0)
    assert [released.datagram for released in path.released(5 * MS)] == [b'c', b'a', b'b']


def sent_through(path: Path, count: int) -> list[int]:
    for n in range(count):
        path.submit(n.to_bytes(4, 'big'), n * MS, channel=n % 3)
    return [int.from_bytes(datagram, 'big') for datagram, _ in drained(path)]


@given(st.integers(0, 1000))
def test_a_path_that_keeps_order_lets_nobody_overtake(seed: int) -> None:
    path = Path(impairment(seed, jitter_ms=20.0, loss=0.1, duplication=0.1, keeps_order=True))
    numbers = sent_through(path, 200)
    assert numbers == sorted(numbers)


def test_a_path_that_is_free_lets_frames_overtake() -> None:
    numbers = sent_through(Path(impairment(0, jitter_ms=20.0)), 200)
    assert numbers != sorted(numbers)


def test_nothing_is_invented_and_nothing_lost_but_by_the_impairment() -> None:
    numbers = sent_through(Path(impairment(0, jitter_ms=20.0)), 500)
    assert sorted(numbers) == list(range(500))


def test_a_bottleneck_sends_one_frame_after_another() -> None:
    path = Path(staged(base_ms=2.0, bandwidth=bottleneck()))
    for name in (b'a', b'b', b'c'):
        path.submit(name * 1000, 0, VIDEO)
    assert [(d[:1], t) for d, t in drained(path)] == [(b'a', 3.0), (b'b', 4.0), (b'c', 5.0)]


def test_control_goes_before_the_video_that_waits_but_not_before_what_is_being_sent() -> None:
    path = Path(staged(bandwidth=bottleneck()))
    for name in (b'v', b'w'):
        path.submit(name * 1000, 0, VIDEO)
    path.released(0)
    path.submit(b'c' * 100, MS // 2, CONTROL)
    assert [(d[:1], t) for d, t in drained(path)] == [(b'v', 1.0), (b'c', 1.1), (b'w', 2.1)]


def test_a_full_queue_drops_at_its_tail_and_leaves_other_priorities_alone() -> None:
    path = Path(staged(bandwidth=bottleneck(queue_ms=2.0)))
    for name in (b'u', b'v', b'w', b'x'):
        path.submit(name * 1000, 0, VIDEO)
    path.released(0)
    path.submit(b'c' * 1000, 0, CONTROL)
    assert [d[:1] for d, _ in drained(path)] == [b'u', b'c', b'v', b'w']
    assert path.dropped == 1


def test_headers_and_cells_take_their_time() -> None:
    assert Bandwidth(8.0).sending_ns(58) == 100 * 1000
    # 101 bytes in cells of 48 of which each takes 5 more: three cells.
    cells = bottleneck(cell_bytes=48, cell_overhead_bytes=5)
    assert cells.sending_ns(101) == 3 * 53 * 1000


def test_a_path_that_may_hold_so_many_frames_drops_the_others() -> None:
    path = Path(staged(base_ms=10.0, limit_frames=3))
    for n in range(5):
        path.submit(bytes([n]), n, VIDEO)
    assert [d[0] for d, _ in drained(path)] == [0, 1, 2]
    assert path.dropped == 2


@given(st.lists(st.tuples(st.integers(1, 1500), st.sampled_from([CONTROL, VIDEO])), max_size=60))
def test_a_bottleneck_never_carries_more_than_its_rate(frames: list[tuple[int, int]]) -> None:
    path = Path(staged(bandwidth=bottleneck()))
    for n, (size, channel) in enumerate(frames):
        path.submit(bytes(size), n * 50_000, channel)
    out = drained(path)
    assert len(out) == len(frames)
    ends_ms = [time for _, time in out]
    for (datagram, end_ms), before_ms in zip(out[1:], ends_ms, strict=False):
        assert end_ms - before_ms >= len(datagram) / 1000 - 1e-9


@pytest.mark.parametrize('order', Order)
def test_an_exchange_loses_nothing_in_flight_and_reorders_nothing(order: Order) -> None:
    path = Path(impairment(base_delay_ms=100.0))
    path.submit(b'slow', 0)
    fast = Treatment(1.0, order=order)
    path.impairment = StagedImpairment(fast, Streams.seeded(1, 0), 0)
    path.submit(b'fast', 50 * MS)
    assert path.released(100 * MS - 1) == []
    assert path.released(100 * MS) == [(b'slow', 100 * MS, None), (b'fast', 50 * MS, None)]
    path.submit(b'later', 100 * MS)
    assert path.released(101 * MS) == [(b'later', 1 * MS, None)]


def test_an_exchange_of_the_rate_keeps_what_waits() -> None:
    path = Path(staged(bandwidth=bottleneck()))
    for name in (b'a', b'b', b'c'):
        path.submit(name * 1000, 0, VIDEO)
    path.released(0)
    path.impairment = staged()
    path.submit(b'd' * 1000, MS // 2, VIDEO)
    # The frame that is being sent ends as it began; the others meet no bottleneck any more.
    assert [(d[:1], t) for d, t in drained(path)] == [(n, 1.0) for n in (b'a', b'b', b'c', b'd')]


def test_a_schedule_exchanges_the_impairment_by_itself() -> None:
    phases = [(0, staged(5.0)), (10 * MS, staged(20.0)), (20 * MS, staged(1.0))]
    path = Path(ScheduledImpairment(phases))
    out = []
    for now_ms in range(0, 60, 5):
        path.submit(bytes([now_ms]), now_ms * MS)
    out = [(datagram[0], time) for datagram, time in drained(path)]
    # From 20 ms on frames would come after 1 ms, but wait for the last one of before.
    assert out[:4] == [(0, 5.0), (5, 10.0), (10, 30.0), (15, 35.0)]
    assert out[4:8] == [(20, 35.0), (25, 35.0), (30, 35.0), (35, 36.0)]


def test_where_a_bit_is_flipped_is_told_and_the_datagram_left_to_be_sealed() -> None:
    model = StagedImpairment(Treatment(corruption=Chance(1.0)), Streams.seeded(1, 0), 0)
    path = Path(model)
    path.submit(bytes(100), 0)
    (released,) = path.released(0)
    assert released.datagram == bytes(100)
    assert released.flipped is not None
    assert 0.0 <= released.flipped < 1.0


def test_runs_of_one_seed_are_one_run() -> None:
    runs = [drained_numbers(seed=5) for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0] != drained_numbers(seed=6)


def drained_numbers(seed: int) -> list[tuple[int, float]]:
    path = Path(impairment(seed, jitter_ms=20.0, loss=0.1, duplication=0.1))
    times = np.random.default_rng(1).integers(0, S, 300)
    for n, now in enumerate(sorted(times.tolist())):
        path.submit(n.to_bytes(4, 'big'), now, channel=n % 5)
    return [(int.from_bytes(datagram, 'big'), time) for datagram, time in drained(path)]
