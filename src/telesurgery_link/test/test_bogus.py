"""A campaign against both ends of a sealed link, beside a flow of good frames."""

from __future__ import annotations

import numpy as np
import pytest
from link_world import LATEST, MS, RINGS, Keyring, S, World

from telesurgery_link.bogus import Attacker, Trick
from telesurgery_link.channels import Side
from telesurgery_link.errors import Refusal


@pytest.mark.parametrize('kind', list(RINGS))
def test_of_ten_thousand_bogus_datagrams_none_is_taken_and_every_good_frame_comes(
    kind: str,
) -> None:
    world = World(protect=Keyring(RINGS[kind]))
    world.run(1 * S)
    for number in range(20):
        world.send(LATEST, b'overheard %d' % number)
        world.run(5 * MS)
    rng = np.random.default_rng(1)
    attackers = {
        side: Attacker([data for to, data in world.link.wire if to is side], rng) for side in Side
    }
    refused = {side: end.refused.total() for side, end in world.link.ends.items()}
    before = len(world.came(LATEST))
    sent = [b'good %d' % number for number in range(100)]
    for payload in sent:
        for trick in Trick:
            for side, attacker in attackers.items():
                for _ in range(10):
                    world.link.ends[side].receive_datagram(attacker.datagram(trick), world.now_ns)
        world.send(LATEST, payload)
        world.run(5 * MS)
    assert world.came(LATEST)[before:] == sent
    for side, end in world.link.ends.items():
        assert end.refused.total() - refused[side] == 100 * 10 * len(Trick)
        assert end.report(world.now_ns).loss_ratio == 0.0
        assert {
            *(Refusal.TOO_SHORT, Refusal.FOREIGN, Refusal.VERSION, Refusal.DAMAGED),
            *(Refusal.FORGED, Refusal.UNKNOWN_KEY, Refusal.NOT_SEALED, Refusal.REPEATED),
        } <= set(end.refused)
