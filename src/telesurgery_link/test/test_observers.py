"""An observer watches everything and has no way to command, whatever program it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from link_world import KEY, MS, START_NS, Keyring, impairment

from telesurgery_link.channels import ChannelTable, Direction, Side
from telesurgery_link.virtual import MAIN, VirtualLink


@pytest.fixture
def full(workspace: Path) -> ChannelTable:
    return ChannelTable.load(workspace / 'config' / 'channels.yaml')


@pytest.fixture
def watching(workspace: Path) -> ChannelTable:
    return ChannelTable.load(workspace / 'config' / 'observer_channels.yaml')


class Intruder(VirtualLink):
    """A link whose surgeon end has another channel table than the patient side has."""

    def __init__(self, theirs: ChannelTable, ours: ChannelTable) -> None:
        self._tables = {Side.SURGEON: theirs, Side.PATIENT: ours}
        keyring = Keyring(dict.fromkeys(Side, KEY))
        super().__init__(ours, {side: {MAIN: impairment()} for side in Side}, START_NS, keyring)

    def restart(self, side: Side, now_ns: int) -> None:
        self._table = self._tables[side]
        super().restart(side, now_ns)


def test_the_table_of_an_observer_leads_nowhere_but_to_it(watching: ChannelTable) -> None:
    assert watching.towards(Direction.SURGEON_TO_PATIENT) == ()


def test_an_observer_sees_all_that_a_console_sees(
    full: ChannelTable, watching: ChannelTable
) -> None:
    seen = set(full.towards(Direction.PATIENT_TO_SURGEON))
    assert set(watching.channels) == seen


def test_what_an_observer_sends_with_a_consoles_table_comes_out_nowhere(
    full: ChannelTable, watching: ChannelTable
) -> None:
    link = Intruder(full, watching)
    came = dict.fromkeys(Side, 0)
    for tick in range(400):
        now_ns = START_NS + tick * 5 * MS
        for channel in full.towards(Direction.SURGEON_TO_PATIENT):
            link.ends[Side.SURGEON].send(channel.id, b'take this', now_ns)
        for channel in watching.channels:
            link.ends[Side.PATIENT].send(channel.id, b'look at this', now_ns)
        for side, deliveries in link.exchange(now_ns).items():
            came[side] += len(deliveries)
    assert came[Side.PATIENT] == 0
    assert came[Side.SURGEON] > 1000
    assert link.ends[Side.PATIENT].report(now_ns).connected
