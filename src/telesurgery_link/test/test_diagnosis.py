"""What the link's figures mean, in words."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from link_world import LATEST, MS, RINGS, STATE, Keyring, S, World, numbered

from telesurgery_link.channels import Side
from telesurgery_link.datagrams import VERSION
from telesurgery_link.diagnosis import Level, diagnose
from telesurgery_link.errors import Refusal
from telesurgery_link.report import LinkReport
from telesurgery_link.state import TELLING_NS, LinkState, StateWatch


def good_report() -> LinkReport:
    world = World(base_delay_ms=30.0, protect=Keyring(RINGS['pre-shared']))
    for payload in numbered(100):
        world.send(LATEST, payload)
        world.send(STATE, payload)
        world.run(20 * MS)
    return world.surgeon.report(world.now_ns)


GOOD = good_report()


def level(report: LinkReport, name: str, clock_step_ns: int = 0) -> Level:
    (finding,) = [d for d in diagnose(report, clock_step_ns) if d.name == name]
    assert finding.message
    return finding.level


def test_a_good_link_is_in_order() -> None:
    assert {finding.level for finding in diagnose(GOOD, 0)} == {Level.OK}
    assert [finding.name for finding in diagnose(GOOD, 0)] == [
        *('connection', 'security', 'timeliness', 'loss', 'clock'),
        'path main',
    ]


@pytest.mark.parametrize(
    'state', [state for state in LinkState if state is not LinkState.CONNECTED]
)
def test_no_connection_is_an_error_that_says_why(state: LinkState) -> None:
    finding = diagnose(replace(GOOD, state=state), 0)[0]
    assert (finding.level, finding.message) == (Level.ERROR, state.value)


@pytest.mark.parametrize(
    ('round_trip_ms', 'expected'),
    [(199.0, Level.OK), (201.0, Level.WARN), (301.0, Level.ERROR), (math.nan, Level.WARN)],
)
def test_the_round_trip_is_judged_as_surgeons_do(round_trip_ms: float, expected: Level) -> None:
    times = (round_trip_ms, round_trip_ms, round_trip_ms)
    assert level(replace(GOOD, round_trip_ms=times), 'timeliness') is expected


@pytest.mark.parametrize(
    ('changes', 'name', 'expected'),
    [
        ({'sealed': False}, 'security', Level.WARN),
        ({'key_exchanges': 0}, 'security', Level.WARN),
        ({'jitter_ms': 11.0}, 'timeliness', Level.WARN),
        ({'loss_ratio': 0.02}, 'loss', Level.WARN),
        ({'loss_ratio': 0.2}, 'loss', Level.ERROR),
        ({'loss_ratio': math.nan}, 'loss', Level.WARN),
    ],
)
def test_what_is_not_in_order_has_its_level(
    changes: dict[str, object], name: str, expected: Level
) -> None:
    assert level(replace(GOOD, **changes), name) is expected  # type: ignore[arg-type]


def test_insecure_is_said_for_all_to_see() -> None:
    messages = [finding.message for finding in diagnose(replace(GOOD, sealed=False), 0)]
    assert any('INSECURE' in message for message in messages)


def test_a_clock_that_was_set_is_told() -> None:
    assert level(GOOD, 'clock', clock_step_ns=10 * S) is Level.WARN
    assert level(GOOD, 'clock', clock_step_ns=-10 * S) is Level.WARN


def test_one_dead_path_of_two_is_a_warning_and_the_last_one_an_error() -> None:
    alive, dead = GOOD.paths[0], replace(GOOD.paths[0], name='5g', alive=False)
    assert level(replace(GOOD, paths=(alive, dead)), 'path 5g') is Level.WARN
    assert level(replace(GOOD, paths=(dead,)), 'path 5g') is Level.ERROR


@pytest.mark.parametrize('protect', [None, Keyring(RINGS['pre-shared'])])
def test_a_peer_of_another_version_is_refused_and_told_on_both_sides(
    protect: Keyring | None,
) -> None:
    world = World(protect=protect)
    for _ in range(20):
        world.now_ns += 100 * MS
        for side in Side:
            for _, datagram in world.link.ends[side].datagrams_to_send(world.now_ns):
                other = datagram[:4] + bytes([VERSION + 1]) + datagram[5:]
                world.link.ends[side.other].receive_datagram(other, world.now_ns)
    for end in world.link.ends.values():
        assert end.report(world.now_ns).state is LinkState.OTHER_VERSION
        assert end.refused[Refusal.VERSION] > 0


def test_what_explains_the_silence_is_forgotten_after_a_while() -> None:
    watch = StateWatch()
    assert watch.state(None, S, 0) is LinkState.WAITING
    watch.note(Refusal.FORGED, 0)
    assert watch.state(None, S, TELLING_NS) is LinkState.OTHER_KEYS
    assert watch.state(None, S, TELLING_NS + 1) is LinkState.WAITING
    assert watch.state(0, S, 5 * S) is LinkState.SILENT
    watch.note(Refusal.FORGED, 5 * S)
    assert watch.state(5 * S, S, 5 * S) is LinkState.CONNECTED
