"""A C++ compiler and Python's headers, from the machine's own Debian, in a folder.

The compiler sees the folder as its root (``--sysroot``), so that headers and libraries agree with
it. Scripts in ``bin`` start its programs; they find only the few libraries that are the
compiler's own in the folder, and the C library where the machine has it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning.artifact import Artifact, key_of
from telesurgery_bringup.provisioning.debian import PrivateApt, machine_suite, unpack
from telesurgery_bringup.provisioning.machine import Machine
from telesurgery_bringup.workspace import Workspace

RECIPE = 1
"""Counts changes of the code below that a machine with an older folder must repeat."""

ARCH = 'x86_64-linux-gnu'
PROGRAMS = {
    'cc': 'gcc',
    'gcc': 'gcc',
    'c++': 'g++',
    'g++': 'g++',
    'ar': 'ar',
    'as': 'as',
    'ld': 'ld',
    'nm': 'nm',
    'objcopy': 'objcopy',
    'objdump': 'objdump',
    'ranlib': 'ranlib',
    'strip': 'strip',
}
"""Names that build tools look for, and Debian's programs behind them."""

OWN_LIBRARIES = ('bfd', 'ctf', 'gmp', 'isl', 'jansson', 'mpc', 'mpfr', 'opcodes', 'sframe', 'zstd')


def packages(machine: Machine) -> tuple[str, ...]:
    """Return the packages for the machine's Python."""
    major, minor = machine.python_version
    return ('g++', 'libc6-dev', f'libpython{major}.{minor}-dev')


def artifact(workspace: Workspace, machine: Machine) -> Artifact:
    """Return the folder that this step makes."""
    key = key_of(machine_suite(), packages(machine), workspace.root, RECIPE)
    return Artifact(workspace.toolchain, key)


def headers(workspace: Workspace, machine: Machine) -> Path:
    """Return the folder with ``Python.h``."""
    major, minor = machine.python_version
    return workspace.toolchain / f'usr/include/python{major}.{minor}'


def bring(workspace: Workspace, machine: Machine, tell: Callable[[str], None]) -> None:
    """Fetch and unpack the compiler and write the scripts that start it."""
    apt = PrivateApt(workspace.state / 'work' / 'toolchain', machine_suite())
    archives = apt.fetch(packages(machine), tell)
    wanted = artifact(workspace, machine)
    prefix = wanted.begin()
    unpack(archives, prefix, tell)
    _gather_libraries(prefix)
    for name, program in PROGRAMS.items():
        _write_script(prefix, name, program)
    _try(prefix)
    wanted.finish()
    apt.remove()


def _gather_libraries(prefix: Path) -> None:
    """Link the compiler's own libraries into one folder, apart from the C library."""
    gathered = prefix / 'libraries'
    gathered.mkdir()
    for folder in (prefix / 'usr/lib' / ARCH, prefix / 'lib' / ARCH):
        for name in OWN_LIBRARIES:
            for library in folder.glob(f'lib{name}*.so*'):
                link = gathered / library.name
                if not link.is_symlink():
                    link.symlink_to(library)


def _write_script(prefix: Path, name: str, program: str) -> None:
    sysroot = f'--sysroot="{prefix}" -B"{prefix}/bin" ' if program in ('gcc', 'g++') else ''
    script = prefix / 'bin' / name
    script.parent.mkdir(exist_ok=True)
    script.unlink(missing_ok=True)
    script.write_text(
        '#!/bin/sh\n'
        f'LD_LIBRARY_PATH="{prefix}/libraries${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"\n'
        'export LD_LIBRARY_PATH\n'
        f'exec "{prefix}/usr/bin/{program}" {sysroot}"$@"\n',
        encoding='utf-8',
    )
    script.chmod(0o755)


def _try(prefix: Path) -> None:
    """Compile, link and run a program: a compiler that cannot must not count as complete."""
    source = '#include <iostream>\nint main() { std::cout << "works"; }\n'
    program = prefix / 'works'
    compiled = subprocess.run(
        [str(prefix / 'bin/c++'), '-x', 'c++', '-', '-o', str(program)],
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    if compiled.returncode == 0:
        answer = subprocess.run([str(program)], capture_output=True, text=True, check=False)
        if answer.stdout == 'works':
            program.unlink()
            return
    told = ' '.join(compiled.stderr.split())[-300:]
    raise SetupError(
        f'the compiler that was fetched does not work here ({told}); allowed: any C++17 compiler '
        'on PATH with Python.h; install it: apt-get install g++ python3-dev'
    )
