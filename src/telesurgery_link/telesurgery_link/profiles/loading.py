"""From the text of a profile to its value: a name, a file, a netem line, or a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import from_mapping, read_yaml
from telesurgery_link.profiles.composition import Mapping, Reader, composed
from telesurgery_link.profiles.link import LinkProfile
from telesurgery_link.profiles.sentence import is_sentence, parse_sentence

NETEM = 'netem:'
ENDING = '.yaml'


def load_profile(name: str, folder: Path) -> LinkProfile:
    """Load a profile.

    ``name`` is that of a file in ``folder``, the path of a YAML file, ``netem:`` and a netem line,
    or a sentence such as ``rome_beijing, then after 60 s an outage of 2 s``.

    ParameterError for an unknown name, with those that ``folder`` holds, or for anything that is
    wrong in a file.
    """
    reader = _reader(folder)
    return from_mapping(LinkProfile, composed(name, reader), where=_where(name))


def profile_names(folder: Path) -> list[str]:
    """Return the names of the profiles in ``folder``, sorted."""
    return sorted(path.stem for path in folder.glob(f'*{ENDING}'))


def _reader(folder: Path) -> Reader:
    def read(name: str) -> Mapping:
        if is_sentence(name):
            return parse_sentence(name)
        if name.startswith(NETEM):
            return _netem(name)
        if name.endswith(ENDING):
            path = Path(name)
            return _read_file(path if path.is_file() else folder / path)
        if name not in profile_names(folder):
            raise ParameterError(
                one_of(
                    'link profile',
                    name,
                    profile_names(folder) or f'none, for {str(folder)!r} holds no profile',
                    'use one of these names, the path of a .yaml file, or "netem: delay 100ms"',
                )
            )
        return _read_file(folder / f'{name}{ENDING}')

    return read


def _read_file(path: Path) -> Mapping:
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise ParameterError(
            f'{path.name} is {content!r}; allowed: a mapping with the keys of a link profile; '
            'write it as key: value lines'
        )
    anchored: Mapping = _anchored(content, path.parent)
    return anchored


def _anchored(content: Any, folder: Path) -> Any:
    """Return the content with relative paths of files made to start at the profile's folder."""
    if isinstance(content, dict):
        return {
            key: str(folder / value)
            if key in ('file', 'distribution') and _is_path(key, value)
            else _anchored(value, folder)
            for key, value in content.items()
        }
    if isinstance(content, list):
        return [_anchored(item, folder) for item in content]
    return content


def _is_path(key: str, value: object) -> bool:
    return isinstance(value, str) and bool(value) and (key == 'file' or value.endswith('.dist'))


def _netem(name: str) -> Mapping:
    return {
        'description': name,
        'source': 'What tc-netem(8) says of these words.',
        'date': 'given by name',
        'netem': name.removeprefix(NETEM).strip(),
    }


def _where(name: str) -> str:
    return Path(name).name if name.endswith(ENDING) else name
