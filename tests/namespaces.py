"""Two network namespaces of this machine, joined by a cable: as good as two machines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Namespace:
    """One of the two."""

    name: str
    address: str
    device: str

    @property
    def prefix(self) -> tuple[str, ...]:
        """What stands before a command that is to run in it."""
        return ('ip', 'netns', 'exec', self.name)


class ImpossibleError(Exception):
    """This machine cannot do it; the text says why."""


@contextmanager
def two_namespaces() -> Iterator[tuple[Namespace, Namespace]]:
    """Make two namespaces and the cable, and remove them; ImpossibleError where it cannot be."""
    if shutil.which('ip') is None:
        raise ImpossibleError('the program ip (Debian package iproute2) is not here')
    _remove_leftovers()
    stem = f'ts{os.getpid()}'
    pair = (
        Namespace(f'{stem}a', '10.213.7.1', f'{stem}x'),
        Namespace(f'{stem}b', '10.213.7.2', f'{stem}y'),
    )
    made = []
    try:
        for end in pair:
            ip('netns', 'add', end.name)
            made.append(end)
        first, second = pair
        ip('link', 'add', first.device, 'type', 'veth', 'peer', 'name', second.device)
        for end in pair:
            ip('link', 'set', end.device, 'netns', end.name)
            ip('-n', end.name, 'address', 'add', f'{end.address}/24', 'dev', end.device)
            for device in (end.device, 'lo'):
                ip('-n', end.name, 'link', 'set', device, 'up')
        yield pair
    finally:
        for end in made:  # the cable goes with them
            subprocess.run(('ip', 'netns', 'delete', end.name), check=False, capture_output=True)


def _remove_leftovers() -> None:
    """Remove the namespaces of test runs that were killed before they could do so."""
    listed = subprocess.run(('ip', 'netns', 'list'), check=False, capture_output=True, text=True)
    for name, pid in re.findall(r'^(ts(\d+)[ab])\b', listed.stdout, re.MULTILINE):
        if not Path('/proc', pid).exists():
            subprocess.run(('ip', 'netns', 'delete', name), check=False, capture_output=True)


def ip(*arguments: str) -> None:
    """Run ip; ImpossibleError with what it says when it fails."""
    run('ip', *arguments)


def run(*command: str) -> None:
    """Run a command; ImpossibleError with what it says when it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise ImpossibleError(f'{" ".join(command)}: {done.stderr.strip()}')


def command_in(end: Namespace, command: Sequence[str]) -> list[str]:
    """Return the command that runs another one in a namespace."""
    return [*end.prefix, *command]
