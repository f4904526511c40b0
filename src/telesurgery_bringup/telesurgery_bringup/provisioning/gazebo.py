"""Gazebo 11 from Debian's bullseye in a folder, with a screen in memory for its cameras.

The programs in the folder are older than the machine's libraries; they run with the folder's own
loader and libraries, so that the machine needs none.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from telesurgery_bringup.errors import SetupError
from telesurgery_bringup.provisioning.artifact import Artifact, key_of
from telesurgery_bringup.provisioning.debian import PrivateApt, unpack
from telesurgery_bringup.workspace import Workspace

SUITE = 'bullseye'
"""The last Debian that carries Gazebo 11."""

PACKAGES = (
    'gazebo',
    'gazebo-plugin-base',
    'libgl1-mesa-dri',  # rendering in software
    'x11-xkb-utils',
    'xkb-data',
    'xvfb',
)

RECIPE = 1
"""Counts changes of the code below that a machine with an older folder must repeat."""

LOADER = 'lib/x86_64-linux-gnu/ld-2.31.so'
_ARCH = 'usr/lib/x86_64-linux-gnu'
LIBRARY_PATH = (
    'usr/lib',
    _ARCH,
    'lib/x86_64-linux-gnu',
    f'{_ARCH}/gazebo-11/plugins',
    f'{_ARCH}/blas',
    f'{_ARCH}/lapack',
    f'{_ARCH}/pulseaudio',
    f'{_ARCH}/OGRE-1.9.0',
)
"""Folders of the prefix in which its programs find their libraries."""


def artifact(workspace: Workspace) -> Artifact:
    """Return the folder that this step makes."""
    return Artifact(workspace.gazebo, key_of(SUITE, PACKAGES, RECIPE))


def bring(workspace: Workspace, tell: Callable[[str], None]) -> None:
    """Fetch and unpack Gazebo and make its programs run from where they are."""
    apt = PrivateApt(workspace.state / 'work' / 'gazebo', SUITE)
    archives = apt.fetch(PACKAGES, tell)
    wanted = artifact(workspace)
    prefix = wanted.begin()
    unpack(archives, prefix, tell)
    tell('preparing')
    _move_display_server(prefix)
    _wrap_keymap_compiler(prefix)
    _try(prefix)
    wanted.finish()
    apt.remove()


def command(prefix: Path, program: str) -> list[str]:
    """Return the command that runs ``program`` (a path in the prefix) with the prefix's loader."""
    libraries = ':'.join(str(prefix / folder) for folder in LIBRARY_PATH)
    return [str(prefix / LOADER), '--library-path', libraries, str(prefix / program)]


def _move_display_server(prefix: Path) -> None:
    """Let Xvfb find its keymap compiler and the keymaps in the prefix instead of in ``/usr``.

    Debian builds both folders into the program; the copy, ``Xvfb.patched``, has them relative to
    its working directory, which must be ``PREFIX/usr``.
    """
    program = (prefix / 'usr/bin/Xvfb').read_bytes()
    for folder in (b'bin', b'share/X11/xkb'):
        built_in, moved = b'\0/usr/%s\0' % folder, b'\0./%s\0' % folder
        if program.count(built_in) != 1:
            raise SetupError(
                f'Xvfb names /usr/{folder.decode()} {program.count(built_in)} times; allowed: '
                'once; report this with the version of the package xvfb'
            )
        program = program.replace(built_in, moved.ljust(len(built_in), b'\0'))
    copy = prefix / 'usr/bin/Xvfb.patched'
    copy.write_bytes(program)
    copy.chmod(0o755)


def _wrap_keymap_compiler(prefix: Path) -> None:
    """Replace xkbcomp by a script that starts it with the prefix's loader and keymaps."""
    program = prefix / 'usr/bin/xkbcomp'
    program.rename(prefix / 'usr/bin/xkbcomp.bin')
    libraries = ':'.join(f'$prefix/{folder}' for folder in LIBRARY_PATH)
    program.write_text(
        '#!/bin/sh\n'
        'prefix=$(cd "$(dirname "$0")/../.." && pwd)\n'
        f'exec "$prefix/{LOADER}" --library-path "{libraries}" '
        '"$prefix/usr/bin/xkbcomp.bin" -I"$prefix/usr/share/X11/xkb" "$@"\n',
        encoding='utf-8',
    )
    program.chmod(0o755)


def _try(prefix: Path) -> None:
    """Start what was unpacked once: a folder that does not run must not count as complete.

    The answer is read, not the exit code: ``gzserver --version`` ends with 255.
    """
    trials = (('gzserver', '--version', 'version 11'), ('xkbcomp.bin', '-version', 'xkbcomp'))
    for program, question, expected in trials:
        answer = subprocess.run(
            [*command(prefix, f'usr/bin/{program}'), question],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if expected not in answer.stdout + answer.stderr:
            shutil.rmtree(prefix)
            told = ' '.join(answer.stderr.split()) or f'exit code {answer.returncode}'
            raise SetupError(
                f'{program} was unpacked but does not run ({told}); allowed: an x86_64 machine '
                'with a Linux kernel of 3.2 or later; report this with the name of the machine'
            )
