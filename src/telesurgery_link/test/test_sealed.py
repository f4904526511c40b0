"""Two sealed gateways in virtual time: they agree on keys, renew them, and take nothing else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from link_world import LATEST, MS, ORDERED, STATE, Keyring, S, World, numbered

from telesurgery_link.channels import Side
from telesurgery_link.errors import Refusal
from telesurgery_link.keys import Identity, PreSharedKey

KEY = PreSharedKey(bytes(range(32)))
OTHER_KEY = PreSharedKey(bytes(32))


def identities() -> dict[Side, Identity]:
    """Return an identity of each side that knows the other."""
    own = {
        side: Ed25519PrivateKey.from_private_bytes(bytes([i] * 32)) for i, side in enumerate(Side)
    }
    return {side: Identity(own[side], own[side.other].public_key()) for side in Side}


RINGS = {
    'pre-shared': Keyring(dict.fromkeys(Side, KEY)),
    'identities': Keyring(identities()),
}


@pytest.fixture(params=list(RINGS))
def ring(request: pytest.FixtureRequest) -> Keyring:
    return RINGS[request.param]


@pytest.mark.parametrize('base_delay_ms', [0.0, 67.0, 400.0])
def test_a_sealed_link_carries_what_an_insecure_one_does(
    ring: Keyring, base_delay_ms: float
) -> None:
    world = World(base_delay_ms=base_delay_ms, protect=ring)
    world.run(3 * S)
    sent = numbered(20)
    for payload in sent:
        world.send(LATEST, payload)
        world.send(ORDERED, payload)
        world.send(STATE, payload)
        world.run(20 * MS)
    world.run(3 * S)
    assert world.came(LATEST) == world.came(ORDERED) == world.came(STATE) == sent
    # Over a long path knocks and replies come when what they are about is settled.
    assert set(world.surgeon.refused) | set(world.patient.refused) <= {Refusal.STALE}


def test_two_sides_agree_within_a_period_and_two_round_trips(ring: Keyring) -> None:
    world = World(base_delay_ms=50.0, protect=ring)
    world.run_until(
        lambda: all(end.report(world.now_ns).connected for end in world.link.ends.values()),
        limit_ns=500 * MS,
    )
