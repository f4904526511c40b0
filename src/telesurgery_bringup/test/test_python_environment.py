"""The environment's key and interpreter, and the repair of what the ROS wheels export."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import python_environment
from telesurgery_bringup.provisioning.cmake_exports import repaired_export
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.provisioning.plan import Plan
from telesurgery_bringup.provisioning.python_environment import artifact, interpreter_in_use
from telesurgery_bringup.workspace import Workspace

PLAN = Plan(frozenset(), frozenset({'ros', 'test'}))


@pytest.mark.parametrize('python', ['cp310-cp310', 'cp313-cp313'])
def test_the_builders_header_folders_become_this_machines(python: str) -> None:
    version = f'3.{python[3:5]}'
    text = (
        f'"/opt/python/{python}/include/python{version};/x;'
        f'/opt/python/{python}/lib/python{version}/site-packages/numpy/_core/include"'
    )
    assert repaired_export(text, '/h', '/n') == '"/h;/x;/n"'


def test_other_text_stays_as_it_is() -> None:
    text = 'set(x "/opt/ros/include") # /opt/python'
    assert repaired_export(text, '/h', '/n') == text


def test_folders_with_backslashes_do_no_harm() -> None:
    assert repaired_export('/opt/python/p/include/python3.11', r'\1\g<0>', '') == r'\1\g<0>'


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path)
    workspace.make_state_folder()
    workspace.lock_file.write_text('# [ros]\nx==1\n')
    return workspace


def test_the_key_follows_lock_file_interpreter_groups_and_place(workspace: Workspace) -> None:
    machine = Machine(python=Path('/usr/bin/python3'), python_version=(3, 11))
    keys = [artifact(workspace, machine, PLAN).key]
    keys.append(artifact(workspace, machine, Plan(frozenset(), frozenset({'test'}))).key)
    other = Machine(python=Path('/opt/python3'), python_version=(3, 11))
    keys.append(artifact(workspace, other, PLAN).key)
    workspace.lock_file.write_text('# [ros]\nx==2\n')
    keys.append(artifact(workspace, machine, PLAN).key)
    moved = Workspace(workspace.root / 'moved')
    moved.root.mkdir()
    moved.lock_file.write_text('# [ros]\nx==2\n')
    keys.append(artifact(moved, machine, PLAN).key)
    assert len(set(keys)) == len(keys)


def test_the_interpreter_in_use_is_that_of_the_environment(workspace: Workspace) -> None:
    assert interpreter_in_use(workspace) is None
    home = workspace.root / 'python/bin'
    home.mkdir(parents=True)
    workspace.python_environment.mkdir()
    settings = workspace.python_environment / 'pyvenv.cfg'
    settings.write_text(f'home = {home}\nversion = 3.12.4\n')
    assert interpreter_in_use(workspace) is None
    (home / 'python3.12').touch()
    assert interpreter_in_use(workspace) == home / 'python3.12'


@pytest.fixture
def environment_folder(workspace: Workspace) -> Path:
    """A folder whose interpreter is the one that runs the tests."""
    folder = workspace.root / 'venv'
    (folder / 'bin').mkdir(parents=True)
    python = folder / 'bin/python'
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ('machine', 'remedy'),
    [(Machine(), 'report this'), (Machine(ros_is_sourced=True), 'rosdep install')],
)
def test_packages_that_do_not_fit_together_do_not_count(
    environment_folder: Path, machine: Machine, remedy: str
) -> None:
    modules = ('json', 'no_such_module')
    with pytest.raises(SetupError, match=f'no_such_module does not import .* {remedy}'):
        python_environment._try(environment_folder, modules, machine, os.environ)


def test_packages_that_import_count(environment_folder: Path) -> None:
    python_environment._try(environment_folder, ('json', 'xml.sax'), Machine(), os.environ)
