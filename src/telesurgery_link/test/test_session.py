"""Two gateways in virtual time: what the link promises over every kind of path."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_world import (
    BRIEF,
    LATEST,
    MEDIA,
    MS,
    ORDERED,
    STATE,
    TABLE,
    S,
    World,
    channel,
    datagram,
    impairment,
    numbered,
)

from telesurgery_link.channels import ChannelTable, Policy, Side
from telesurgery_link.errors import Refusal
from telesurgery_link.frames import Acknowledgement, Echo, Frame, Message, Ping
from telesurgery_link.path import Path
from telesurgery_link.protection import Unprotected
from telesurgery_link.sending import LARGEST_MESSAGE
from telesurgery_link.session import Session
from telesurgery_link.virtual import MAIN, VirtualLink

seeds = st.integers(0, 10_000)
rough_paths = st.builds(
    World,
    seed=seeds,
    base_delay_ms=st.floats(0.0, 300.0),
    jitter_ms=st.floats(0.0, 100.0),
    loss=st.floats(0.0, 0.5),
    duplication=st.floats(0.0, 0.5),
    keeps_order=st.booleans(),
)
few = settings(max_examples=30)


@few
@given(rough_paths)
def test_latest_invents_nothing_repeats_nothing_and_never_goes_back(world: World) -> None:
    sent = numbered(100)
    for payload in sent:
        world.send(LATEST, payload)
        world.run(5 * MS)
    world.run(1 * S)
    came = world.came(LATEST)
    assert set(came) <= set(sent)
    assert came == sorted(set(came))


@few
@given(rough_paths)
def test_ordered_delivers_everything_once_and_in_order(world: World) -> None:
    sent = numbered(30)
    for payload in sent:
        world.send(ORDERED, payload)
        world.run(20 * MS)
    world.run_until(lambda: len(world.came(ORDERED)) >= len(sent), limit_ns=600 * S)
    world.run(5 * S)
    assert world.came(ORDERED) == sent


@few
@given(seeds)
def test_ordered_gets_through_where_nine_of_ten_frames_are_lost(seed: int) -> None:
    world = World(seed, base_delay_ms=20.0, loss=0.9)
    sent = numbered(5, size=3000)
    for payload in sent:
        world.send(ORDERED, payload)
    world.run_until(lambda: world.came(ORDERED) == sent, limit_ns=3600 * S)


@few
@given(rough_paths)
def test_media_is_whole_or_not_there(world: World) -> None:
    sent = numbered(20, size=20_000)
    for payload in sent:
        world.send(MEDIA, payload)
        world.run(66 * MS)
    world.run(1 * S)
    came = world.came(MEDIA)
    assert set(came) <= set(sent)
    assert came == sorted(set(came))


def test_a_clean_path_delivers_everything_in_time() -> None:
    world = World(base_delay_ms=67.5)
    sent = numbered(100)
    for payload in sent:
        world.send(LATEST, payload)
        world.send(MEDIA, payload * 5000)
        world.run(5 * MS)
    world.run(1 * S)
    assert world.came(LATEST) == sent
    assert world.came(MEDIA) == [payload * 5000 for payload in sent]
    for delivery in world.delivered[Side.PATIENT]:
        assert delivery.injected_ns == 67_500_000
        assert delivery.arrival_ns - delivery.taken_ns == 67_500_000


def test_the_same_seed_gives_the_same_session() -> None:
    def history(seed: int) -> list[tuple[bytes, int]]:
        world = World(seed, base_delay_ms=30.0, jitter_ms=10.0, loss=0.2, duplication=0.1)
        for payload in numbered(50):
            world.send(LATEST, payload)
            world.run(5 * MS)
        return [(d.payload, d.arrival_ns) for d in world.delivered[Side.PATIENT]]

    assert history(1) == history(1)
    assert history(1) != history(2)


def test_a_message_of_any_size_fits_and_one_above_the_limit_is_refused() -> None:
    world = World()
    world.send(ORDERED, b'x' * LARGEST_MESSAGE)
    world.send(ORDERED, b'x' * (LARGEST_MESSAGE + 1))
    world.send(ORDERED, b'')
    world.run(1 * S)
    assert [len(payload) for payload in world.came(ORDERED)] == [LARGEST_MESSAGE, 0]
    assert world.surgeon.oversized == 1


def test_late_pictures_are_dropped_and_counted() -> None:
    world = World(loss=0.3)
    for payload in numbered(20, size=20_000):
        world.send(MEDIA, payload)
        world.run(300 * MS)
    assert world.patient.incomplete > 0
    assert len(world.came(MEDIA)) + world.patient.incomplete <= 20


def test_nothing_that_was_held_back_by_an_outage_is_played_after_it() -> None:
    # Two seconds of outage: the brief channel's messages live for half a second.
    world = World()
    world.surgeon.routes[MAIN].path.impairment = impairment(loss=1.0)
    world.send(BRIEF, b'stale')
    world.send(LATEST, b'stale')
    world.run(2 * S)
    world.surgeon.routes[MAIN].path.impairment = impairment()
    world.send(BRIEF, b'fresh')
    world.send(LATEST, b'fresh')
    world.run(2 * S)
    assert world.came(BRIEF) == [b'fresh']
    assert world.came(LATEST) == [b'fresh']
    assert world.surgeon.unacknowledged_given_up == 1


def test_ordered_without_a_lifetime_outlives_an_outage() -> None:
    world = World()
    world.surgeon.routes[MAIN].path.impairment = impairment(loss=1.0)
    world.send(ORDERED, b'a')
    world.run(10 * S)
    world.surgeon.routes[MAIN].path.impairment = impairment()
    world.run(1 * S)
    assert world.came(ORDERED) == [b'a']


@pytest.mark.parametrize('restarted', list(Side))
def test_a_gateway_that_starts_anew_is_met_again(restarted: Side) -> None:
    world = World(base_delay_ms=10.0)
    for payload in numbered(10):
        world.send(LATEST, payload)
        world.send(ORDERED, payload)
        world.run(50 * MS)
    world.link.restart(restarted, world.now_ns)
    for payload in numbered(3):
        world.send(LATEST, payload)
        world.send(ORDERED, payload)
        world.run(50 * MS)
    world.run(500 * MS)
    assert world.came(LATEST) == numbered(10) + numbered(3)
    assert world.came(ORDERED) == numbered(10) + numbered(3)
    other = world.patient if restarted is Side.SURGEON else world.surgeon
    assert other.peer.restarts == 1
    assert world.surgeon.report(world.now_ns).connected
    assert world.patient.report(world.now_ns).connected


def test_a_peer_that_comes_late_or_anew_is_told_the_latched_state() -> None:
    world = World(base_delay_ms=10.0)
    world.send(STATE, b'ENABLED')
    world.run(200 * MS)
    assert world.came(STATE) == [b'ENABLED']
    world.link.restart(Side.SURGEON, world.now_ns)
    world.run(200 * MS)
    assert world.came(STATE) == [b'ENABLED', b'ENABLED']


def test_what_a_replaced_session_left_on_its_way_does_not_revive_it() -> None:
    world = World()
    world.run(100 * MS)
    old = datagram(Frame(world.surgeon.session, 10**6, world.now_ns, Ping()))
    world.link.restart(Side.SURGEON, world.now_ns)
    world.run(100 * MS)
    world.patient.receive_datagram(old, world.now_ns)
    assert world.patient.refused[Refusal.RETIRED] == 1
    assert world.patient.peer.session == world.surgeon.session


@few
@given(st.lists(st.binary(max_size=1400), max_size=30))
def test_rubbish_is_counted_and_changes_nothing(rubbish: list[bytes]) -> None:
    world = World()
    world.run(100 * MS)
    for data in rubbish:
        world.patient.receive_datagram(data, world.now_ns)
    assert world.patient.refused.total() == len(rubbish)
    assert world.patient.deliveries() == []
    world.send(LATEST, b'good')
    world.run(10 * MS)
    assert world.came(LATEST) == [b'good']


def test_doubled_reflected_and_misdirected_frames_are_named() -> None:
    world = World()
    world.run(100 * MS)
    peer, now_ns = world.surgeon.session, world.now_ns
    cases = [
        (Frame(world.patient.session, 10, now_ns, Ping()), Refusal.REFLECTED),
        (Frame(peer, 1, now_ns, Ping()), Refusal.REPEATED),
        (Frame(peer, 101, now_ns, Message(7, 1, 0, 0, 0, 1, b'')), Refusal.UNKNOWN_CHANNEL),
        (Frame(peer, 102, now_ns, Message(STATE.id, 1, 0, 0, 0, 1, b'')), Refusal.UNKNOWN_CHANNEL),
        (Frame(peer, 103, now_ns, Acknowledgement(77, STATE.id, 1)), Refusal.WRONG_SESSION),
        (Frame(peer, 0, now_ns, Echo(77, now_ns, now_ns)), Refusal.WRONG_SESSION),
        (
            Frame(peer, 0, now_ns, Echo(world.patient.session, now_ns + S, now_ns)),
            Refusal.MALFORMED,
        ),
    ]
    for number, (frame, reason) in enumerate(cases, start=1000):
        before = world.patient.refused[reason]
        repeated = reason is Refusal.REPEATED
        world.patient.receive_datagram(datagram(frame, 1 if repeated else number), now_ns)
        assert world.patient.refused[reason] == before + 1, reason


def test_gateways_with_different_tables_refuse_one_anothers_channels() -> None:
    other = ChannelTable((channel('latest', Policy.LATEST, type='std_msgs/msg/Header'),))
    free = {side: {MAIN: impairment()} for side in Side}
    link = VirtualLink(TABLE, dict(free), 0)
    link.ends[Side.PATIENT] = Session(
        session=9,
        side=Side.PATIENT,
        table=other,
        paths={MAIN: Path(impairment())},
        protection=Unprotected(),
        now_ns=0,
    )
    link.ends[Side.SURGEON].send(LATEST.id, b'x', 0)
    assert link.exchange(0)[Side.PATIENT] == []
    assert link.ends[Side.PATIENT].refused[Refusal.UNKNOWN_CHANNEL] == 1


def test_the_report_tells_the_round_trip_and_the_loss() -> None:
    world = World(base_delay_ms=67.5)
    world.run(5 * S)
    report = world.surgeon.report(world.now_ns)
    assert report.connected
    assert report.round_trip_ms == (135.0, 135.0, 135.0)
    assert report.jitter_ms == 0.0
    assert report.loss_ratio == 0.0
    assert report.frames_lost == report.frames_refused == 0
    assert report.newest_age_ms <= 50.0


def test_the_round_trip_counts_neither_the_other_clock_nor_the_time_that_the_peer_took() -> None:
    world = World(silent=True)
    world.run(1 * S)
    hour_ns, held_ns = 3600 * S, 40 * MS
    asked_ns = world.now_ns - 90 * MS
    received_ns = asked_ns + 25 * MS + hour_ns
    echo = Echo(world.surgeon.session, asked_ns, received_ns)
    frame = Frame(world.patient.session, 0, echo.received_ns + held_ns, echo)
    world.surgeon.receive_datagram(datagram(frame, 1000), world.now_ns)
    report = world.surgeon.report(world.now_ns)
    assert report.round_trip_ms == (50.0, 50.0, 50.0)


def test_the_report_tells_lost_frames_on_the_side_that_misses_them() -> None:
    loss = 0.2
    world = World(loss=loss)
    frames_sent = 4000
    for payload in numbered(frames_sent):
        world.send(LATEST, payload)
        world.run(1 * MS)
    report = world.patient.report(world.now_ns)
    bound = 4 * math.sqrt(loss * (1 - loss) / frames_sent)
    assert report.loss_ratio == pytest.approx(loss, abs=bound)
    assert report.frames_received + report.frames_lost == pytest.approx(
        world.surgeon.frames_sent, abs=50
    )


def test_a_peer_that_falls_silent_is_noticed() -> None:
    world = World()
    assert not world.surgeon.report(world.now_ns).connected
    world.run(100 * MS)
    assert world.surgeon.report(world.now_ns).connected
    world.now_ns += 600 * MS
    assert not world.surgeon.report(world.now_ns).connected


def test_before_anything_is_heard_the_figures_are_unknown() -> None:
    report = World().surgeon.report(0)
    assert all(map(math.isnan, report.round_trip_ms + report.one_way_in_ms))
    assert math.isnan(report.jitter_ms)
    assert math.isnan(report.loss_ratio)
    assert math.isnan(report.newest_age_ms)


def test_a_channel_of_the_other_direction_cannot_be_sent() -> None:
    world = World()
    with pytest.raises(KeyError):
        world.surgeon.send(STATE.id, b'', world.now_ns)
