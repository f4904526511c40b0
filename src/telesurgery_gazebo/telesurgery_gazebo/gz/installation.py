"""Where gz-sim is on this machine: the command ``gz``, with ``sim`` among its commands."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting.program import Program

OLDEST = 8
"""Harmonic. Older ones have other names for messages and plugins."""

_ENGINES = ('lib/gz-rendering-*/engine-plugins', 'lib/*/gz-rendering-*/engine-plugins')
"""Where the render engines are below the prefix of ``gz``; Debian has a folder more."""

_ANSWER_S = 20.0


@dataclass(frozen=True, slots=True)
class Installation:
    """gz-sim's program and what stands beside it."""

    program: Program
    version: str
    display_server: Program | None
    """Xvfb, a screen in memory."""

    def render_engine(self, wanted: str) -> str:
        """Return the engine to render with: the wanted one, or for 'auto' what there is.

        gz-sim ends by SIGSEGV when it is told to render with an engine that is not there.
        """
        if wanted != 'auto':
            return wanted
        prefix = Path(self.program.command[0]).resolve().parent.parent
        found = {
            engine
            for engine in ('ogre', 'ogre2')
            for folder in _ENGINES
            for _ in prefix.glob(f'{folder}/libgz-rendering-{engine}.so')
        }
        return 'ogre' if found == {'ogre'} else 'ogre2'

    @classmethod
    def find(cls, environment: Mapping[str, str]) -> Installation:
        """Return the installation of this environment; SimulatorError when there is none.

        The command is asked: Gazebo 11 has a ``gz``, too, which knows no ``sim``.
        """
        path = environment.get('PATH', '')
        command = shutil.which('gz', path=path)
        version = None if command is None else _newest_version(command, environment)
        if command is None or version is None:
            raise SimulatorError(
                'there is no gz on the PATH that knows "sim"; allowed: gz-sim 8 (Harmonic) or '
                'newer; install gz-harmonic, or use the simulator classic'
            )
        if int(version.partition('.')[0]) < OLDEST:
            raise SimulatorError(
                f'gz-sim is version {version}; allowed: {OLDEST} (Harmonic) or newer; install '
                'gz-harmonic, or use the simulator classic'
            )
        screen = shutil.which('Xvfb', path=path)
        return cls(Program((command,)), version, None if screen is None else Program((screen,)))


def _newest_version(command: str, environment: Mapping[str, str]) -> str | None:
    try:
        answer = subprocess.run(
            [command, 'sim', '--versions'],
            env=dict(environment),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_ANSWER_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    versions = re.findall(r'^\d+(?:\.\d+)+\S*$', answer.stdout, re.MULTILINE)
    return max(versions, key=lambda version: int(version.partition('.')[0]), default=None)
