"""A flipped bit is found, wherever it is: by the seal, or without one by the frame's own check."""

from __future__ import annotations

import os

import pytest
from link_world import MS, START_NS, TABLE, Keyring, S, numbered

from telesurgery_link.channels import Side
from telesurgery_link.impairment import StagedImpairment, Streams, Treatment
from telesurgery_link.impairment.chance import Chance
from telesurgery_link.keys import PreSharedKey
from telesurgery_link.virtual import MAIN, Protect, VirtualLink

LATEST = TABLE.channels[0]
SHARE = 0.3


def unsealed() -> None:
    return None


def sealed() -> Protect:
    key = PreSharedKey(os.urandom(32))
    return Keyring(dict.fromkeys(Side, key))


class Counted(StagedImpairment):
    """Counts the frames of which it flips a bit."""

    flips = 0

    def fates(self, now_ns: int, channel: int):  # type: ignore[no-untyped-def]
        fates = super().fates(now_ns, channel)
        self.flips += sum(fate.flipped is not None for fate in fates)
        return fates


@pytest.mark.parametrize('protect', [unsealed, sealed])
def test_every_datagram_with_a_flipped_bit_is_refused_and_no_other(protect) -> None:  # type: ignore[no-untyped-def]
    clean = {
        side: {MAIN: StagedImpairment(Treatment(), Streams.seeded(1, 1), START_NS)}
        for side in Side
    }
    link = VirtualLink(TABLE, clean, START_NS, protect())
    surgeon, patient = link.ends[Side.SURGEON], link.ends[Side.PATIENT]
    now_ns, came = START_NS, []
    for _ in range(300):  # until both have a key
        link.exchange(now_ns)
        now_ns += 10 * MS
    before = patient.refused.total()
    noisy = Counted(Treatment(corruption=Chance(SHARE)), Streams.seeded(1, 0), START_NS)
    surgeon.routes[MAIN].path.impairment = noisy
    sent = numbered(2000, size=200)
    for payload in sent:
        surgeon.send(LATEST.id, payload, now_ns)
        came += [d.payload for d in link.exchange(now_ns)[Side.PATIENT]]
        now_ns += MS
    link.exchange(now_ns + S)
    assert set(came) <= set(sent)
    # 2000 draws of 30 %: 1400 unharmed, give or take four deviations of 20.
    assert abs(len(came) - 1400) <= 4 * 20.5
    assert patient.refused.total() - before == noisy.flips
