"""The part of the launch file format that is understood: elements, attributes, what holds what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from telesurgery_bringup.errors import one_of
from telesurgery_bringup.launch import xml_file
from telesurgery_bringup.launch.xml_file import Element

CONDITIONS = ('if', 'unless')

_PROCESS = (
    *('name', 'cwd', 'output', 'on_exit', 'respawn', 'respawn_delay'),
    *('sigterm_timeout', 'sigkill_timeout'),
)

ACTIONS: dict[str, tuple[str, ...]] = {
    'arg': ('name', 'default', 'description'),
    'let': ('name', 'value'),
    'set_env': ('name', 'value'),
    'group': ('scoped',),
    'include': ('file',),
    'node': ('pkg', 'exec', 'namespace', 'exec_name', 'args', 'ros_args', *_PROCESS),
    'executable': ('cmd', *_PROCESS),
}
"""The elements that may stand in ``launch`` and ``group``, and their attributes.

Each may have one of ``CONDITIONS`` besides.
"""

DETAILS: dict[str, dict[str, tuple[str, ...]]] = {
    'arg': {'choice': ('value',)},
    'include': {'arg': ('name', 'value')},
    'node': {
        'param': ('name', 'value', 'type', 'from'),
        'remap': ('from', 'to'),
        'env': ('name', 'value'),
    },
    'executable': {'env': ('name', 'value')},
}
"""The elements that may stand in each of these, and their attributes."""


def read(path: Path) -> Element:
    """Return the root of a launch file that contains nothing but what is understood.

    Raises LaunchFileError that names the first thing that is not, with file and line.
    """
    root = xml_file.read(path)
    if root.tag != 'launch':
        raise root.refuse(one_of('the outermost element', root.tag, ['launch'], 'correct it'))
    _check_attributes(root, ('version',))
    _check_actions(root.children)
    return root


def _check_actions(elements: Iterable[Element]) -> None:
    for element in elements:
        _check_tag(element, ACTIONS, "run the file with ROS's own launch, or remove it")
        _check_attributes(element, (*ACTIONS[element.tag], *CONDITIONS))
        if all(name in element.attributes for name in CONDITIONS):
            raise element.refuse(
                f'<{element.tag}> has both if and unless; allowed: one of them; remove one'
            )
        if element.tag == 'group':
            _check_actions(element.children)
        else:
            _check_details(element, DETAILS.get(element.tag, {}))


def _check_details(element: Element, details: Mapping[str, tuple[str, ...]]) -> None:
    for child in element.children:
        _check_tag(child, details, f'remove it from <{element.tag}>')
        _check_attributes(child, details[child.tag])
        for grandchild in child.children:
            _check_tag(grandchild, {}, f'remove it from <{child.tag}>')


def _check_tag(element: Element, allowed: Iterable[str], remedy: str) -> None:
    names = [f'<{tag}>' for tag in allowed]
    if f'<{element.tag}>' not in names:
        raise element.refuse(
            one_of('the element', f'<{element.tag}>', names or ['none here'], remedy)
        )


def _check_attributes(element: Element, allowed: Iterable[str]) -> None:
    names = tuple(allowed)
    for name in element.attributes:
        if name not in names:
            raise element.refuse(
                one_of(f'an attribute of <{element.tag}>', name, names, 'remove it')
            )
