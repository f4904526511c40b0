"""The environment in which every program of the workspace runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import toolchain
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.provisioning.plan import Need, Plan
from telesurgery_bringup.workspace import ROOT_VARIABLE, Workspace

GAZEBO_PREFIX = 'TELESURGERY_GAZEBO_PREFIX'
"""Names the folder with Gazebo where set-up brought it; unset where Gazebo is on PATH."""

FOREIGN = (
    *('PYTHONPATH', 'PYTHONHOME'),
    *('AMENT_PREFIX_PATH', 'CMAKE_PREFIX_PATH', 'COLCON_PREFIX_PATH'),
)
"""What a shell may have from another checkout or another Python, dropped where ROS is wheels."""

WHEELS_ARE_LOADED = '_ROS_WHEELS_BOOTSTRAP_COMPLETE'
"""Set by ROS's wheels once they have put their libraries into LD_LIBRARY_PATH."""


def machine_environment(
    machine: Machine, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the caller's environment, with ROS 2 where it is installed."""
    if machine.ros_setup is not None and not machine.ros_is_sourced:
        return sourced([machine.ros_setup], environ)
    return dict(environ)


def underlay(
    workspace: Workspace, machine: Machine, plan: Plan, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the environment in which the workspace is built: everything but its own packages."""
    env = machine_environment(machine, environ)
    if not machine.has_ros:
        for name in FOREIGN:
            env.pop(name, None)
        if env.pop(WHEELS_ARE_LOADED, None) is not None:  # those of another environment
            env.pop('LD_LIBRARY_PATH', None)
    venv = workspace.python_environment
    if venv.exists():
        venv = venv.resolve()
        env['VIRTUAL_ENV'] = str(venv)
        prepend(env, 'PATH', venv / 'bin')
    if 'ros' in plan.groups:
        env['ROS_VERSION'] = '2'
        env['ROS_DISTRO'] = 'kilted'
        env['ROS_PYTHON_VERSION'] = '3'
        for name in ('AMENT_PREFIX_PATH', 'CMAKE_PREFIX_PATH'):
            prepend(env, name, venv)
    if machine.has_ros and venv.exists():
        # Programs that colcon installs start with the system's interpreter.
        for packages in sorted(venv.glob('lib/python*/site-packages')):
            prepend(env, 'PYTHONPATH', packages)
    if Need.TOOLCHAIN in plan.needs:
        prepend(env, 'PATH', workspace.toolchain.resolve() / 'bin')
    if Need.GAZEBO in plan.needs and workspace.gazebo.exists():
        env[GAZEBO_PREFIX] = str(workspace.gazebo.resolve())
    env[ROOT_VARIABLE] = str(workspace.root)
    env.setdefault('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
    return env


def overlay(workspace: Workspace, env: Mapping[str, str]) -> dict[str, str]:
    """Return ``env`` with the built workspace on top of it."""
    setup = workspace.install / 'setup.bash'
    return sourced([setup], env) if setup.is_file() else dict(env)


def sources_only(workspace: Workspace, env: Mapping[str, str]) -> dict[str, str]:
    """Return ``env`` with the packages as they stand in src/: what needs no ROS runs so."""
    result = dict(env)
    for manifest in sorted(workspace.root.glob('src/*/setup.py')):
        prepend(result, 'PYTHONPATH', manifest.parent)
    return result


def cmake_arguments(workspace: Workspace, machine: Machine, plan: Plan) -> list[str]:
    """Return what CMake must be told of a Python whose headers set-up brought."""
    if Need.TOOLCHAIN not in plan.needs:
        return []
    major, minor = machine.python_version
    library = f'usr/lib/{toolchain.ARCH}/libpython{major}.{minor}.so'
    return [
        f'-DPython3_INCLUDE_DIR={toolchain.headers(workspace, machine)}',
        f'-DPython3_LIBRARY={workspace.toolchain / library}',
    ]


def prepend(env: dict[str, str], name: str, folder: Path) -> None:
    """Put a folder in front of a list of folders, once."""
    rest = [part for part in env.get(name, '').split(os.pathsep) if part and part != str(folder)]
    env[name] = os.pathsep.join([str(folder), *rest])


def sourced(files: Sequence[Path], env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that bash has after sourcing ``files``; SetupError when it fails."""
    script = 'set -e; for file in "$@"; do source "$file" >&2; done; env -0'
    answer = subprocess.run(
        ['bash', '-c', script, 'bash', *map(str, files)],
        capture_output=True,
        check=False,
        env=dict(env),
        stdin=subprocess.DEVNULL,
    )
    if answer.returncode != 0:
        told = ' '.join(answer.stderr.decode(errors='replace').split())[-300:]
        raise SetupError(
            f'sourcing {", ".join(map(str, files))} failed ({told}); allowed: files that bash '
            'sources without an error; build the workspace again'
        )
    entries = (item.split('=', 1) for item in answer.stdout.decode().split('\0') if item)
    ignored = ('_', 'SHLVL', 'PWD', 'OLDPWD')
    return {key: value for key, value in entries if key not in ignored} | {
        key: env[key] for key in ignored if key in env
    }
