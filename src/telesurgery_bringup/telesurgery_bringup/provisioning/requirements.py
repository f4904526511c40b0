"""Reads requirements.lock: which pinned packages a machine gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from telesurgery_bringup.errors import SetupError

_GROUP = re.compile(r'# \[(\w+)\]')
_PIN = re.compile(
    r"""(?P<name>[\w.-]+)==(?P<version>\S+?)
        (?:;\s*python_version\s*(?P<relation><|>=)\s*'(?P<python>\d+\.\d+)')?\s*$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of the lock file."""

    name: str
    version: str
    group: str
    python_from: tuple[int, int] = (0, 0)
    """First Python version for which the line holds."""
    python_before: tuple[int, int] = (99, 0)
    """First Python version for which it no longer does."""

    def __str__(self) -> str:
        return f'{self.name}=={self.version}'


def read(text: str) -> Iterator[Pin]:
    """Yield every line of a lock file; SetupError for one that pins nothing."""
    group = ''
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith('#'):
            heading = _GROUP.match(line)
            group = heading.group(1) if heading else group
            continue
        if not line.strip():
            continue
        match = _PIN.match(line)
        if match is None or not group:
            raise SetupError(
                f'requirements.lock:{number} is {line!r}; allowed: name==version, or '
                "name==version; python_version < 'X.Y', below a line # [group]; correct it"
            )
        yield _pin(match, group)


def select(
    pins: Iterable[Pin],
    groups: Iterable[str],
    python: tuple[int, int],
    present: Iterable[str] = (),
) -> list[Pin]:
    """Return the pins of ``groups`` that hold for a Python version and are not ``present``."""
    wanted = frozenset(groups)
    there = {canonical(name) for name in present}
    return [
        pin
        for pin in pins
        if pin.group in wanted
        and pin.python_from <= python < pin.python_before
        and canonical(pin.name) not in there
    ]


def canonical(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r'[-_.]+', '-', name).lower()


def _pin(match: re.Match[str], group: str) -> Pin:
    name, version = match.group('name', 'version')
    if match.group('relation') is None:
        return Pin(name, version, group)
    major, minor = match.group('python').split('.')
    bound = (int(major), int(minor))
    if match.group('relation') == '<':
        return Pin(name, version, group, python_before=bound)
    return Pin(name, version, group, python_from=bound)
