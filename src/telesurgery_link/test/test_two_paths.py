"""Several paths in virtual time: the first arrival counts, and a path may die at any moment."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_world import KEY, LATEST, MEDIA, MS, ORDERED, Keyring, S, World, impairment, numbered

from telesurgery_link.channels import Side
from telesurgery_link.errors import Refusal
from telesurgery_link.protection import Unprotected

FIBRE = {'base_delay_ms': 67.0}
MOBILE = {'base_delay_ms': 80.0, 'jitter_ms': 30.0, 'loss': 0.02}
DEAD = {'loss': 1.0}
PERIOD_NS = 5 * MS


def two_paths(seed: int = 0, sealed: bool = True) -> World:
    protect = Keyring(dict.fromkeys(Side, KEY)) if sealed else None
    return World(seed, protect, paths={'fibre': FIBRE, '5g': MOBILE})


def kill(world: World, name: str) -> None:
    for end in world.link.ends.values():
        end.routes[name].path.impairment = impairment(**DEAD)


def revive(world: World, name: str, figures: dict[str, float]) -> None:
    for end in world.link.ends.values():
        end.routes[name].path.impairment = impairment(**figures)


def alive(world: World) -> dict[str, bool]:
    return {path.name: path.alive for path in world.surgeon.report(world.now_ns).paths}


@pytest.mark.parametrize('sealed', [True, False])
@pytest.mark.parametrize('dying', ['fibre', '5g'])
def test_the_death_of_a_path_costs_no_command_and_no_gap_above_a_period(
    dying: str, sealed: bool
) -> None:
    # Equal delays: what is measured is the switch, not the difference of two roads.
    world = World(
        1,
        Keyring(dict.fromkeys(Side, KEY)) if sealed else None,
        paths={'fibre': FIBRE, '5g': FIBRE},
    )
    world.run(2 * S)
    sent = numbered(400)
    for number, payload in enumerate(sent):
        if number == 200:
            kill(world, dying)
        world.send(LATEST, payload)
        world.run(PERIOD_NS)
    world.run(1 * S)
    assert world.came(LATEST) == sent
    arrivals = [d.arrival_ns for d in world.delivered[Side.PATIENT] if d.channel is LATEST]
    assert max(after - before for before, after in itertools.pairwise(arrivals)) <= PERIOD_NS
    assert alive(world) == {name: name != dying for name in ('fibre', '5g')}


def test_the_first_arrival_counts_and_its_copy_is_dropped() -> None:
    world = two_paths()
    world.run(2 * S)
    world.send(LATEST, b'command')
    world.send(ORDERED, b'enable')
    world.run(1 * S)
    assert world.came(LATEST) == [b'command']
    assert world.came(ORDERED) == [b'enable']
    delivery = next(d for d in world.delivered[Side.PATIENT] if d.channel is LATEST)
    assert delivery.arrival_ns - delivery.taken_ns == 67 * MS
    assert world.patient.refused[Refusal.REPEATED] == 0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(0.0, 0.6), st.floats(0.0, 0.6))
def test_two_lossy_paths_invent_repeat_and_reorder_nothing(
    seed: int, first: float, second: float
) -> None:
    rough = {'jitter_ms': 40.0, 'duplication': 0.2}
    world = World(seed, paths={'a': {'loss': first, **rough}, 'b': {'loss': second, **rough}})
    world.run(1 * S)
    sent = numbered(50)
    for payload in sent:
        world.send(LATEST, payload)
        world.send(ORDERED, payload)
        world.run(10 * MS)
    world.run_until(lambda: len(world.came(ORDERED)) >= len(sent), limit_ns=60 * S)
    world.run(2 * S)
    assert world.came(ORDERED) == sent
    came = world.came(LATEST)
    assert came == sorted(set(came))
    assert set(came) <= set(sent)


def test_media_leave_a_dead_path_and_come_back_when_it_has_lived_a_while() -> None:
    world = two_paths()
    world.run(2 * S)

    def media_path() -> str:
        world.send(MEDIA, b'picture' * 1000)
        paths = world.surgeon.report(world.now_ns).paths
        return next(path.name for path in paths if path.carries_media)

    assert media_path() == 'fibre'
    kill(world, 'fibre')
    killed_ns = world.now_ns
    world.run_until(lambda: media_path() == '5g', limit_ns=1 * S)
    assert world.now_ns - killed_ns <= 450 * MS  # the time-out, and an echo that was on its way
    before = len(world.came(MEDIA))
    world.run(300 * MS)
    assert len(world.came(MEDIA)) > before
    revive(world, 'fibre', FIBRE)
    world.run(1 * S)
    assert media_path() == '5g'
    world.run(2 * S)
    assert media_path() == 'fibre'
    assert world.surgeon.report(world.now_ns).media_switches == 2


def test_loss_is_told_by_path_and_for_the_link_as_a_whole() -> None:
    world = World(3, paths={'a': {'loss': 0.3}, 'b': {}})
    for payload in numbered(2000):
        world.send(LATEST, payload)
        world.run(2 * MS)
    report = world.patient.report(world.now_ns)
    assert report.loss_ratio == 0.0
    a, b = report.paths
    assert a.loss_ratio == pytest.approx(0.3, abs=0.05)  # 4 sigma of 2000 are 0.041
    assert b.loss_ratio == 0.0


def test_a_dead_path_from_the_start_does_no_harm() -> None:
    world = World(paths={'dead': DEAD, 'alive': FIBRE}, protect=Keyring(dict.fromkeys(Side, KEY)))
    world.run(2 * S)
    world.send(LATEST, b'x')
    world.send(MEDIA, b'y' * 5000)
    world.run(1 * S)
    assert world.came(LATEST) == [b'x']
    assert world.came(MEDIA) == [b'y' * 5000]


def test_crossed_paths_are_told() -> None:
    world = World(paths={'a': {}, 'b': {}})
    datagram = Unprotected().protect(1, b'', 0)
    world.patient.receive_datagram(datagram, world.now_ns, path=0)
    assert world.patient.refused[Refusal.WRONG_PATH] == 1
