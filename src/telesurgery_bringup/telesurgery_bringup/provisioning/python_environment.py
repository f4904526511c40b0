"""The virtual environment with the pinned Python packages."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning import requirements
from telesurgery_bringup.provisioning.artifact import Artifact, key_of
from telesurgery_bringup.provisioning.command import run
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.provisioning.plan import Plan
from telesurgery_bringup.provisioning.requirements import Pin
from telesurgery_bringup.workspace import Workspace

RECIPE = 1
"""Counts changes of the code below that a machine with an older environment must repeat."""

BUILDER = 'setuptools'
"""Installed before all others: packages that exist as source only are built with it."""


SOURCE_ONLY = ('empy',)
"""Packages that exist as source alone; they are plain Python."""

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

_HEADER_FOLDERS = """
import numpy, sysconfig
print(sysconfig.get_paths()['include'], numpy.get_include(), sep='\\n')
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
        env=_clean(environment),
        log=log,
    )
    pip = _pip(folder, workspace)
    first = [pin for pin in pins if pin.name == BUILDER]
    _install(pip, first, folder, environment, lambda _: None, log)
    _install(pip, [pin for pin in pins if pin not in first], folder, environment, tell, log)
    if 'ros' in plan.groups:
        tell('preparing ROS')
        repair_cmake_exports(folder, headers)
    tell('trying what was installed')
    _try(folder, machine, environment)
    wanted.finish()


def _try(folder: Path, machine: Machine, environment: Mapping[str, str]) -> None:
    """Import what the programs import: packages that do not fit together must not count."""
    modules = (*MODULES, 'rclpy') if machine.has_ros else MODULES
    answer = subprocess.run(
        [str(folder / 'bin/python'), '-c', _IMPORTS, *modules],
        capture_output=True,
        text=True,
        check=False,
        env=dict(environment) if machine.has_ros else _clean(environment),
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


def repair_cmake_exports(environment: Path, headers: Path | None = None) -> int:
    """Put this machine's header folders into CMake files that name their builder's.

    The ROS wheels export the include folders of the Python and the numpy they were built with,
    below ``/opt/python``. Returns how many files were changed.
    """
    own, numpy = subprocess.run(
        [
            str(environment / 'bin/python'),
            '-c',
            _HEADER_FOLDERS,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    changed = 0
    for path in sorted((environment / 'share').rglob('*.cmake')):
        text = path.read_text(encoding='utf-8', errors='surrogateescape')
        repaired = repaired_export(text, str(headers or own), numpy)
        if repaired != text:
            path.write_text(repaired, encoding='utf-8', errors='surrogateescape')
            changed += 1
    return changed


def repaired_export(text: str, headers: str, numpy: str) -> str:
    """Return a CMake file's text with the builder's folders replaced by this machine's."""
    python = r'/opt/python/[^/";]+'
    text = re.sub(
        python + r'/lib/python[\d.]+/site-packages/numpy/\w+/include', lambda _: numpy, text
    )
    return re.sub(python + r'/include/python[\d.]+', lambda _: headers, text)


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


def _pip(folder: Path, workspace: Workspace) -> list[str]:
    """Return the command of a pip that installs into the environment ``folder``."""
    python = str(folder / 'bin/python')
    if any(folder.glob('lib/python*/site-packages/pip')):
        return [python, '-m', 'pip']
    wheels = sorted(workspace.installer.glob('usr/share/python-wheels/pip-*.whl'))
    if not wheels:
        raise SetupError(
            'pip is missing; allowed: a Python with ensurepip, or the package python3-pip-whl of '
            "the machine's own distribution; install python3-venv"
        )
    return [python, f'{wheels[-1]}/pip']


def _install(
    pip: Sequence[str],
    pins: Sequence[Pin],
    folder: Path,
    environment: Mapping[str, str],
    tell: Callable[[str], None],
    log: Path,
) -> None:
    if not pins:
        return
    listing = folder / 'requirements.txt'
    listing.write_text(''.join(f'{pin}\n' for pin in pins), encoding='utf-8')
    collected = 0

    def on_line(line: str) -> None:
        nonlocal collected
        if line.startswith('Collecting '):
            collected += 1
            tell(f'fetched {collected} of {len(pins)}')

    command = [
        *pip,
        'install',
        '--no-deps',  # the lock file names every package
        '--no-build-isolation',  # what builds is pinned too
        '--use-pep517',
        '--only-binary=:all:',  # nothing is compiled by surprise
        *(f'--no-binary={name}' for name in SOURCE_ONLY),
        '--progress-bar=off',
        '-r',
        str(listing),
    ]
    with _counting(folder, len(pins), tell):
        run(
            command,
            what='installing the Python packages',
            env={**_clean(environment), 'PIP_NO_INPUT': '1', 'PIP_USER': '0'},
            on_line=on_line,
            log=log,
        )


@contextmanager
def _counting(folder: Path, total: int, tell: Callable[[str], None]) -> Iterator[None]:
    """Tell how many packages are installed: pip itself is silent while it installs."""
    before = _count_installed(folder)
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            installed = _count_installed(folder) - before
            if installed > 0:
                tell(f'installed {min(installed, total)} of {total}')

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _count_installed(folder: Path) -> int:
    return sum(1 for _ in folder.glob('lib/python*/site-packages/*.dist-info/INSTALLER'))


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which no other Python settings reach the new one."""
    dropped = ('PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV')
    kept = {key: value for key, value in environment.items() if key not in dropped}
    return {**kept, 'PIP_DISABLE_PIP_VERSION_CHECK': '1', 'LC_ALL': 'C.UTF-8'}
