"""``./telesurgery test``: formatting, types and tests, in this order; pytest has the last word."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from telesurgery_bringup.provisioning.plan import Need
from telesurgery_bringup.provisioning.steps import Provision
from telesurgery_bringup.workspace import Workspace

STATIC = (
    ('python3', '-m', 'ruff', 'check', '--quiet', '.'),
    ('python3', '-m', 'ruff', 'format', '--check', '--quiet', '.'),
    ('python3', '-m', 'mypy', '--no-error-summary'),
    ('python3', '-m', 'mypy', '--no-error-summary', 'bench'),
)
"""Checks of the text alone, run before the tests when the whole suite is asked for."""

LONGEST_TEST_S = 600
"""A test that hangs fails and says where; the longest take a minute or two on a busy machine."""

REQUIRES = 'TELESURGERY_TEST_REQUIRES'
"""Names the marks whose tests must run: they fail where the thing is missing, never skip."""


def run(
    workspace: Workspace, env: Mapping[str, str], there: Provision, arguments: Sequence[str]
) -> int:
    """Run the checks, or only pytest when arguments select tests; return the exit code."""
    env = {**env, REQUIRES: ' '.join(required_marks(there))}
    failed: list[str] = []
    if not arguments:
        for command in STATIC:
            name = ' '.join(command[2:])
            print(f'--- {name}', flush=True)
            if _call(command, workspace, env) != 0:
                failed.append(name)
        # Real ROS and real Gazebo run on one worker (conftest.py).
        arguments = ('-n', str(os.cpu_count() or 1), f'--timeout={LONGEST_TEST_S}')
        print('--- pytest', flush=True)
    if failed:
        print(f'telesurgery: failed: {", ".join(failed)}', file=sys.stderr, flush=True)
    code = _call(('python3', '-m', 'pytest', *arguments), workspace, env)
    return code or (1 if failed else 0)


def required_marks(there: Provision) -> list[str]:
    """Return the marks whose tests this machine must be able to run."""
    marks = []
    if there.can_build:
        marks.append('ros')
        if there.machine.gazebo_server is not None or Need.GAZEBO in there.plan.needs:
            marks.append('gazebo')
    return marks


def _call(command: Sequence[str], workspace: Workspace, env: Mapping[str, str]) -> int:
    return subprocess.run(command, cwd=workspace.root, env=dict(env), check=False).returncode
