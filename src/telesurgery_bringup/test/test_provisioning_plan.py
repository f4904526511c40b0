"""What set-up brings to which machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.provisioning.plan import Need, decide

THERE = Path('/usr/bin/it')

DEBIAN = Machine(python=THERE, python_version=(3, 11), apt=THERE)
"""Debian 12 with Python 3.11 and nothing else."""

DEVELOPER = replace(
    DEBIAN, ensurepip=True, python_headers=True, compiler=THERE, cmake=THERE, make=THERE
)
"""The same with compilers."""

ROS = replace(
    DEVELOPER, ros_setup=THERE, ros_distribution='kilted', gazebo_server=THERE, colcon=THERE
)
"""ROS 2 and Gazebo installed."""


def test_a_bare_machine_gets_everything() -> None:
    plan = decide(DEBIAN)
    assert plan.needs == frozenset(Need)
    assert plan.groups == {'runtime', 'ros', 'build', 'cmake', 'test'}
    assert plan.missing == ()


def test_a_machine_with_compilers_keeps_them() -> None:
    plan = decide(DEVELOPER)
    assert plan.needs == {Need.PYTHON_PACKAGES, Need.GAZEBO}
    assert plan.groups == {'runtime', 'ros', 'build', 'test'}


def test_a_machine_with_ros_and_gazebo_keeps_both() -> None:
    plan = decide(ROS)
    assert plan.needs == {Need.PYTHON_PACKAGES}
    assert plan.groups == {'runtime', 'test'}


def test_colcon_comes_to_a_ros_without_it() -> None:
    assert 'build' in decide(replace(ROS, colcon=None)).groups


@pytest.mark.parametrize(
    'machine',
    [
        replace(DEVELOPER, compiler=None),
        replace(DEVELOPER, python_headers=False),
    ],
)
def test_a_compiler_comes_with_the_headers_or_for_them(machine: Machine) -> None:
    assert Need.TOOLCHAIN in decide(machine).needs


@pytest.mark.parametrize(
    'machine', [replace(DEVELOPER, cmake=None), replace(DEVELOPER, make=None)]
)
def test_cmake_comes_with_a_make_program(machine: Machine) -> None:
    assert 'cmake' in decide(machine).groups


def test_without_a_suitable_python_nothing_can_be_done() -> None:
    with pytest.raises(SetupError, match=r'allowed: 3\.10, 3\.11, 3\.12, 3\.13; install one'):
        decide(replace(DEBIAN, python=None))


def test_without_pip_and_apt_nothing_can_be_done() -> None:
    with pytest.raises(SetupError, match='install python3-venv'):
        decide(replace(DEBIAN, apt=None))


def test_without_apt_gazebo_is_missing_and_loopback_still_works() -> None:
    plan = decide(replace(DEVELOPER, apt=None))
    assert Need.GAZEBO not in plan.needs
    (line,) = plan.missing
    assert line.startswith('Gazebo: no gzserver on PATH')
    assert '--sim loopback' in line


def test_without_apt_and_compiler_only_tests_without_ros_run() -> None:
    plan = decide(replace(DEVELOPER, apt=None, compiler=None))
    assert any('tests without ROS' in line for line in plan.missing)


def test_another_architecture_is_told_what_still_works() -> None:
    plan = decide(replace(DEVELOPER, architecture='aarch64'))
    assert plan.needs == {Need.PYTHON_PACKAGES}
    assert plan.groups == {'runtime', 'test'}
    (line,) = plan.missing
    assert 'this machine is aarch64' in line
    assert 'loopback' in line


def test_another_architecture_with_ros_lacks_gazebo_only() -> None:
    plan = decide(replace(ROS, architecture='aarch64', gazebo_server=None))
    (line,) = plan.missing
    assert line.startswith('Gazebo: ')
