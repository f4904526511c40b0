"""Where mappings stand, by name or by path."""

from __future__ import annotations

from pathlib import Path

from telesurgery_console.keyboard_mapping import KeyboardMapping
from telesurgery_console.mapping import ControlMapping
from telesurgery_console.pose_mapping import PoseMapping
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.parameters import from_mapping, read_yaml


def is_path(name: str) -> bool:
    """Return whether ``name`` is a path and no name."""
    return '/' in name or name.endswith('.yaml')


def mapping_path(name: str, folder: Path) -> Path:
    """Return the file of a mapping that has a ``name`` in ``folder``.

    ParameterError for a name that is not there.
    """
    path = folder / f'{name}.yaml'
    if not path.is_file():
        raise ParameterError(
            one_of(
                'mapping', name, mapping_names(folder), 'name one of them, or the path of a file'
            )
        )
    return path


def replay_mapping_path(name: str, config: Path) -> Path:
    """Return the file of a mapping for a recording: a path, or a name.

    Names are those of ``config/replay``, and those of devices whose topics were recorded.
    ParameterError for one that is not there.
    """
    if is_path(name):
        return Path(name).expanduser()
    own = config / 'replay'
    if (own / f'{name}.yaml').is_file():
        return own / f'{name}.yaml'
    if (config / 'devices' / f'{name}.yaml').is_file():
        return config / 'devices' / f'{name}.yaml'
    names = [*mapping_names(own), *mapping_names(config / 'devices')]
    raise ParameterError(one_of('mapping', name, names, 'name one of them, or the path of a file'))


def any_mapping(path: Path) -> ControlMapping | KeyboardMapping | PoseMapping:
    """Read a mapping of whatever device; ParameterError names file and key."""
    content = read_yaml(path)
    device = content.get('device') if isinstance(content, dict) else None
    if device == 'keyboard':
        return from_mapping(KeyboardMapping, content, where=path.name)
    if device == 'pose':
        return from_mapping(PoseMapping, content, where=path.name)
    return from_mapping(ControlMapping, content, where=path.name)


def mapping_names(folder: Path) -> list[str]:
    """Return the names of the mappings in a folder."""
    return sorted(path.stem for path in folder.glob('*.yaml'))
