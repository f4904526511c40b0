"""The environment in which the programs run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from telesurgery_bringup.environment import (
    cmake_arguments,
    overlay,
    prepend,
    sourced,
    sources_only,
    underlay,
)
from telesurgery_bringup.errors import BringupError, SetupError
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.provisioning.plan import Need, Plan
from telesurgery_bringup.workspace import ROOT_VARIABLE, Workspace

WHEELS = Plan(frozenset({Need.PYTHON_PACKAGES, Need.GAZEBO}), frozenset({'ros', 'runtime'}))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with an environment and Gazebo in its state folder."""
    workspace = Workspace(tmp_path)
    workspace.make_state_folder()
    for link in (workspace.python_environment, workspace.gazebo, workspace.toolchain):
        folder = link.with_name(f'{link.name}-key')
        folder.mkdir()
        link.symlink_to(folder.name)
    return workspace


def test_wheels_are_ros(workspace: Workspace) -> None:
    env = underlay(workspace, Machine(), WHEELS, {'PATH': '/bin', 'PYTHONPATH': '/stray'})
    venv = str(workspace.state / 'venv-key')
    assert env['PATH'] == f'{venv}/bin:/bin'
    assert env['AMENT_PREFIX_PATH'] == env['CMAKE_PREFIX_PATH'] == venv
    assert env['TELESURGERY_GAZEBO_PREFIX'] == str(workspace.state / 'gazebo-key')
    assert env[ROOT_VARIABLE] == str(workspace.root)
    assert env['ROS_AUTOMATIC_DISCOVERY_RANGE'] == 'LOCALHOST'
    assert 'PYTHONPATH' not in env


def test_the_libraries_of_another_checkout_are_dropped(workspace: Workspace) -> None:
    mine = {'LD_LIBRARY_PATH': '/cuda'}
    assert underlay(workspace, Machine(), WHEELS, mine)['LD_LIBRARY_PATH'] == '/cuda'
    other = {'LD_LIBRARY_PATH': '/other', '_ROS_WHEELS_BOOTSTRAP_COMPLETE': '1'}
    env = underlay(workspace, Machine(), WHEELS, other)
    assert '_ROS_WHEELS_BOOTSTRAP_COMPLETE' not in env
    assert 'LD_LIBRARY_PATH' not in env


def test_an_installed_gazebo_needs_no_prefix(workspace: Workspace) -> None:
    plan = Plan(frozenset({Need.PYTHON_PACKAGES}), frozenset({'ros'}))
    assert 'TELESURGERY_GAZEBO_PREFIX' not in underlay(workspace, Machine(), plan, {})


def test_an_installed_ros_is_sourced(workspace: Workspace) -> None:
    setup = workspace.root / 'setup.bash'
    setup.write_text('export ROS_DISTRO=jazzy AMENT_PREFIX_PATH=/opt/ros/jazzy\n')
    plan = Plan(frozenset({Need.PYTHON_PACKAGES}), frozenset({'runtime'}))
    machine = Machine(ros_setup=setup, ros_distribution='jazzy')
    env = underlay(workspace, machine, plan, {'PATH': os.environ['PATH']})
    assert env['ROS_DISTRO'] == 'jazzy'
    assert env['AMENT_PREFIX_PATH'] == '/opt/ros/jazzy'


def test_a_choice_of_the_user_stays(workspace: Workspace) -> None:
    env = underlay(workspace, Machine(), WHEELS, {'ROS_AUTOMATIC_DISCOVERY_RANGE': 'SUBNET'})
    assert env['ROS_AUTOMATIC_DISCOVERY_RANGE'] == 'SUBNET'


def test_the_built_workspace_lies_on_top(workspace: Workspace) -> None:
    env = {'PATH': os.environ['PATH']}
    assert overlay(workspace, env) == env
    workspace.install.mkdir()
    (workspace.install / 'setup.bash').write_text('export BUILT="yes\nindeed"\n')
    assert overlay(workspace, env)['BUILT'] == 'yes\nindeed'


def test_without_ros_packages_are_used_as_they_stand(workspace: Workspace) -> None:
    package = workspace.root / 'src/telesurgery_core'
    package.mkdir(parents=True)
    (package / 'setup.py').touch()
    assert sources_only(workspace, {'PYTHONPATH': '/x'}) == {'PYTHONPATH': f'{package}:/x'}


def test_a_setup_file_that_fails_is_named(tmp_path: Path) -> None:
    setup = tmp_path / 'setup.bash'
    setup.write_text('echo broken >&2; false\n')
    with pytest.raises(SetupError, match=r'setup.bash failed \(broken\)'):
        sourced([setup], {'PATH': os.environ['PATH']})


def test_what_setup_files_print_does_no_harm(tmp_path: Path) -> None:
    setup = tmp_path / 'setup.bash'
    setup.write_text('echo A=wrong; export A=right\n')
    assert sourced([setup], {'PATH': os.environ['PATH']})['A'] == 'right'


def test_a_folder_is_put_in_front_once() -> None:
    env = {'PATH': '/a:/b'}
    for folder in ('/b', '/c', '/c'):
        prepend(env, 'PATH', Path(folder))
    assert env['PATH'] == '/c:/b:/a'


def test_a_fetched_compiler_comes_first_and_cmake_is_told_of_its_python(
    workspace: Workspace,
) -> None:
    plan = Plan(WHEELS.needs | {Need.TOOLCHAIN}, WHEELS.groups)
    machine = Machine(python_version=(3, 11))
    env = underlay(workspace, machine, plan, {'PATH': '/bin'})
    assert env['PATH'].startswith(f'{workspace.state}/toolchain-key/bin:')
    told = cmake_arguments(workspace, machine, plan)
    assert told[0].endswith('toolchain/usr/include/python3.11')
    assert cmake_arguments(workspace, machine, WHEELS) == []


def test_an_installed_copy_knows_its_checkout_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / 'requirements.lock').touch()
    assert Workspace.current({ROOT_VARIABLE: str(tmp_path)}).root == tmp_path


def test_this_checkout_is_found_without_it() -> None:
    assert (Workspace.current({}).root / 'pyproject.toml').is_file()


def test_no_checkout_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from telesurgery_bringup import workspace as module

    monkeypatch.setattr(module, '__file__', str(tmp_path / 'a/b/c/d.py'))
    with pytest.raises(BringupError, match='start this from ./telesurgery shell'):
        Workspace.current({})
