"""What a machine lacks, and what it will have to do without: decisions on facts, no action."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telesurgery_bringup.errors import SetupError, one_of
from telesurgery_bringup.provisioning.machine import WHEEL_PYTHONS, Machine

WHEEL_ARCHITECTURE = 'x86_64'
"""The architecture for which ROS 2 exists as Python packages, and for which Gazebo is fetched."""


class Need(Enum):
    """A thing that set-up brings."""

    INSTALLER = 'pip'
    PYTHON_PACKAGES = 'Python packages'
    TOOLCHAIN = 'C++ compiler'
    GAZEBO = 'Gazebo'


@dataclass(frozen=True, slots=True)
class Plan:
    """What to bring, from which groups of the lock file, and what stays missing."""

    needs: frozenset[Need]
    groups: frozenset[str]
    """Groups of ``requirements.lock`` that apply to this machine."""
    missing: tuple[str, ...] = ()
    """One line for each thing that cannot be brought: what, why, remedy, what still works."""


def decide(machine: Machine) -> Plan:
    """Return what set-up has to bring to a machine.

    Raises SetupError when nothing of the workspace could run on it.
    """
    if machine.python is None:
        versions = sorted(f'{major}.{minor}' for major, minor in WHEEL_PYTHONS)
        raise SetupError(
            one_of(
                'the newest python3 found',
                'outside the range for which ROS 2 wheels exist',
                versions,
                'install one of them (Debian 12: apt-get install python3), or ROS 2 itself',
            )
        )
    needs = {Need.PYTHON_PACKAGES}
    missing: list[str] = []
    if not machine.ensurepip:
        if machine.apt is None:
            raise SetupError(
                'pip is missing and there is no apt-get to bring it; allowed: a Python with '
                'ensurepip; install python3-venv'
            )
        needs.add(Need.INSTALLER)
    wheels = not machine.has_ros and machine.architecture == WHEEL_ARCHITECTURE
    if not machine.has_ros and not wheels:
        missing.append(_no_ros(machine))
    if machine.has_ros or wheels:
        needs |= _toolchain(machine, missing)
        needs |= _gazebo(machine, missing)
    return Plan(frozenset(needs), _groups(machine, wheels), tuple(missing))


def _groups(machine: Machine, wheels: bool) -> frozenset[str]:
    groups = {'runtime', 'test'}
    if wheels:
        groups.add('ros')
    if wheels or (machine.has_ros and machine.colcon is None):
        groups.add('build')
    if machine.cmake is None or machine.make is None:
        groups.add('cmake')
    return frozenset(groups)


def _toolchain(machine: Machine, missing: list[str]) -> set[Need]:
    if machine.compiler is not None and machine.python_headers:
        return set()
    if machine.apt is None:
        missing.append(
            'C++ compiler and Python headers: not found, and there is no apt-get to bring them; '
            'install g++ and the development files of Python; without them the interfaces cannot '
            'be built and only tests without ROS run'
        )
        return set()
    return {Need.TOOLCHAIN}


def _gazebo(machine: Machine, missing: list[str]) -> set[Need]:
    # gz-sim counts as Gazebo as soon as telesurgery_gazebo has a simulator that drives it.
    if machine.gazebo_server is not None:
        return set()
    if machine.architecture == WHEEL_ARCHITECTURE and machine.apt is not None:
        return {Need.GAZEBO}
    why = (
        'there is no apt-get to bring it'
        if machine.apt is None
        else f'it is brought for {WHEEL_ARCHITECTURE} only and this machine is '
        f'{machine.architecture}'
    )
    missing.append(
        f'Gazebo: no gzserver on PATH, and {why}; install Gazebo 11; until then '
        'everything runs with --sim loopback'
    )
    return set()


def _no_ros(machine: Machine) -> str:
    return (
        f'ROS 2: not installed, and its Python packages exist for {WHEEL_ARCHITECTURE} only (this '
        f'machine is {machine.architecture}); install ROS 2 Jazzy or Kilted; until then the chain '
        'runs in virtual time with the loopback simulator, and ./telesurgery test runs every '
        'test that needs neither ROS nor Gazebo'
    )
