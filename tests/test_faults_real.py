"""The fault campaign's quick subset among real processes: what fails stops the arms, for good."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytestmark = pytest.mark.ros
pytest.importorskip('rclpy')
pytest.importorskip('telesurgery_msgs')

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'bench'))

from faults_study.cases import CASES  # noqa: E402
from faults_study.tips import DRIVEN, tips_of  # noqa: E402

if TYPE_CHECKING:
    from faults_real.session import RealSession

CONTROL_HZ = 100.0
"""Enough to see what stops, and a fifth of the load."""
DRIVING_S = 120.0
MOVED_M = 1e-3
STANDS_M = 1e-4
LOOKED_AT = 125
"""Joint states in half a second."""
SATURATED = 0.95
"""Share of busy processor time from which it may be the machine that a session waits for."""
BY_NAME = {case.name: case for case in CASES}


def processor_times() -> tuple[float, float]:
    """Time that all processors have spent idle, and altogether, since the machine started."""
    fields = [float(text) for text in Path('/proc/stat').read_text().split('\n')[0].split()[1:9]]
    return fields[3] + fields[4], sum(fields)


@contextlib.contextmanager
def where_the_machine_keeps_up() -> Iterator[None]:
    """Skip, and say so, what came to nothing while every processor was busy all the time."""
    idle_before, all_before = processor_times()
    try:
        yield
    except TimeoutError as error:
        idle, total = processor_times()
        if 1.0 - (idle - idle_before) / (total - all_before) > SATURATED:
            pytest.skip(f'this machine is too slow for a session in real time: {error}')
        raise


@pytest.fixture(scope='module')
def session(workspace: Path) -> Iterator[RealSession]:
    from faults_real.session import running_session

    rng = np.random.default_rng(1)
    with running_session(
        workspace, 'loopback', rng, CONTROL_HZ, light=True, record=False
    ) as running:
        with where_the_machine_keeps_up():
            running.engage()
        yield running


def ways(session: RealSession, count: int) -> list[float]:
    """How far the driven tips have been apart from their newest place, in so many states [m]."""
    tips = tips_of(session.robot, session.witness.joints.since(-count)[1])
    return [
        float(np.linalg.norm(tips[arm] - tips[arm][-1], axis=1).max()) for arm in DRIVEN.values()
    ]


def see_more(session: RealSession, count: int = LOOKED_AT) -> None:
    """Wait for so many more joint states."""
    seen = len(session.witness.joints)
    session.until(lambda: len(session.witness.joints) >= seen + count)


def drive(session: RealSession) -> None:
    """Home, engage and swing until both tips have moved; a busy machine may stop them early."""
    give_up = time.monotonic() + DRIVING_S
    while time.monotonic() < give_up:
        session.begin()
        session.witness.forget()
        session.hardware.swinging = True
        see_more(session)
        if min(ways(session, LOOKED_AT)) > MOVED_M:
            return
    raise TimeoutError(f'the tips did not move by {MOVED_M:g} m within {DRIVING_S:g} s')


@pytest.mark.parametrize('name', ['link cut', 'motion frozen', 'console gone'])
def test_what_fails_stops_the_arms_until_the_operator_engages_again(
    session: RealSession, name: str
) -> None:
    with where_the_machine_keeps_up():
        drive(session)

        with session.injuries.inflict(BY_NAME[name].real):
            session.until(lambda: not session.any_follows())
        # The fault is over, the hands swing on, the operator does nothing else.
        session.until(lambda: session.witness.words != [])
        see_more(session)
        session.until(lambda: max(ways(session, LOOKED_AT)) < STANDS_M)
        see_more(session, 3 * LOOKED_AT)
        assert max(ways(session, 3 * LOOKED_AT)) < STANDS_M
        assert not session.any_follows()

        drive(session)
