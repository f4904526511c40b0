"""A mapping as a file that people go on editing."""

from __future__ import annotations

import dataclasses
from enum import Enum
from pathlib import Path
from typing import Any

from telesurgery_console.drives import AxisBinding, Drive
from telesurgery_console.mapping import ControlMapping
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import meaning_of


def write_mapping(mapping: ControlMapping, path: Path) -> None:
    """Write a new file; ParameterError when there is one already or it cannot be written."""
    try:
        with path.open('x', encoding='utf-8') as file:
            file.write(mapping_text(mapping))
    except FileExistsError as error:
        raise ParameterError(
            f'mapping {str(path)!r} exists; allowed: a new name; nothing is overwritten: name '
            'another one'
        ) from error
    except OSError as error:
        raise ParameterError(
            f'mapping {str(path)!r} cannot be written ({error.strerror}); allowed: a folder that '
            'you may write to; name another path'
        ) from error


def mapping_text(mapping: ControlMapping) -> str:
    """Return the YAML of a mapping; every value stands in it, with its meaning."""
    lines = [
        f'# What the controls of this {mapping.device} mean; docs/devices.md explains the keys.',
        '# Motions are in the display frame: x left, y up, z away from you; rx, ry, rz turn about',
        '# these axes; gripper opens with sign 1.',
        '',
        f'device: {mapping.device}',
    ]
    for name in ('rates', 'watch'):
        lines.append(f'{name}:')
        part = getattr(mapping, name)
        lines += [f'  {_scalar(part, field)}' for field in dataclasses.fields(part)]
    defaults = {field.name: field for field in dataclasses.fields(ControlMapping)}
    for name in ('deadzone', 'expo', 'button_layout', 'full_deflection', 'stamped'):
        if name in ('deadzone', 'expo') or getattr(mapping, name) != defaults[name].default:
            lines.append(_scalar(mapping, defaults[name]))
    lines.append('axes:' if mapping.axes else 'axes: {}')
    for name, binding in mapping.axes.items():
        lines += [f'  {name}:', *_binding(binding)]
    lines.append('buttons:')
    lines += [f'  {name}: {action.value}' for name, action in mapping.buttons.items()]
    return '\n'.join([*lines, ''])


def _scalar(holder: Any, field: dataclasses.Field[Any]) -> str:
    return f'{field.name}: {_plain(getattr(holder, field.name))}  # {meaning_of(field).doc}'


def _binding(binding: AxisBinding) -> list[str]:
    lines = [f'    normal: {_drive(binding.normal)}']
    if binding.shifted is not None:
        lines.append(f'    shifted: {_drive(binding.shifted)}')
    curve = {'deadzone': binding.deadzone, 'expo': binding.expo}
    lines += [f'    {name}: {value}' for name, value in curve.items() if value is not None]
    if binding.rest:
        lines.append(f'    rest: {binding.rest}')
    return lines


def _drive(drive: Drive) -> str:
    words = [f'drives: {drive.drives.value}', f'sign: {drive.sign}']
    words += [
        f'{field.name}: {_plain(getattr(drive, field.name))}'
        for field in dataclasses.fields(drive)
        if field.name in ('hand', 'absolute') and getattr(drive, field.name) != field.default
    ]
    return f'{{{", ".join(words)}}}'


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return 'true' if value else 'false'
    return value.value if isinstance(value, Enum) else value
