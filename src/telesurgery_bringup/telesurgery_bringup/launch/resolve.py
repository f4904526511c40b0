"""Turns a launch file into a plan, doing what ROS's launch would do at each element.

Pure: it reads launch files and the environment it is given, and starts nothing. Three rules of
ROS that are easily got wrong are kept here. Elements act in the order in which they stand.
Variables and environment that are set stay set, through includes too, up to the end of the
innermost scoped group. And an argument that already has a value keeps it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from telesurgery_bringup.errors import LaunchFileError, UsageError, one_of
from telesurgery_bringup.launch import grammar
from telesurgery_bringup.launch.plan import Argument, LaunchPlan, Process
from telesurgery_bringup.launch.process_element import executable, node
from telesurgery_bringup.launch.substitutions import Surroundings, substitute
from telesurgery_bringup.launch.values import truth
from telesurgery_bringup.launch.xml_file import Element, PlacedError

DEEPEST_INCLUDE = 32


@dataclass(slots=True)
class Scope:
    """Where resolving has got to."""

    configurations: dict[str, str]
    environment: dict[str, str]
    file: Path
    depth: int = 0
    directory_is_certain: bool = True
    processes: list[Process] = field(default_factory=list)
    arguments: dict[str, Argument] = field(default_factory=dict)

    @property
    def surroundings(self) -> Surroundings:
        """What substitutions see here."""
        return Surroundings(
            self.configurations, self.environment, self.file, self.directory_is_certain
        )

    def attribute(self, element: Element, name: str) -> str:
        """Return a required attribute with its substitutions carried out."""
        return substitute(element.required(name), self.surroundings)


def resolve(path: Path, given: Mapping[str, str], environment: Mapping[str, str]) -> LaunchPlan:
    """Return what the launch file at ``path`` starts when called with the arguments ``given``.

    Raises LaunchFileError, naming file and line, for anything that is wrong or not supported, and
    UsageError for an argument that is missing or that nothing declares.
    """
    root = grammar.read(path)
    for argument in _missing_arguments(root, given):
        raise UsageError(f'{path.name}: {_missing(argument)}')
    scope = Scope(dict(given), dict(environment), _absolute(path))
    _act(root.children, scope)
    unknown = [name for name in given if name not in scope.arguments]
    if unknown:
        what = f'the argument of {path.name}'
        allowed = list(scope.arguments) or ['none']
        raise UsageError(one_of(what, unknown[0], allowed, 'correct or remove it'))
    return LaunchPlan(tuple(scope.processes), scope.arguments)


def declared_arguments(path: Path) -> list[Argument]:
    """Return the arguments that a launch file itself declares, in order."""
    return [_argument(element) for element in grammar.read(path).named('arg')]


def _act(elements: Collection[Element], scope: Scope) -> None:
    for element in elements:
        try:
            if _condition_holds(element, scope):
                ACTIONS[element.tag](element, scope)
        except PlacedError:
            raise
        except LaunchFileError as error:
            raise element.refuse(str(error)) from error


def _condition_holds(element: Element, scope: Scope) -> bool:
    for name in grammar.CONDITIONS:
        if name in element.attributes:
            return truth(scope.attribute(element, name)) is (name == 'if')
    return True


def _declare(element: Element, scope: Scope) -> None:
    argument = _argument(element)
    scope.arguments.setdefault(argument.name, argument)
    if argument.name not in scope.configurations:
        if argument.default is None:
            raise element.refuse(_missing(argument))
        scope.configurations[argument.name] = substitute(argument.default, scope.surroundings)
    value = scope.configurations[argument.name]
    choices = [child.required('value') for child in element.children]
    if choices and value not in choices:
        what = f'the argument {argument.name}'
        raise element.refuse(one_of(what, value, choices, 'choose one of them'))


def _let(element: Element, scope: Scope) -> None:
    scope.configurations[scope.attribute(element, 'name')] = scope.attribute(element, 'value')


def _set_env(element: Element, scope: Scope) -> None:
    scope.environment[scope.attribute(element, 'name')] = scope.attribute(element, 'value')


def _group(element: Element, scope: Scope) -> None:
    before = dict(scope.configurations), dict(scope.environment)
    _act(element.children, scope)
    if truth(element.attributes.get('scoped', 'true')):
        scope.configurations, scope.environment = before


def _include(element: Element, scope: Scope) -> None:
    path = _absolute(scope.attribute(element, 'file'))
    if scope.depth >= DEEPEST_INCLUDE:
        raise element.refuse(
            f'{path.name!r} is included at depth {scope.depth}; allowed: less than '
            f'{DEEPEST_INCLUDE}; a file must not include itself'
        )
    root = grammar.read(path)
    names = [scope.attribute(child, 'name') for child in element.children]
    for argument in _missing_arguments(root, names):
        raise element.refuse(f'{path.name}: {_missing(argument)}')
    for name, child in zip(names, element.children, strict=True):
        scope.configurations[name] = scope.attribute(child, 'value')
    outer, was_certain = scope.file, scope.directory_is_certain
    scope.file, scope.depth, scope.directory_is_certain = path, scope.depth + 1, True
    _act(root.children, scope)
    scope.file, scope.depth = outer, scope.depth - 1
    scope.directory_is_certain = was_certain and path.parent == outer.parent


def _node(element: Element, scope: Scope) -> None:
    scope.processes.append(node(element, scope.surroundings, len(scope.processes) + 1))


def _executable(element: Element, scope: Scope) -> None:
    scope.processes.append(executable(element, scope.surroundings, len(scope.processes) + 1))


def _argument(element: Element) -> Argument:
    return Argument(
        element.required('name'),
        element.attributes.get('description', 'no description given'),
        element.attributes.get('default'),
    )


def _absolute(path: str | Path) -> Path:
    """Return an absolute path without ``..``: what ``$(dirname)`` shows of it."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (Path.absolute leaves .. as it is)


def _missing_arguments(root: Element, given: Collection[str]) -> list[Argument]:
    """Return the arguments without which a file cannot be called.

    As in ROS, the call itself must give them; a variable of that name does not count.
    """
    missing = []
    for element in root.named('arg'):
        argument = _argument(element)
        conditional = any(name in element.attributes for name in grammar.CONDITIONS)
        if argument.default is None and not conditional and argument.name not in given:
            missing.append(argument)
    return missing


def _missing(argument: Argument) -> str:
    return (
        f'the argument {argument.name} ({argument.description}) is missing; '
        f'allowed: {argument.name}:=VALUE; give it'
    )


ACTIONS: dict[str, Callable[[Element, Scope], None]] = {
    'arg': _declare,
    'let': _let,
    'set_env': _set_env,
    'group': _group,
    'include': _include,
    'node': _node,
    'executable': _executable,
}
"""What each element does."""
