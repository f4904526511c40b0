"""Two consoles, the bedside and one patient side as real processes, over real gateways."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

from telesurgery_safety.event_log import Verification, verify  # noqa: E402

MOVED_M = 1e-3
STANDS_M = 1e-4
PATIENCE_SAMPLES = 100
"""So many poses of a tip pass before a hand engages again."""


@pytest.fixture
def sites(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(workspace / 'bench'))
    monkeypatch.setenv('ROS_DOMAIN_ID', os.environ.get('ROS_DOMAIN_ID', '0'))
    from authority_parts.sites import Sites

    with Sites(
        tmp_path, 'lan', ('PSM1', 'PSM3'), authority_link_timeout_s=1.0, answer_timeout_s=600.0
    ) as running:
        running.wait_until_ready('PSM1', 'PSM3')
        yield running


def swaying(seconds: float) -> Any:
    """A hand that moves the tip to and fro by 10 mm."""
    return 0.01 * np.array([np.sin(2.0 * seconds), 0.0, 0.0])


def drives(sites: Any, console: Any, arm: str, state: str) -> None:
    """Engage an arm until it is in a state of motion and its tip has moved.

    A busy machine may put it on hold on the way.
    """
    tips = sites.tips[arm]
    start, engaged_at = tips[-1], 0

    def has_moved() -> bool:
        nonlocal engaged_at
        assert sites.state_of(arm) != 'fault'
        driven = sites.state_of(arm) in ('aligning', state)
        if not driven and len(tips) >= engaged_at:
            engaged_at = len(tips) + PATIENCE_SAMPLES
            console.engage(arm)
        moved = np.linalg.norm(tips[-1] - start) > MOVED_M
        return bool(moved and sites.state_of(arm) == state)

    sites.until(has_moved)


def stands(sites: Any, arm: str) -> None:
    """Wait until a tip stands, and see that it goes on to stand."""
    tips = sites.tips[arm]
    sites.until(lambda: np.ptp(tips[-25:], axis=0).max() < 1e-9)
    there, since = tips[-1], len(tips)
    sites.until(lambda: len(tips) > since + 100)
    assert max(np.linalg.norm(tip - there) for tip in tips[since:]) <= STANDS_M


def log(sites: Any) -> Verification:
    return verify(sites.event_log().read_text().splitlines())


def test_two_consoles_and_the_bedside_share_the_arms(sites: Any) -> None:
    a, b, local = sites.consoles['A'], sites.consoles['B'], sites.consoles['local']
    for console in (a, b, local):
        console.path = swaying
    assert a.holders() == dict.fromkeys(('PSM1', 'PSM2', 'PSM3', 'ECM'), ('A', ''))

    drives(sites, a, 'PSM1', 'following')
    b.engage('PSM3')  # without authority
    sites.until(lambda: any('A has it' in c.refusal for c in sites.safety[-1].consoles))
    stands(sites, 'PSM3')

    b.let_go()
    b.ask('request', 'PSM3', why='I show you')
    sites.until(lambda: a.holders()['PSM3'] == ('A', 'B'))
    a.ask('refuse', 'PSM3', why='not now')
    sites.until(lambda: any('not now' in event.why for event in b.events))
    sites.until(lambda: b.holders()['PSM3'] == ('A', ''))

    a.answer = lambda holders: ('offer', 'PSM3', 'B') if holders['PSM3'] == ('A', 'B') else None
    b.ask('request', 'PSM3')
    sites.until(lambda: b.holds('PSM3'))
    stands(sites, 'PSM3')
    assert a.holds('PSM1')  # and goes on with its own

    answer = sites.decide('take', 'PSM1', why='bleeding')
    assert answer.success, answer.message
    stands(sites, 'PSM1')
    drives(sites, local, 'PSM1', 'local')

    b.stop('smoke')
    sites.until(lambda: sites.safety[-1].stopped)
    assert sites.safety[-1].stopped == 'emergency stop by B: smoke'

    sites.cut('B')
    sites.until(lambda: local.holders()['PSM3'][0] == 'local')
    sites.until(
        lambda: any(event.arm == 'PSM3' and 'stayed dead' in event.why for event in a.events)
    )
    with sites.bedside('PSM2'):
        sites.until(lambda: local.holders()['PSM2'] == ('local', ''))
    sites.until(lambda: local.holders()['PSM2'] == ('', ''))

    heard = {event.hash for event in a.events}
    sites.until(lambda: heard <= {record.hash for record in log(sites).records})
    assert log(sites).broken is None
    assert [r.who for r in log(sites).records if r.what == 'authority agreed'] == ['A']
