"""Cores know no ROS, clock, socket, process, thread or global randomness; every breach is named.

A core is every module of ``src/telesurgery_*`` that is not an edge. The edges are the files for
which pyproject.toml lifts ruff's rule TID251.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]

FORBIDDEN = {
    'ROS': ('rclpy', 'ament_index_python', 'builtin_interfaces', 'launch', 'launch_ros'),
    'a clock': ('time',),
    'a socket': ('socket', 'socketserver', 'select', 'selectors', 'ssl', 'zmq', 'http', 'urllib'),
    'a process': ('subprocess', 'multiprocessing', 'signal', 'pty'),
    'a thread or event loop': ('threading', '_thread', 'asyncio', 'concurrent', 'queue', 'sched'),
    'global randomness': ('random', 'secrets', 'uuid'),
    'a device': ('termios', 'tty', 'fcntl', 'hid', 'evdev'),
}
"""Modules that a core must not import, and what they would bring into it."""

FORBIDDEN_CALLS = {
    'datetime.now': 'a clock',
    'datetime.utcnow': 'a clock',
    'datetime.today': 'a clock',
    'date.today': 'a clock',
    'os.fork': 'a process',
    'os.system': 'a process',
    'os.popen': 'a process',
    'os.urandom': 'global randomness',
}

SEEDED = ('default_rng', 'Generator', 'SeedSequence', 'PCG64', 'Philox', 'BitGenerator')
"""What of numpy.random a core may use: everything else shares one hidden state."""


def edges() -> list[str]:
    """Return the patterns of files that may reach outside."""
    configuration = tomllib.loads((ROOT / 'pyproject.toml').read_text(encoding='utf-8'))
    ignores = configuration['tool']['ruff']['lint']['per-file-ignores']
    return [pattern for pattern, rules in ignores.items() if 'TID251' in rules]


def cores() -> list[Path]:
    """Return the modules that must stay pure."""
    patterns = edges()
    modules = sorted(ROOT.glob('src/telesurgery_*/**/*.py'))
    return [path for path in modules if not any(_matches(path, p) for p in patterns)]


def breaches(source: str, name: str) -> Iterator[str]:
    """Yield ``name:line: what`` for everything in a module that a core must not have."""
    tree = ast.parse(source, filename=name)
    for node in ast.walk(tree):
        for what in _breaches_of(node):
            yield f'{name}:{node.lineno}: {what}'  # type: ignore[attr-defined]


def _breaches_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _forbidden_import(alias.name)
    elif isinstance(node, ast.ImportFrom) and node.module is not None:
        yield from _forbidden_import(node.module)
        if node.module == 'numpy.random':
            yield from (_random(alias.name) for alias in node.names if alias.name not in SEEDED)
    elif isinstance(node, ast.Attribute):
        yield from _forbidden_attribute(ast.unparse(node))


def _forbidden_import(module: str) -> Iterator[str]:
    package = module.split('.', maxsplit=1)[0]
    if package.endswith(('_msgs', '_srvs')):
        yield f'imports ROS ({module})'
    for what, modules in FORBIDDEN.items():
        if package in modules:
            yield f'imports {what} ({module})'


def _forbidden_attribute(name: str) -> Iterator[str]:
    for call, what in FORBIDDEN_CALLS.items():
        if name == call or name.endswith(f'.{call}'):
            yield f'uses {what} ({name})'
    parts = name.split('.')
    if parts[:-1] in (['np', 'random'], ['numpy', 'random']) and parts[-1] not in SEEDED:
        yield _random(name)


def _random(name: str) -> str:
    return f'uses global randomness ({name})'


def _matches(path: Path, pattern: str) -> bool:
    return fnmatch(path.relative_to(ROOT).as_posix(), pattern)


def test_no_core_reaches_outside() -> None:
    found = [
        breach
        for path in cores()
        for breach in breaches(path.read_text(encoding='utf-8'), str(path.relative_to(ROOT)))
    ]
    assert not found, 'a core must stay pure:\n' + '\n'.join(found)


def test_there_are_cores_to_look_at() -> None:
    names = {path.parent.name for path in cores()}
    assert {'telesurgery_core', 'telesurgery_arm', 'telesurgery_link'} <= names


@pytest.mark.parametrize('pattern', [p for p in edges() if p.startswith('src/')])
def test_every_edge_that_is_declared_exists(pattern: str) -> None:
    assert any(_matches(path, pattern) for path in ROOT.glob('src/**/*.py'))


@pytest.mark.parametrize(
    ('line', 'what'),
    [
        ('import rclpy', 'imports ROS (rclpy)'),
        ('from rclpy.node import Node', 'imports ROS (rclpy.node)'),
        ('from std_msgs.msg import Bool', 'imports ROS (std_msgs.msg)'),
        ('import time', 'imports a clock (time)'),
        ('from time import monotonic', 'imports a clock (time)'),
        ('stamp = datetime.datetime.now()', 'uses a clock (datetime.datetime.now)'),
        ('import socket', 'imports a socket (socket)'),
        ('import subprocess', 'imports a process (subprocess)'),
        ('import threading', 'imports a thread or event loop (threading)'),
        ('x = np.random.rand()', 'uses global randomness (np.random.rand)'),
        ('from numpy.random import rand', 'uses global randomness (rand)'),
        ('import random', 'imports global randomness (random)'),
    ],
)
def test_a_breach_is_found_wherever_it_stands(line: str, what: str) -> None:
    source = f'def f():\n    if True:\n        {line}\n'
    assert list(breaches(source, 'core.py')) == [f'core.py:3: {what}']


def test_seeded_generators_are_allowed() -> None:
    source = 'rng: np.random.Generator = np.random.default_rng(1)\n'
    assert list(breaches(source, 'core.py')) == []
