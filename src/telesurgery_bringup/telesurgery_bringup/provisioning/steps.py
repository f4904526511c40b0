"""Runs what the plan says: independent steps side by side, finished ones not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from telesurgery_bringup.environment import machine_environment
from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import (
    gazebo,
    installer,
    lock,
    python_environment,
    toolchain,
)
from telesurgery_bringup.provisioning.artifact import Artifact
from telesurgery_bringup.provisioning.machine import Machine, probe
from telesurgery_bringup.provisioning.plan import Need, Plan, decide
from telesurgery_bringup.provisioning.progress import Progress
from telesurgery_bringup.workspace import Workspace

OPTIONAL = frozenset({Need.GAZEBO})
"""Without these the rest is still of use: everything but Gazebo runs on the loopback simulator."""


ROOM_MB = {
    Need.INSTALLER: 10,
    Need.PYTHON_PACKAGES: 1000,
    Need.TOOLCHAIN: 500,
    Need.GAZEBO: 1300,
}
"""Disk that a step takes at most, downloads included [MB]."""


@dataclass(frozen=True, slots=True)
class Provision:
    """What a machine has after set-up."""

    machine: Machine
    plan: Plan
    missing: tuple[str, ...] = ()
    """One line for each thing that is not there."""
    failed: frozenset[Need] = frozenset()
    """What could have been there but for a failure: the next set-up tries again."""

    @property
    def can_build(self) -> bool:
        """Whether the workspace's packages can be built, and so ROS nodes can run."""
        machine = self.machine
        compiles = Need.TOOLCHAIN in self.plan.needs or (
            machine.compiler is not None and machine.python_headers
        )
        return compiles and (machine.has_ros or 'ros' in self.plan.groups)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to bring, the folder it ends in, and what must be there before."""

    need: Need
    artifact: Artifact
    bring: Callable[[Callable[[str], None]], None]
    after: Need | None = None


def provision(workspace: Workspace) -> Provision:
    """Bring what is missing and return what is there.

    Raises SetupError when something fails without which nothing runs.
    """
    machine = probe(preferred_python=python_environment.interpreter_in_use(workspace))
    plan = decide(machine)
    steps = steps_of(workspace, machine, plan)
    if all(step.artifact.is_complete() for step in steps):
        return Provision(machine, plan, plan.missing)
    workspace.make_state_folder()
    with lock.exclusive(workspace.state / 'lock', 'sets up'):
        pending = [step for step in steps if not step.artifact.is_complete()]
        _require_room(workspace, pending)
        failures = run_steps(pending, Progress())
    for need, error in failures.items():
        if need not in OPTIONAL:
            raise error
    lost = tuple(
        f'{need.value}: {error}\n  until ./telesurgery setup brings it, everything runs with '
        '--sim loopback'
        for need, error in failures.items()
    )
    return Provision(machine, plan, (*plan.missing, *lost), frozenset(failures))


def _require_room(workspace: Workspace, pending: list[Step]) -> None:
    """Refuse to begin what the disk cannot hold."""
    needed = sum(ROOM_MB[step.need] for step in pending)
    free = shutil.disk_usage(workspace.state).free // 1_000_000
    if free < needed:
        raise SetupError(
            f'the disk of {workspace.state} has {free} MB free; allowed: at least {needed} MB; '
            'make room'
        )


def steps_of(workspace: Workspace, machine: Machine, plan: Plan) -> list[Step]:
    """Return the steps that a plan asks for."""
    headers = toolchain.headers(workspace, machine) if Need.TOOLCHAIN in plan.needs else None
    every = (
        Step(
            Need.INSTALLER,
            installer.artifact(workspace),
            lambda tell: installer.bring(workspace, tell),
        ),
        Step(
            Need.PYTHON_PACKAGES,
            python_environment.artifact(workspace, machine, plan),
            lambda tell: python_environment.bring(
                workspace, machine, plan, machine_environment(machine), tell, headers=headers
            ),
            after=Need.INSTALLER,
        ),
        Step(
            Need.TOOLCHAIN,
            toolchain.artifact(workspace, machine),
            lambda tell: toolchain.bring(workspace, machine, tell),
        ),
        Step(
            Need.GAZEBO,
            gazebo.artifact(workspace),
            lambda tell: gazebo.bring(workspace, tell),
        ),
    )
    return [step for step in every if step.need in plan.needs]


def run_steps(steps: list[Step], progress: Progress) -> dict[Need, SetupError]:
    """Run steps side by side, each after the one it needs; return what failed."""
    failures: dict[Need, SetupError] = {}
    running: dict[Need, Future[None]] = {}

    def run(step: Step, before: Future[None] | None) -> None:
        if before is not None:
            before.result()  # raises what the step before raised
        if step.artifact.is_filled():  # an interruption came between its last two moments
            step.artifact.finish()
            return
        with progress.task(step.need.value) as tell:
            step.bring(tell)

    with ThreadPoolExecutor(max_workers=max(1, len(steps))) as workers:
        for step in steps:
            before = running.get(step.after) if step.after else None
            running[step.need] = workers.submit(run, step, before)
    for need, future in running.items():
        error = future.exception()
        if isinstance(error, SetupError):
            failures[need] = error
        elif error is not None:
            raise error
    return failures
