"""Installs pinned packages with pip, and tells how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning.command import run
from telesurgery_bringup.provisioning.requirements import Pin
from telesurgery_bringup.workspace import Workspace

SOURCE_ONLY = ('empy',)
"""Packages that exist as source alone; they are plain Python."""


def command(folder: Path, workspace: Workspace) -> list[str]:
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


def install(
    pip: Sequence[str],
    pins: Sequence[Pin],
    folder: Path,
    environment: Mapping[str, str],
    tell: Callable[[str], None],
    log: Path,
) -> None:
    """Install ``pins`` into the environment ``folder``; SetupError when pip cannot."""
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
            env={**without_other_pythons(environment), 'PIP_NO_INPUT': '1', 'PIP_USER': '0'},
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


def without_other_pythons(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which no other Python's settings reach the new one."""
    dropped = ('PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV', '_ROS_WHEELS_BOOTSTRAP_COMPLETE')
    kept = {key: value for key, value in environment.items() if key not in dropped}
    return {**kept, 'PIP_DISABLE_PIP_VERSION_CHECK': '1', 'LC_ALL': 'C.UTF-8'}
