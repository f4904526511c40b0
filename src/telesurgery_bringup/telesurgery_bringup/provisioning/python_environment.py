"""The virtual environment with the pinned Python packages."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import cmake_exports, pip, requirements
from telesurgery_bringup.provisioning.artifact import Artifact, key_of
from telesurgery_bringup.provisioning.command import run
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.provisioning.plan import Plan
from telesurgery_bringup.workspace import Workspace

RECIPE = 1
"""Counts changes of the code below that a machine with an older environment must repeat."""

BUILDER = 'setuptools'
"""Installed before all others: packages that exist as source only are built with it."""


MODULES = (
    *('numpy', 'scipy.spatial', 'yaml', 'zmq', 'google.protobuf', 'PIL.Image'),
    *('matplotlib.pyplot', 'rosbags', 'mcap', 'pygame', 'xacro'),
)
"""What the programs import besides ROS; set-up is not done before each of them imports."""

_IMPORTS = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        sys.exit(f'the Python module {name} does not import ({type(error).__name__}: {error})')
"""

_DISTRIBUTIONS = """
import importlib.metadata
for distribution in importlib.metadata.distributions():
    print(distribution.metadata['Name'])
"""


def interpreter_in_use(workspace: Workspace) -> Path | None:
    """Return the interpreter of the environment that is there, or None."""
    settings = workspace.python_environment / 'pyvenv.cfg'
    if not settings.is_file():
        return None
    lines = settings.read_text(encoding='utf-8').splitlines()
    entries = dict(line.split(' = ', 1) for line in lines if ' = ' in line)
    version = '.'.join(entries.get('version', '').split('.')[:2])
    named = Path(entries.get('home', '')) / f'python{version}'
    return named if named.is_file() else None


def artifact(workspace: Workspace, machine: Machine, plan: Plan) -> Artifact:
    """Return the environment that this step makes."""
    key = key_of(
        workspace.lock_file.read_text(encoding='utf-8'),
        sorted(plan.groups),
        machine.python and machine.python.resolve(),
        machine.python_version,
        machine.ros_distribution,
        workspace.root,  # its scripts name their interpreter by its path
        RECIPE,
    )
    return Artifact(workspace.python_environment, key)


def bring(
    workspace: Workspace,
    machine: Machine,
    plan: Plan,
    environment: Mapping[str, str],
    tell: Callable[[str], None],
    *,
    headers: Path | None = None,
) -> None:
    """Make the environment; ``environment`` is that of the machine, with ROS where installed.

    ``headers`` is the folder of ``Python.h`` where it is not the interpreter's own.
    """
    wanted = artifact(workspace, machine, plan)
    folder = wanted.begin()
    log = workspace.state / 'python.log'
    present = _present(machine, environment) if machine.has_ros else ()
    pins = requirements.select(
        requirements.read(workspace.lock_file.read_text(encoding='utf-8')),
        plan.groups,
        machine.python_version,
        present,
    )
    tell('making the environment')
    options = ['--system-site-packages'] if machine.has_ros else []
    options += [] if machine.ensurepip else ['--without-pip']
    run(
        [str(machine.python), '-m', 'venv', *options, folder],
        what='making the virtual environment',
        env=pip.without_other_pythons(environment),
        log=log,
    )
    installing = pip.command(folder, workspace)
    builder = [pin for pin in pins if pin.name == BUILDER]
    others = [pin for pin in pins if pin.name != BUILDER]
    pip.install(installing, builder, folder, environment, lambda _: None, log)
    pip.install(installing, others, folder, environment, tell, log)
    if 'ros' in plan.groups:
        tell('preparing ROS')
        cmake_exports.repair(folder, headers)
    tell('trying what was installed')
    modules = (*MODULES, 'rclpy') if machine.has_ros or 'ros' in plan.groups else MODULES
    _try(folder, modules, machine, environment)
    wanted.finish()


def _try(
    folder: Path, modules: Sequence[str], machine: Machine, environment: Mapping[str, str]
) -> None:
    """Import what the programs import: packages that do not fit together must not count."""
    answer = subprocess.run(
        [str(folder / 'bin/python'), '-c', _IMPORTS, *modules],
        capture_output=True,
        text=True,
        check=False,
        env=dict(environment) if machine.has_ros else pip.without_other_pythons(environment),
    )
    if answer.returncode == 0:
        return
    told = (answer.stderr.strip().splitlines() or ['no reason given'])[-1]
    if machine.has_ros:
        raise SetupError(
            f"{told}; allowed: versions that fit the machine's own packages; install those that "
            'package.xml names: rosdep install --from-paths src --ignore-src -y'
        )
    raise SetupError(
        f'{told}; allowed: a system for which its wheel is made; report this with its name'
    )


def _present(machine: Machine, environment: Mapping[str, str]) -> Sequence[str]:
    """Return the distributions that an interpreter finds by itself."""
    answer = subprocess.run(
        [
            str(machine.python),
            '-c',
            _DISTRIBUTIONS,
        ],
        capture_output=True,
        text=True,
        check=True,
        env=dict(environment),
    )
    return answer.stdout.split()
