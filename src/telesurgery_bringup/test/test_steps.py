"""Steps run side by side, in the order they need, and only where something is to do."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import steps
from telesurgery_bringup.provisioning.artifact import Artifact
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.provisioning.plan import Need, Plan
from telesurgery_bringup.provisioning.progress import Progress
from telesurgery_bringup.provisioning.steps import Step, provision, run_steps
from telesurgery_bringup.workspace import Workspace

Tell = Callable[[str], None]
DEADLINE_S = 60.0


def step(folder: Path, need: Need, work: Callable[[], None], after: Need | None = None) -> Step:
    artifact = Artifact(folder / need.name, 'key')

    def bring(tell: Tell) -> None:
        artifact.begin()
        work()
        artifact.finish()

    return Step(need, artifact, bring, after)


def fail() -> None:
    raise SetupError('no network')


def quiet() -> Progress:
    return Progress(io.StringIO())


def test_independent_steps_run_at_the_same_time(tmp_path: Path) -> None:
    meeting = threading.Barrier(2, timeout=DEADLINE_S)
    both = [
        step(tmp_path, need, lambda: meeting.wait() and None)
        for need in (Need.GAZEBO, Need.PYTHON_PACKAGES)
    ]
    assert run_steps(both, quiet()) == {}


def test_a_step_waits_for_the_one_it_needs(tmp_path: Path) -> None:
    order: list[str] = []
    both = [
        step(tmp_path, Need.INSTALLER, lambda: order.append('pip')),
        step(tmp_path, Need.PYTHON_PACKAGES, lambda: order.append('python'), Need.INSTALLER),
    ]
    assert run_steps(both, quiet()) == {}
    assert order == ['pip', 'python']


def test_a_failure_stops_what_needs_it_and_nothing_else(tmp_path: Path) -> None:
    done: list[str] = []
    three = [
        step(tmp_path, Need.INSTALLER, fail),
        step(tmp_path, Need.PYTHON_PACKAGES, lambda: done.append('python'), Need.INSTALLER),
        step(tmp_path, Need.GAZEBO, lambda: done.append('gazebo')),
    ]
    assert set(run_steps(three, quiet())) == {Need.INSTALLER, Need.PYTHON_PACKAGES}
    assert done == ['gazebo']


def test_an_error_of_the_program_itself_is_not_hidden(tmp_path: Path) -> None:
    def mistake() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_steps([step(tmp_path, Need.GAZEBO, mistake)], quiet())


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace on a machine that needs Python packages and Gazebo."""
    monkeypatch.setattr(steps, 'probe', lambda **_: Machine())
    plan = Plan(frozenset({Need.PYTHON_PACKAGES, Need.GAZEBO}), frozenset({'ros'}), ('Xvfb: no',))
    monkeypatch.setattr(steps, 'decide', lambda _: plan)
    return Workspace(tmp_path)


def offer(monkeypatch: pytest.MonkeyPatch, *offered: Step) -> None:
    monkeypatch.setattr(steps, 'steps_of', lambda *_: list(offered))


def test_set_up_runs_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    count: list[int] = []
    offer(monkeypatch, step(workspace.root, Need.PYTHON_PACKAGES, lambda: count.append(1)))
    for _ in range(3):
        assert provision(workspace).missing == ('Xvfb: no',)
    assert count == [1]


def test_an_interrupted_set_up_goes_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def interrupted() -> None:
        raise KeyboardInterrupt

    python = step(workspace.root, Need.PYTHON_PACKAGES, lambda: done.append('python'))
    offer(monkeypatch, python, step(workspace.root, Need.GAZEBO, interrupted))
    with pytest.raises(KeyboardInterrupt):
        provision(workspace)
    offer(monkeypatch, python, step(workspace.root, Need.GAZEBO, lambda: done.append('gazebo')))
    provision(workspace)
    assert done == ['python', 'gazebo']


def test_without_gazebo_the_rest_is_of_use(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, step(workspace.root, Need.GAZEBO, fail))
    there = provision(workspace)
    assert there.failed == {Need.GAZEBO}
    assert any('no network' in line and '--sim loopback' in line for line in there.missing)


def test_without_python_packages_nothing_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, step(workspace.root, Need.PYTHON_PACKAGES, fail))
    with pytest.raises(SetupError, match='no network'):
        provision(workspace)


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, step(workspace.root, Need.GAZEBO, fail))
    monkeypatch.setattr(steps, 'ROOM_MB', {Need.GAZEBO: 10**9})
    with pytest.raises(SetupError, match='MB free; allowed: at least 1000000000 MB'):
        provision(workspace)


def test_every_step_says_how_much_room_it_takes() -> None:
    assert set(steps.ROOM_MB) == set(Need)


COMPILES = Machine(compiler=Path('/usr/bin/c++'), python_headers=True)


@pytest.mark.parametrize(
    ('machine', 'needs', 'groups', 'can_build'),
    [
        (COMPILES, [], ['ros'], True),
        (COMPILES, [], [], False),
        (Machine(), [Need.TOOLCHAIN], ['ros'], True),
        (Machine(), [], ['ros'], False),
        (replace(COMPILES, ros_is_sourced=True), [], [], True),
        (Machine(ros_is_sourced=True), [], [], False),
    ],
)
def test_nodes_need_ros_and_a_compiler(
    machine: Machine, needs: list[Need], groups: list[str], can_build: bool
) -> None:
    plan = Plan(frozenset(needs), frozenset(groups))
    assert steps.Provision(machine, plan).can_build is can_build


def test_the_state_folder_is_hidden_from_colcon_and_git(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.make_state_folder()
    assert (workspace.state / 'COLCON_IGNORE').is_file()
    assert (workspace.state / '.gitignore').read_text() == '*\n'
