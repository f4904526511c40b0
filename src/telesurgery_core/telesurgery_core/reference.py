"""Parameter sets as Markdown tables: the documentation is drawn from the code that checks."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any

from telesurgery_core.parameters import Meaning, meaning_of


def parameter_table(cls: type[Any]) -> str:
    """Return a Markdown table of the fields of a parameter set, one line a field."""
    lines = ['| key | default | allowed | meaning |', '|---|---|---|---|']
    for field in dataclasses.fields(cls):
        meaning = meaning_of(field)
        cells = (f'`{field.name}`', _default(field), _allowed(meaning), meaning.doc)
        lines.append(f'| {" | ".join(cell.replace("|", chr(92) + "|") for cell in cells)} |')
    return '\n'.join(lines)


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING:
        return 'required'
    if dataclasses.is_dataclass(field.default):
        return 'see below'
    value = list(field.default) if isinstance(field.default, tuple) else field.default
    value = value.value if isinstance(value, Enum) else value
    return "`''`" if value == '' else f'`{value}`'


def _allowed(meaning: Meaning) -> str:
    if meaning.choices or meaning.low is not None or meaning.high is not None:
        return meaning.allowed()
    return f'[{meaning.unit}]' if meaning.unit else ''
