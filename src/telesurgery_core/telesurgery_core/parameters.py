"""Parameter sets: frozen dataclasses whose fields know their unit, bounds and meaning.

A set is declared once and is then the one source for the YAML that may be written, the ROS
parameters that a node declares and the table in the documentation::

    @dataclass(frozen=True, slots=True)
    class SafetyParameters:
        command_gap_limit_s: float = parameter(
            0.1, unit='s', low=0.01, high=1.0, doc='Longest gap between command arrivals.'
        )

    parameters = from_mapping(SafetyParameters, {'command_gap_limit_s': 0.05}, where='safety.yaml')
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Hashable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from telesurgery_core.errors import ParameterError

T = TypeVar('T')


@dataclasses.dataclass(frozen=True, slots=True)
class Meaning:
    """What a field is: its unit, its closed bounds, one sentence, whether a node may change it."""

    doc: str
    unit: str = ''
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    changeable: bool = False

    def allowed(self) -> str:
        """Return the permitted values in words."""
        if self.choices:
            return ', '.join(self.choices)
        low = '-inf' if self.low is None else f'{self.low:g}'
        high = 'inf' if self.high is None else f'{self.high:g}'
        return f'{low} .. {high} {self.unit}'.rstrip()


def parameter(
    default: Any = dataclasses.MISSING,
    *,
    doc: str,
    unit: str = '',
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    changeable: bool = False,
) -> Any:
    """Declare a dataclass field with its meaning; without ``default`` the key is required.

    A node takes a new value of it while it runs only if it is ``changeable``.
    """
    meaning = Meaning(
        doc=doc, unit=unit, low=low, high=high, choices=choices, changeable=changeable
    )
    return dataclasses.field(default=default, metadata={'meaning': meaning})


def meaning_of(field: dataclasses.Field[Any]) -> Meaning:
    """Return the meaning that ``parameter`` gave to a field (an empty one for a plain field)."""
    meaning: Meaning = field.metadata.get('meaning', Meaning(doc=''))
    return meaning


def from_mapping(cls: type[T], mapping: object, *, where: str) -> T:
    """Build the dataclass ``cls`` from a mapping as YAML gives it.

    Nested dataclasses, tuples of them and dictionaries of them are built the same way; enums are
    written by their value. ``where`` names the source in messages.

    Raises ParameterError for an unknown or missing key, a wrong type or a value out of bounds.
    """
    if not isinstance(mapping, Mapping):
        raise ParameterError(
            f'{where} is {mapping!r}; allowed: a mapping with the keys '
            f'{_keys(cls)}; write it as key: value lines'
        )
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key in mapping:
        if key not in fields:
            raise ParameterError(
                f'{where}: unknown key {key!r}; allowed: {_keys(cls)}; correct or remove it'
            )
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in mapping:
            at = f'{where}: {name}'
            value = _convert(hints[name], mapping[name], at)
            _check_bounds(value, meaning_of(field), at)
            values[name] = value
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ParameterError(
                f'{where}: key {name!r} is missing; allowed: {meaning_of(field).allowed()}; add it'
            )
    try:
        return cls(**values)
    except ParameterError as error:  # a rule across fields, from __post_init__
        raise ParameterError(f'{where}: {error}') from error


def load_yaml(cls: type[T], path: Path) -> T:
    """Read a YAML file into the dataclass ``cls``; ParameterError when it is not one."""
    return from_mapping(cls, read_yaml(path), where=path.name)


def read_yaml(path: Path) -> object:
    """Return what a YAML file holds; ParameterError when it cannot be read or is not YAML."""
    try:
        text = path.read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, 'strerror', None) or 'it is no text'
        raise ParameterError(
            f'file {str(path)!r} cannot be read ({reason}); '
            'allowed: a readable YAML file; check the path'
        ) from error
    try:
        content: object = yaml.load(text, _StrictLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = ' '.join(str(error).split())
        raise ParameterError(
            f'file {str(path)!r} is not YAML ({problem}); allowed: valid YAML; correct it'
        ) from error
    return content


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice in a mapping; YAML's own loader takes the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping of a node whose keys all differ."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'key {key!r} stands twice', key_node.start_mark
                )
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep)


def _keys(cls: type) -> str:
    return ', '.join(field.name for field in dataclasses.fields(cls))


def _convert(hint: Any, value: Any, at: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return _convert(inner, value, at)
    if origin is tuple:
        return _convert_tuple(arguments, value, at)
    if origin in (dict, Mapping):
        if not isinstance(value, Mapping):
            raise _wrong_type(at, value, 'a mapping')
        return {key: _convert(arguments[1], item, f'{at}.{key}') for key, item in value.items()}
    if dataclasses.is_dataclass(hint):
        return from_mapping(typing.cast(type, hint), value, where=at)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _convert_enum(hint, value, at)
    return _convert_scalar(hint, value, at)


def _convert_tuple(arguments: tuple[Any, ...], value: Any, at: str) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise _wrong_type(at, value, 'a list')
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        hints: tuple[Any, ...] = (arguments[0],) * len(value)
    elif len(arguments) == len(value):
        hints = arguments
    else:
        raise _wrong_type(at, value, f'a list of {len(arguments)} values')
    return tuple(
        _convert(hint, item, f'{at}[{index}]')
        for index, (hint, item) in enumerate(zip(hints, value, strict=True))
    )


def _convert_enum(hint: type[Enum], value: Any, at: str) -> Enum:
    try:
        return hint(value)
    except ValueError:
        raise _wrong_type(at, value, ', '.join(str(item.value) for item in hint)) from None


def _convert_scalar(hint: Any, value: Any, at: str) -> Any:
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        if math.isnan(value):
            raise _wrong_type(at, value, 'a number')
        return float(value)
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint in (bool, str) and isinstance(value, hint):
        return value
    if hint is Any:
        return value
    raise _wrong_type(at, value, f'a value of type {getattr(hint, "__name__", hint)}')


def _wrong_type(at: str, value: Any, allowed: str) -> ParameterError:
    return ParameterError(f'{at} is {value!r}; allowed: {allowed}; correct it')


def _check_bounds(value: Any, meaning: Meaning, at: str) -> None:
    if meaning.choices and value not in meaning.choices:
        raise ParameterError(
            f'{at} is {value!r}; allowed: {meaning.allowed()}; choose one of them'
        )
    for number in value if isinstance(value, tuple) else (value,):
        if not isinstance(number, (int, float)) or isinstance(number, bool):
            continue
        too_low = meaning.low is not None and number < meaning.low
        too_high = meaning.high is not None and number > meaning.high
        if too_low or too_high:
            raise ParameterError(
                f'{at} is {number!r}; allowed: {meaning.allowed()}; set it within these bounds'
            )
