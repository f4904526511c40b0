"""What a machine has: the facts on which set-up decides, and nothing decided yet."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from telesurgery_bringup.errors import SetupError, one_of

ROS_DISTRIBUTIONS = ('kilted', 'jazzy', 'rolling')
"""ROS 2 distributions that are used where they are installed, the preferred one first."""

WHEEL_PYTHONS = ((3, 13), (3, 12), (3, 11), (3, 10))
"""CPython versions for which ROS 2 exists as Python packages."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The facts about one machine. Paths are None where a thing is absent."""

    architecture: str = 'x86_64'
    python: Path | None = None
    """The interpreter that set-up uses: ROS's where ROS is installed, else one for the wheels."""
    python_version: tuple[int, int] = (0, 0)
    ensurepip: bool = False
    python_headers: bool = False
    ros_setup: Path | None = None
    """ROS 2's ``setup.bash``."""
    ros_distribution: str = ''
    ros_is_sourced: bool = False
    gazebo_server: Path | None = None
    display_server: Path | None = None
    """Xvfb, the screen in memory on which Gazebo's cameras render."""
    compiler: Path | None = None
    cmake: Path | None = None
    make: Path | None = None
    apt: Path | None = None
    colcon: Path | None = None

    @property
    def has_ros(self) -> bool:
        """Whether ROS 2 is installed."""
        return self.ros_setup is not None or self.ros_is_sourced


def probe(
    environ: Mapping[str, str] = os.environ,
    *,
    preferred_python: Path | None = None,
    ros_root: Path = Path('/opt/ros'),
) -> Machine:
    """Return what this machine has.

    ``preferred_python`` is the interpreter of an environment that is already there: it stays in
    use whichever interpreter runs this program.

    Raises SetupError when a ROS 2 that the workspace does not know is sourced.
    """
    path = environ.get('PATH', os.defpath)
    sourced = environ.get('ROS_DISTRO', '')
    distribution, setup = _find_ros(sourced, ros_root)
    python = _system_python(path) if distribution else _wheel_python(path, preferred_python)
    version, ensurepip, headers = _ask_python(python) if python else ((0, 0), False, False)

    def which(*names: str) -> Path | None:
        found = (shutil.which(name, path=path) for name in names)
        return next((Path(name) for name in found if name), None)

    return Machine(
        architecture=platform.machine(),
        python=python,
        python_version=version,
        ensurepip=ensurepip,
        python_headers=headers,
        ros_setup=setup,
        ros_distribution=distribution,
        ros_is_sourced=bool(sourced),
        gazebo_server=which('gzserver'),
        display_server=which('Xvfb'),
        compiler=which('c++', 'g++', 'clang++'),
        cmake=which('cmake'),
        make=which('ninja', 'make'),
        apt=which('apt-get'),
        colcon=which('colcon'),
    )


def _find_ros(sourced: str, ros_root: Path) -> tuple[str, Path | None]:
    if sourced:
        if sourced not in ROS_DISTRIBUTIONS:
            raise SetupError(
                one_of(
                    'the sourced ROS_DISTRO',
                    sourced,
                    ROS_DISTRIBUTIONS,
                    'open a shell in which it is not sourced, or install one of these',
                )
            )
        setup = ros_root / sourced / 'setup.bash'
        return sourced, setup if setup.is_file() else None
    for name in ROS_DISTRIBUTIONS:
        setup = ros_root / name / 'setup.bash'
        if setup.is_file():
            return name, setup
    return '', None


def _system_python(path: str) -> Path | None:
    """Return the interpreter for which an installed ROS is built: the system's own."""
    for name in ('/usr/bin/python3', shutil.which('python3', path=path)):
        if name and Path(name).exists():
            return Path(name)
    return None


def _wheel_python(path: str, preferred: Path | None) -> Path | None:
    """Return the preferred interpreter, else the running one, else the newest that fits."""
    if preferred is not None and _runs(str(preferred)):
        return preferred
    if sys.version_info[:2] in WHEEL_PYTHONS:
        return Path(sys.executable)
    for major, minor in WHEEL_PYTHONS:
        found = shutil.which(f'python{major}.{minor}', path=path)
        if found and _runs(found):
            return Path(found)
    return None


def _runs(python: str) -> bool:
    """Return whether an interpreter starts (a version manager's stub may refuse to)."""
    try:
        return subprocess.run([python, '-c', ''], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


_QUESTIONS = """
import importlib.util, pathlib, sys, sysconfig
print(*sys.version_info[:2])
print(int(importlib.util.find_spec('ensurepip') is not None))
print(int(pathlib.Path(sysconfig.get_paths()['include'], 'Python.h').is_file()))
"""


def _ask_python(python: Path) -> tuple[tuple[int, int], bool, bool]:
    """Return version, presence of ensurepip and of the C headers of an interpreter."""
    if python == Path(sys.executable):
        headers = Path(sysconfig.get_paths()['include'], 'Python.h').is_file()
        ensurepip = importlib.util.find_spec('ensurepip') is not None
        return sys.version_info[:2], ensurepip, headers
    answer = subprocess.run(
        [str(python), '-c', _QUESTIONS], capture_output=True, text=True, check=True
    ).stdout.split()
    return (int(answer[0]), int(answer[1])), answer[2] == '1', answer[3] == '1'
