"""Clocks that are set while the link runs: it is degraded for a moment, and never stuck."""

from __future__ import annotations

import pytest
from link_world import BRIEF, LATEST, MEDIA, MS, ORDERED, RINGS, Keyring, S, World, numbered

from telesurgery_link.channels import Side
from telesurgery_link.timeline import PAUSE_NS, Timeline


@pytest.mark.parametrize('jump_ns', [-10 * S, 10 * S, -300 * MS, 300 * MS])
@pytest.mark.parametrize('side', list(Side))
@pytest.mark.parametrize('protect', [None, Keyring(RINGS['pre-shared'])])
def test_a_clock_that_jumps_on_either_side_does_not_stop_the_link(
    side: Side, jump_ns: int, protect: Keyring | None
) -> None:
    world = World(base_delay_ms=30.0, protect=protect)
    world.run(5 * S)
    world.link.shift_clock(side, jump_ns)
    world.run(1 * S)
    sent = numbered(50)
    for payload in sent:
        world.send(LATEST, payload)
        world.send(ORDERED, payload)
        world.send(BRIEF, payload)
        world.send(MEDIA, payload * 1000)
        world.run(20 * MS)
    world.run(1 * S)
    assert world.came(LATEST) == world.came(ORDERED) == world.came(BRIEF) == sent
    assert world.came(MEDIA) == [payload * 1000 for payload in sent]
    world.run(11 * S)  # what was measured across the jump has left the window
    for end in Side:
        now_ns = world.link.clock_ns(end, world.now_ns)
        report = world.link.ends[end].report(now_ns)
        assert report.connected
        assert report.round_trip_ms == pytest.approx((60.0, 60.0, 60.0))
        assert report.one_way_in_ms == pytest.approx((30.0, 30.0, 30.0), abs=0.5)
        assert report.one_way_out_ms == pytest.approx((30.0, 30.0, 30.0), abs=0.5)
        assert report.jitter_ms < 1.0


@pytest.mark.parametrize('skew_ns', [-3600 * S, 0, 3600 * S])
def test_one_way_times_need_no_common_clock(skew_ns: int) -> None:
    world = World(base_delay_ms=40.0)
    world.link.shift_clock(Side.PATIENT, skew_ns)
    world.link.restart(Side.PATIENT, world.now_ns)
    for payload in numbered(100):
        world.send(LATEST, payload)
        world.run(20 * MS)
    now_ns = world.link.clock_ns(Side.PATIENT, world.now_ns)
    report = world.patient.report(now_ns)
    assert report.clock.offset_ns == pytest.approx(-skew_ns, abs=0.1 * MS)
    assert report.one_way_in_ms == pytest.approx((40.0, 40.0, 40.0), abs=0.1)
    assert report.control_age_ms == pytest.approx(40.0 + 20.0, abs=20.0)


def test_time_carries_on_when_its_clock_is_set_back() -> None:
    timeline = Timeline(100 * S)
    assert timeline.at(101 * S) == 101 * S
    assert timeline.at(91 * S) == 101 * S
    assert timeline.at(92 * S) == 102 * S
    assert timeline.reading(102 * S) == 92 * S
    assert timeline.steps == 1


def test_callers_a_little_out_of_order_do_not_shift_time() -> None:
    timeline = Timeline(0)
    timeline.at(10 * MS)
    assert timeline.at(9 * MS) == 10 * MS
    assert timeline.at(11 * MS) == 11 * MS
    assert timeline.steps == 0


def test_a_jump_forward_is_remembered() -> None:
    timeline = Timeline(0)
    timeline.at(PAUSE_NS + 1)
    assert timeline.resumed_ns == PAUSE_NS + 1
    assert timeline.steps == 1
