"""``<node>`` and ``<executable>``: the process that each describes."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from telesurgery_bringup.errors import LaunchFileError, one_of
from telesurgery_bringup.launch.plan import Output, Parameters, Process
from telesurgery_bringup.launch.substitutions import (
    Part,
    Surroundings,
    Text,
    package_prefix,
    parse,
    perform,
    substitute,
)
from telesurgery_bringup.launch.values import parameter_value, truth
from telesurgery_bringup.launch.xml_file import Element

ANY_NODE = '/**'
_NODE_NAME = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')


def executable(element: Element, surroundings: Surroundings, number: int) -> Process:
    """Return the process of ``<executable cmd="...">``, the ``number``-th of its launch."""
    command = words(element.required('cmd'), surroundings)
    if not command or not command[0]:
        raise LaunchFileError('cmd is empty; allowed: a program and its arguments; name it')
    name = element.attributes.get('name')
    label = substitute(name, surroundings) if name is not None else Path(command[0]).name
    return _process(element, surroundings, f'{label}-{number}', tuple(command))


def node(element: Element, surroundings: Surroundings, number: int) -> Process:
    """Return the process of ``<node pkg="..." exec="...">``, the ``number``-th of its launch.

    Its command line is the one that launch_ros makes: arguments, then after ``--ros-args`` name,
    namespace, parameters and remappings.
    """
    program = _program(
        substitute(element.required('pkg'), surroundings),
        substitute(element.required('exec'), surroundings),
        surroundings,
    )
    command: list[str | Parameters] = [program]
    if 'args' in element.attributes:
        command += words(element.attributes['args'], surroundings)
    if 'ros_args' in element.attributes:
        command += ['--ros-args', *words(element.attributes['ros_args'], surroundings)]
    command.append('--ros-args')
    name = _node_name(element, surroundings)
    namespace = _namespace(element, surroundings)
    command += ['-r', f'__node:={name}'] if name else []
    command += ['-r', f'__ns:={namespace}'] if namespace else []
    receiver = f'{namespace.rstrip("/")}/{name}' if name and namespace else ANY_NODE
    command += _parameters(element, surroundings, receiver)
    for remap in element.named('remap'):
        old = substitute(remap.required('from'), surroundings)
        new = substitute(remap.required('to'), surroundings)
        command += ['-r', f'{old}:={new}']
    label = element.attributes.get('exec_name')
    label = substitute(label, surroundings) if label is not None else Path(program).name
    return _process(element, surroundings, f'{label}-{number}', tuple(command))


def words(text: str, surroundings: Surroundings) -> list[str]:
    """Split a command line as ROS does: what a substitution gives is never split.

    With the variable ``list`` being ``c d``, the text ``run "a b" $(var list)`` has three words.
    """
    found: list[str] = []
    parts: list[Part] = []

    def end_word() -> None:
        found.append(perform(parts, surroundings))
        parts.clear()

    for part in parse(text):
        if not isinstance(part, Text):
            parts.append(part)
            continue
        pieces = _split(part.text)
        if not pieces:  # nothing but space
            end_word()
            continue
        if part.text[0].isspace() and parts:
            end_word()
        parts.append(Text(pieces[0]))
        for piece in pieces[1:]:
            end_word()
            parts.append(Text(piece))
        if part.text[-1].isspace():
            end_word()
    if parts:
        end_word()
    return found


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise LaunchFileError(
            f'the words {text!r} cannot be told apart ({error}); allowed: quotes that close '
            'before the next substitution, which needs none; remove them'
        ) from error


def _process(
    element: Element,
    surroundings: Surroundings,
    name: str,
    command: tuple[str | Parameters, ...],
) -> Process:
    attributes = element.attributes
    environment = dict(surroundings.environment)
    for variable in element.named('env'):
        key = substitute(variable.required('name'), surroundings)
        environment[key] = substitute(variable.required('value'), surroundings)
    cwd = attributes.get('cwd')
    return Process(
        name=name,
        command=command,
        environment=environment,
        cwd=None if cwd is None else substitute(cwd, surroundings),
        output=_output(substitute(attributes.get('output', 'log'), surroundings)),
        is_required=_is_required(attributes.get('on_exit')),
        respawn=truth(substitute(attributes.get('respawn', 'false'), surroundings)),
        respawn_delay_s=_seconds(element, 'respawn_delay', 0.0),
        sigterm_after_s=_seconds(element, 'sigterm_timeout', 5.0),
        sigkill_after_s=_seconds(element, 'sigkill_timeout', 5.0),
    )


def _parameters(
    element: Element, surroundings: Surroundings, receiver: str
) -> Iterator[str | Parameters]:
    """Yield the options for every ``<param>``, in order: later ones win, as in ROS."""
    for parameter in element.named('param'):
        yield '--params-file'
        if 'from' in parameter.attributes:
            yield _parameter_file(parameter, surroundings)
        else:
            name = substitute(parameter.required('name'), surroundings)
            kind = parameter.attributes.get('type')
            value = parameter_value(parameter.required('value'), kind, surroundings)
            yield Parameters(receiver, {name: value})


def _parameter_file(parameter: Element, surroundings: Surroundings) -> str:
    extra = [name for name in ('name', 'value', 'type') if name in parameter.attributes]
    if extra:
        raise parameter.refuse(
            one_of('an attribute of <param from="...">', extra[0], ['from'], 'remove it')
        )
    path = substitute(parameter.attributes['from'], surroundings)
    if not Path(path).is_file():
        raise parameter.refuse(
            f'the parameter file {path!r} does not exist; allowed: a YAML file; check the path'
        )
    return path


def _program(package: str, name: str, surroundings: Surroundings) -> str:
    """Return the path of a package's executable."""
    folder = Path(package_prefix(package, surroundings), 'lib', package)
    found = sorted(
        str(path) for path in folder.rglob(name) if path.is_file() and os.access(path, os.X_OK)
    )
    if len(found) != 1:
        there = sorted(path.name for path in folder.glob('*') if os.access(path, os.X_OK))
        remedy = 'correct it, or build the package' if not found else 'there must be one only'
        raise LaunchFileError(one_of(f'the executable of {package}', name, there, remedy))
    return found[0]


def _node_name(element: Element, surroundings: Surroundings) -> str:
    if 'name' not in element.attributes:
        return ''
    name = substitute(element.attributes['name'], surroundings)
    if _NODE_NAME.fullmatch(name) is None:
        raise LaunchFileError(
            f'the node name is {name!r}; allowed: letters, digits and _, no digit first; '
            'correct it'
        )
    return name


def _namespace(element: Element, surroundings: Surroundings) -> str:
    """Return the absolute namespace, or an empty text where none is given."""
    if 'namespace' not in element.attributes:
        return ''
    namespace = substitute(element.attributes['namespace'], surroundings)
    names = [name for name in namespace.strip('/').split('/') if name]
    if any(_NODE_NAME.fullmatch(name) is None for name in names) or '//' in namespace:
        raise LaunchFileError(
            f'the namespace is {namespace!r}; allowed: names of letters, digits and _, joined by '
            '/; correct it'
        )
    return '/' + '/'.join(names)


def _output(text: str) -> Output:
    try:
        return Output(text)
    except ValueError:
        allowed = [output.value for output in Output]
        raise LaunchFileError(one_of('output', text, allowed, 'use one of these')) from None


def _is_required(on_exit: str | None) -> bool:
    if on_exit not in (None, 'shutdown'):
        raise LaunchFileError(one_of('on_exit', on_exit, ['shutdown'], 'correct or remove it'))
    return on_exit is not None


def _seconds(element: Element, name: str, default: float) -> float:
    text = element.attributes.get(name)
    try:
        value = default if text is None else float(text)
        if 0.0 <= value < float('inf'):
            return value
    except ValueError:
        pass
    raise LaunchFileError(f'{name} is {text!r}; allowed: a number of seconds from 0; correct it')
