"""Where Gazebo 11 is on this machine and how its programs are run.

Either installed (on the PATH), or unpacked in a folder that ``TELESURGERY_GAZEBO_PREFIX`` names:
then the programs are older than the machine's libraries and run with the folder's own loader.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting.program import Program

PREFIX_VARIABLE = 'TELESURGERY_GAZEBO_PREFIX'
_ARCH = 'usr/lib/x86_64-linux-gnu'
_LIBRARIES = (
    'usr/lib',
    _ARCH,
    'lib/x86_64-linux-gnu',
    *(f'{_ARCH}/{part}' for part in ('gazebo-11/plugins', 'blas', 'lapack', 'pulseaudio')),
    f'{_ARCH}/OGRE-1.9.0',
)


@dataclass(frozen=True, slots=True)
class Installation:
    """Gazebo's programs and what they need in their environment."""

    server: Program
    client: Program | None
    display_server: Program | None
    """Xvfb, a screen in memory."""
    environment: Mapping[str, str] = field(default_factory=dict)
    renders_in_software: bool = False
    """Its OpenGL is its own, not the machine's: it cannot use the graphics card of a display."""

    @classmethod
    def find(cls, environment: Mapping[str, str]) -> Installation:
        """Return the installation of this environment; SimulatorError when there is none."""
        prefix = environment.get(PREFIX_VARIABLE, '')
        return _unpacked(Path(prefix)) if prefix else _installed(environment.get('PATH', ''))


def _installed(path: str) -> Installation:
    def program(name: str) -> Program | None:
        found = shutil.which(name, path=path)
        return None if found is None else Program((found,))

    server = program('gzserver')
    if server is None:
        raise SimulatorError(
            f"Gazebo 11's gzserver is not on the PATH and {PREFIX_VARIABLE} is not set; allowed: "
            'either of them; install Gazebo 11, run ./telesurgery setup, or use the simulator '
            'loopback'
        )
    return Installation(server, program('gzclient'), program('Xvfb'))


def _unpacked(prefix: Path) -> Installation:
    loaders = sorted(prefix.glob('lib/x86_64-linux-gnu/ld-*.so*'))

    def program(name: str, folder: Path | None = None) -> Program | None:
        if not loaders or not (prefix / 'usr/bin' / name).exists():
            return None
        libraries = ':'.join(str(prefix / part) for part in _LIBRARIES)
        loaded = (str(loaders[0]), '--library-path', libraries, str(prefix / 'usr/bin' / name))
        return Program(loaded, folder)

    server = program('gzserver')
    if server is None:
        raise SimulatorError(
            f'{PREFIX_VARIABLE} is {str(prefix)!r}; allowed: a folder with lib/, usr/bin/gzserver '
            'and its libraries; run ./telesurgery setup again, or unset it'
        )
    libraries = prefix / _ARCH
    shared = prefix / 'usr/share/gazebo-11'
    return Installation(
        server,
        program('gzclient'),
        program('Xvfb.patched', folder=prefix / 'usr'),
        {
            'GAZEBO_RESOURCE_PATH': str(shared),
            'GAZEBO_PLUGIN_PATH': str(libraries / 'gazebo-11/plugins'),
            'OGRE_RESOURCE_PATH': str(libraries / 'OGRE-1.9.0'),
            'LIBGL_DRIVERS_PATH': str(libraries / 'dri'),
            'LIBGL_ALWAYS_SOFTWARE': '1',
            'QT_PLUGIN_PATH': str(libraries / 'qt5/plugins'),
            'FONTCONFIG_PATH': str(prefix / 'etc/fonts'),
            'XKB_CONFIG_ROOT': str(prefix / 'usr/share/X11/xkb'),
            'XDG_DATA_DIRS': str(prefix / 'usr/share'),
        },
        renders_in_software=True,
    )
