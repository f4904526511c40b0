"""What the link promises holds over every WAN that is shipped, and over the roughest that can be
written: nothing invented, nothing twice, order kept, the newest wins, the same seed the same fate.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_world import (
    LATEST,
    MEDIA,
    MS,
    ORDERED,
    RINGS,
    START_NS,
    STATE,
    TABLE,
    Keyring,
    S,
    World,
    numbered,
)

from telesurgery_link.channels import Side
from telesurgery_link.profiles import load_profile, profile_names
from telesurgery_link.virtual import VirtualLink

CONFIG = Path(__file__).resolve().parents[3] / 'config' / 'link'
ROUGH = (
    'netem: delay 40ms 30ms distribution pareto loss 20% duplicate 20% corrupt 10%',
    'netem: delay 50ms reorder 25% 50% gap 3 loss gemodel 5% 30%',
    'netem: delay 20ms loss state 10% 40% 20% 60% rate 2mbit limit 50',
    'rome_beijing, then after 1 s an outage of 1 s',
)
SENT = numbered(40)
PICTURES = numbered(40, size=6000)


def profile_world(name: str, seed: int = 1, sealed: bool = True) -> World:
    """Return a world whose link is of a profile."""
    world = World()
    protect = Keyring(RINGS['pre-shared']) if sealed else None
    world.link = VirtualLink.of_profile(  # type: ignore[assignment]
        TABLE, load_profile(name, CONFIG), seed, START_NS, protect
    )
    return world


def live(world: World) -> None:
    """Send on every channel for a while, and wait for what is promised to come."""
    for payload, picture in zip(SENT, PICTURES, strict=True):
        world.send(LATEST, payload)
        world.send(ORDERED, payload)
        world.send(STATE, payload)
        world.send(MEDIA, picture)
        world.run(25 * MS)
    world.run_until(
        lambda: len(world.came(ORDERED)) >= 40 and len(world.came(STATE)) >= 40, limit_ns=600 * S
    )
    world.run(2 * S)


def check_promises(world: World) -> None:
    assert world.came(ORDERED) == SENT
    assert world.came(STATE) == SENT
    for channel, sent in ((LATEST, SENT), (MEDIA, PICTURES)):
        came = world.came(channel)
        assert set(came) <= set(sent)
        assert came == sorted(set(came))


def history(world: World) -> list[tuple[str, bytes, int]]:
    return [
        (delivery.channel.topic, delivery.payload, delivery.arrival_ns)
        for side in Side
        for delivery in world.delivered[side]
    ]


@pytest.mark.parametrize('name', [*profile_names(CONFIG), *ROUGH])
def test_the_promises_hold_over_every_wan(name: str) -> None:
    world = profile_world(name)
    live(world)
    check_promises(world)


@pytest.mark.parametrize('name', ['rome_beijing', 'netfi_loss_30', ROUGH[0]])
@pytest.mark.parametrize('sealed', [True, False])
def test_the_same_seed_gives_the_same_session_and_another_one_another(
    name: str, sealed: bool
) -> None:
    def lived(seed: int) -> list[tuple[str, bytes, int]]:
        world = profile_world(name, seed, sealed)
        for payload in SENT[:15]:
            for channel in (LATEST, ORDERED, MEDIA):
                world.send(channel, payload * 300)
            world.run(25 * MS)
        world.run(2 * S)
        return history(world)

    assert lived(1) == lived(1)
    assert lived(1) != lived(2)


@settings(max_examples=10, deadline=None)
@given(
    st.integers(0, 10_000),
    st.floats(0.0, 200.0),
    st.floats(0.0, 100.0),
    st.floats(0.0, 0.4),
    st.floats(0.0, 0.5),
    st.booleans(),
    st.sampled_from(list(Side)),
    st.integers(1, 39),
)
def test_the_promises_hold_when_a_side_starts_anew(
    seed: int,
    base_delay_ms: float,
    jitter_ms: float,
    loss: float,
    duplication: float,
    keeps_order: bool,
    restarted: Side,
    at: int,
) -> None:
    world = World(
        seed,
        Keyring(RINGS['identities']),
        base_delay_ms=base_delay_ms,
        jitter_ms=jitter_ms,
        loss=loss,
        duplication=duplication,
        keeps_order=keeps_order,
    )
    for number, payload in enumerate(SENT):
        if number == at:
            world.link.restart(restarted, world.now_ns)
        world.send(ORDERED, payload)
        world.run(25 * MS)
    world.send(ORDERED, b'last')
    world.run_until(lambda: b'last' in world.came(ORDERED), limit_ns=600 * S)
    came = world.came(ORDERED)
    assert set(came) <= {*SENT, b'last'}
    # What was delivered just before the receiver ended may be delivered again by its successor;
    # within a session nothing is, and nothing goes back.
    falls = sum(after <= before for before, after in itertools.pairwise(came))
    assert falls <= (restarted is Side.PATIENT)
