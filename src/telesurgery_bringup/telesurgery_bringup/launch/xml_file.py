"""Reads a launch file into elements that know the line they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from telesurgery_bringup.errors import LaunchFileError


class PlacedError(LaunchFileError):
    """An error that names its file and line."""


@dataclass(frozen=True, slots=True)
class Element:
    """One XML element; its text counts for nothing, as in ROS."""

    tag: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    file: Path
    line: int

    def required(self, name: str) -> str:
        """Return an attribute that must be there; PlacedError when it is not."""
        if name not in self.attributes:
            raise self.refuse(
                f'<{self.tag}> has no attribute {name!r}; allowed: {name}="..."; add it'
            )
        return self.attributes[name]

    def named(self, tag: str) -> tuple[Element, ...]:
        """Return the children of one kind, in order."""
        return tuple(child for child in self.children if child.tag == tag)

    def refuse(self, text: str) -> PlacedError:
        """Return the error that says what is wrong with this element, and where it stands."""
        return PlacedError(f'{self.file}:{self.line}: {text}')


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)


def read(path: Path) -> Element:
    """Return the root element of a launch file; LaunchFileError when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LaunchFileError(
            f'the launch file {str(path)!r} cannot be read ({error.strerror}); allowed: an XML '
            'launch file; check the path'
        ) from error
    return parse(content, path)


def parse(content: bytes, path: Path) -> Element:
    """Return the root element of ``content``, which stands in the file ``path``."""
    parser = expat.ParserCreate()
    opened: list[_Open] = [_Open('', {}, 0)]

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        opened.append(_Open(tag, attributes, parser.CurrentLineNumber))

    def on_end(_: str) -> None:
        ended = opened.pop()
        element = Element(ended.tag, ended.attributes, tuple(ended.children), path, ended.line)
        opened[-1].children.append(element)

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise LaunchFileError(
            f'{path}:{error.lineno}: not XML ({expat.ErrorString(error.code)}); allowed: a '
            'well-formed XML file; correct it'
        ) from error
    return opened[0].children[0]
