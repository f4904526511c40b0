r"""Substitutions: ``$(name argument ...)`` in the attributes of a launch file.

The grammar is that of ROS's launch: arguments are separated by one space and may be quoted in
whole; substitutions nest; a backslash takes the meaning from the character after it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from telesurgery_bringup.errors import LaunchFileError, one_of
from telesurgery_bringup.launch.expression import evaluate_expression

_NAME = re.compile(r'[A-Za-z][A-Za-z0-9_-]*')


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that stand for themselves, escapes resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A substitution with its arguments, each a sequence of parts."""

    name: str
    arguments: tuple[tuple[Text | Call, ...], ...]


Part = Text | Call


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What substitutions may look at where they stand."""

    configurations: Mapping[str, str]
    environment: Mapping[str, str]
    file: Path
    directory_is_certain: bool = True
    """False after an include from another folder: ROS versions then differ on ``$(dirname)``."""


def substitute(text: str, surroundings: Surroundings) -> str:
    """Return ``text`` with its substitutions carried out; LaunchFileError when one cannot be."""
    return perform(parse(text), surroundings)


def perform(parts: Sequence[Part], surroundings: Surroundings) -> str:
    """Return what parsed parts stand for."""
    return ''.join(
        part.text if isinstance(part, Text) else _call(part, surroundings) for part in parts
    )


def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a text; LaunchFileError when a substitution is not well formed."""
    parts, end = _Parser(text).fragments(0, stop='')
    assert end == len(text)
    return tuple(parts) or (Text(''),)


class _Parser:
    """Recursive descent over one text. Every method takes a position and returns the next."""

    def __init__(self, text: str) -> None:
        self._text = text

    def fragments(self, at: int, stop: str) -> tuple[list[Part], int]:
        """Read text and substitutions up to the quote ``stop``, or to the end without one."""
        parts: list[Part] = []
        plain: list[str] = []
        while at < len(self._text) and (not stop or self._text[at] != stop):
            if self._text.startswith('$(', at):
                _flush(plain, parts)
                call, at = self._substitution(at, quote=stop)
                parts.append(call)
            else:
                character, at = self._character(at)
                plain.append(character)
        _flush(plain, parts)
        return parts, at

    def _substitution(self, at: int, quote: str) -> tuple[Call, int]:
        name = _NAME.match(self._text, at + 2)
        if name is None:
            raise self._malformed('a name must follow $(')
        arguments: list[tuple[Part, ...]] = []
        at = name.end()
        while self._text.startswith(' ', at):
            argument, at = self._argument(at + 1, quote)
            arguments.append(argument)
        if not self._text.startswith(')', at):
            raise self._malformed(f'$({name.group()} is not closed, or needs quotes')
        return Call(name.group(), tuple(arguments)), at + 1

    def _argument(self, at: int, quote: str) -> tuple[tuple[Part, ...], int]:
        """Read one argument; inside quotes (``quote``) no second level of quotes is possible."""
        opening = self._text[at : at + 1]
        if not quote and opening in ('"', "'"):
            quoted, at = self.fragments(at + 1, stop=opening)
            if not self._text.startswith(opening, at):
                raise self._malformed(f'the quote {opening} is not closed')
            return tuple(quoted), at + 1
        parts: list[Part] = []
        plain: list[str] = []
        while at < len(self._text) and self._text[at] not in f' (){quote}':
            if self._text.startswith('$(', at):
                _flush(plain, parts)
                call, at = self._substitution(at, quote)
                parts.append(call)
                continue
            if not quote and self._text[at] in '"\'':
                raise self._malformed('an argument must be quoted in whole')
            character, at = self._character(at)
            plain.append(character)
        _flush(plain, parts)
        if not parts:
            raise self._malformed('an argument is empty; arguments are separated by one space')
        return tuple(parts), at

    def _character(self, at: int) -> tuple[str, int]:
        if self._text[at] == '\\' and at + 1 < len(self._text):
            return self._text[at + 1], at + 2
        return self._text[at], at + 1

    def _malformed(self, why: str) -> LaunchFileError:
        return LaunchFileError(
            f'the substitution in {self._text!r} is malformed ({why}); allowed: '
            '$(name argument ...); correct it'
        )


def _flush(plain: list[str], parts: list[Part]) -> None:
    if plain:
        parts.append(Text(''.join(plain)))
        plain.clear()


def _call(call: Call, surroundings: Surroundings) -> str:
    if call.name not in FUNCTIONS:
        raise LaunchFileError(
            one_of('the substitution', f'$({call.name})', FUNCTIONS, 'use one of these')
        )
    function, least, most = FUNCTIONS[call.name]
    if not least <= len(call.arguments) <= most:
        counts = range(least, most + 1)
        raise LaunchFileError(
            one_of(
                f'the number of arguments of $({call.name})',
                len(call.arguments),
                counts,
                'correct it',
            )
        )
    arguments = [perform(argument, surroundings) for argument in call.arguments]
    return function(arguments, surroundings)


def _variable(arguments: list[str], surroundings: Surroundings) -> str:
    return _look_up('the variable', surroundings.configurations, arguments, 'declare it as an arg')


def _environment_variable(arguments: list[str], surroundings: Surroundings) -> str:
    name, *default = arguments
    if name in surroundings.environment:
        return surroundings.environment[name]
    if default:
        return default[0]
    raise LaunchFileError(
        f'the environment variable {name!r} is not set; allowed: one that is; set it, or give '
        f'$(env {name} DEFAULT)'
    )


def _look_up(what: str, table: Mapping[str, str], arguments: list[str], remedy: str) -> str:
    name, *default = arguments
    if name in table:
        return table[name]
    if default:
        return default[0]
    raise LaunchFileError(one_of(what, name, table, remedy))


def package_prefix(name: str, surroundings: Surroundings) -> str:
    """Return where a package is installed; LaunchFileError when it is not."""
    prefixes = surroundings.environment.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
    marker = Path('share/ament_index/resource_index/packages', name)
    for prefix in prefixes:
        if prefix and (prefix / marker).is_file():
            return prefix
    raise LaunchFileError(
        f'the package {name!r} is not installed; allowed: a package below AMENT_PREFIX_PATH; '
        'build it: ./telesurgery build'
    )


def _package_prefix(arguments: list[str], surroundings: Surroundings) -> str:
    return package_prefix(arguments[0], surroundings)


def _package_share(arguments: list[str], surroundings: Surroundings) -> str:
    return os.path.join(package_prefix(arguments[0], surroundings), 'share', arguments[0])  # noqa: PTH118


def _directory(_: list[str], surroundings: Surroundings) -> str:
    if not surroundings.directory_is_certain:
        raise LaunchFileError(
            '$(dirname) stands after an include from another folder, where versions of ROS '
            'differ on its meaning; allowed: before it; use $(find-pkg-share PACKAGE)'
        )
    return str(surroundings.file.parent)


def _expression(arguments: list[str], _: Surroundings) -> str:
    return evaluate_expression(arguments[0])


FUNCTIONS: dict[str, tuple[Callable[[list[str], Surroundings], str], int, int]] = {
    'var': (_variable, 1, 2),
    'env': (_environment_variable, 1, 2),
    'find-pkg-share': (_package_share, 1, 1),
    'find-pkg-prefix': (_package_prefix, 1, 1),
    'dirname': (_directory, 0, 0),
    'eval': (_expression, 1, 1),
}
"""Each substitution with its fewest and most arguments."""
