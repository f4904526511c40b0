"""Probing a machine: folders of empty programs stand for what is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning.machine import probe


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / 'bin'
    folder.mkdir()
    return folder


def install(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.write_text('#!/bin/sh\n')
        path.chmod(0o755)


def environ(folder: Path, **more: str) -> dict[str, str]:
    return {'PATH': str(folder), **more}


def test_a_bare_machine_has_nothing_but_this_python(bin_folder: Path, tmp_path: Path) -> None:
    machine = probe(environ(bin_folder), ros_root=tmp_path / 'ros')
    assert machine.python == Path(sys.executable)
    assert machine.python_version == sys.version_info[:2]
    assert not machine.has_ros
    for thing in ('gazebo_server', 'display_server', 'compiler', 'cmake', 'make', 'apt', 'colcon'):
        assert getattr(machine, thing) is None, thing


def test_what_is_on_path_is_found(bin_folder: Path, tmp_path: Path) -> None:
    install(bin_folder, 'gzserver', 'Xvfb', 'g++', 'cmake', 'make', 'apt-get', 'colcon')
    machine = probe(environ(bin_folder), ros_root=tmp_path / 'ros')
    assert machine.gazebo_server == bin_folder / 'gzserver'
    assert machine.display_server == bin_folder / 'Xvfb'
    assert machine.compiler == bin_folder / 'g++'
    assert machine.cmake == bin_folder / 'cmake'
    assert machine.make == bin_folder / 'make'
    assert machine.apt == bin_folder / 'apt-get'
    assert machine.colcon == bin_folder / 'colcon'


def test_the_preferred_ros_is_found_where_several_are_installed(
    bin_folder: Path, tmp_path: Path
) -> None:
    for name in ('humble', 'jazzy', 'kilted'):
        (tmp_path / 'ros' / name).mkdir(parents=True)
        (tmp_path / 'ros' / name / 'setup.bash').touch()
    machine = probe(environ(bin_folder), ros_root=tmp_path / 'ros')
    assert machine.has_ros
    assert machine.ros_distribution == 'kilted'
    assert machine.ros_setup == tmp_path / 'ros/kilted/setup.bash'
    assert not machine.ros_is_sourced


def test_a_sourced_ros_is_used_wherever_it_is(bin_folder: Path, tmp_path: Path) -> None:
    machine = probe(environ(bin_folder, ROS_DISTRO='jazzy'), ros_root=tmp_path / 'ros')
    assert machine.has_ros
    assert machine.ros_is_sourced
    assert machine.ros_setup is None


def test_an_unknown_ros_is_refused(bin_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="ROS_DISTRO is 'humble'; allowed: kilted, jazzy"):
        probe(environ(bin_folder, ROS_DISTRO='humble'), ros_root=tmp_path / 'ros')


def test_the_python_of_an_environment_in_use_is_kept(bin_folder: Path, tmp_path: Path) -> None:
    answering = bin_folder / 'python3.12'
    answering.write_text('#!/bin/sh\n[ -z "$2" ] || printf "3 12\\n0\\n1\\n"\n')
    answering.chmod(0o755)
    machine = probe(environ(bin_folder), preferred_python=answering, ros_root=tmp_path / 'ros')
    assert machine.python == answering
    assert machine.python_version == (3, 12)
    assert not machine.ensurepip
    assert machine.python_headers


def test_a_python_that_is_gone_is_not_kept(bin_folder: Path, tmp_path: Path) -> None:
    gone = tmp_path / 'gone'
    machine = probe(environ(bin_folder), preferred_python=gone, ros_root=tmp_path / 'ros')
    assert machine.python == Path(sys.executable)
