"""Fixtures that every test of the workspace may use, and what keeps real ROS and Gazebo apart.

A test marked ``ros`` or ``gazebo`` runs in a ROS domain, a Gazebo port and a Gazebo partition of
its own, so that any number of test runs (and a session beside them) share a machine.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from telesurgery_bringup.reservations import Reservations

WORKSPACE = Path(__file__).resolve().parent
REAL = ('ros', 'gazebo')

# A shared machine has no deadlines, and a run that failed must fail again.
hypothesis.settings.register_profile(
    'workspace',
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile('workspace')


@pytest.fixture(scope='session')
def workspace() -> Path:
    """The root of the checkout."""
    return WORKSPACE


@pytest.fixture(scope='session')
def shared_data() -> Path:
    """The folder of public recordings beside the checkout; skips where it is absent."""
    folder = WORKSPACE.parent / 'shared' / 'data'
    if not folder.is_dir():
        pytest.skip('the recordings of shared/data are not on this machine')
    return folder


@pytest.fixture
def reservations() -> Iterator[Reservations]:
    """Domains, ports and partitions for one test: ``reservations.domain()`` and so on."""
    with Reservations() as held:
        yield held


@pytest.fixture(scope='module')
def module_reservations() -> Iterator[Reservations]:
    """The same for the tests of one module together."""
    with Reservations() as held:
        yield held


@pytest.fixture
def domain_id(reservations: Reservations) -> int:
    """A ROS domain that nobody else on this machine uses."""
    return reservations.domain()


@pytest.fixture
def gazebo_port(reservations: Reservations) -> int:
    """A TCP port for Gazebo's master that nobody else uses."""
    return reservations.gazebo_port()


@pytest.fixture
def gazebo_partition(reservations: Reservations) -> str:
    """A partition of Gazebo's transport that nobody else uses."""
    return reservations.partition()


@pytest.fixture(autouse=True)
def isolation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every ``ros`` or ``gazebo`` test its own domain, port and partition."""
    marks = {mark.name for mark in request.node.iter_markers()}
    if not marks.intersection(REAL):
        return
    monkeypatch.setenv('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
    monkeypatch.setenv('ROS_DOMAIN_ID', str(request.getfixturevalue('domain_id')))
    if 'gazebo' in marks:
        port = request.getfixturevalue('gazebo_port')
        monkeypatch.setenv('GAZEBO_MASTER_URI', f'http://127.0.0.1:{port}')
        monkeypatch.setenv('GAZEBO_IP', '127.0.0.1')
        monkeypatch.setenv('IGN_IP', '127.0.0.1')
        partition = request.getfixturevalue('gazebo_partition')
        monkeypatch.setenv('IGN_PARTITION', partition)
        monkeypatch.setenv('GZ_PARTITION', partition)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what needs real ROS or Gazebo last; skip it where there is none."""
    for item in items:
        for name in REAL:
            if item.get_closest_marker(name) is None:
                continue
            missing = _missing(name)
            if missing and name not in os.environ.get('TELESURGERY_TEST_REQUIRES', '').split():
                item.add_marker(pytest.mark.skip(reason=f'{missing}; run ./telesurgery test'))
    items.sort(key=_is_real)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Let one worker of xdist run all files with real tests, in turn.

    Two sessions at once are more than two cores carry: their loops have real-time priority, and
    a process that starts beside them may wait for half a minute. (The groups of xdist 3.8 come to
    nothing with pytest 9.2.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneWorkerForRealTests(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition('::')[0]
            return 'real' if _has_real_tests(file) else file

    return OneWorkerForRealTests(config, log)


@cache
def _has_real_tests(file: str) -> bool:
    text = (WORKSPACE / file).read_text(encoding='utf-8')
    return any(f'pytest.mark.{name}' in text for name in REAL)


def _is_real(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) is not None for name in REAL)


def _missing(name: str) -> str:
    """Return what a mark's tests lack on this machine, or an empty text."""
    if name == 'gazebo':
        prefix = os.environ.get('TELESURGERY_GAZEBO_PREFIX', '')
        there = bool(prefix) or shutil.which('gzserver') is not None
        return '' if there else 'no Gazebo here'
    for module in ('rclpy', 'telesurgery_msgs'):
        if importlib.util.find_spec(module) is None:
            return f'the module {module} is not here'
    return ''
