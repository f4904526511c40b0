"""The value of a ``<param>``: YAML's rules decide its type, as they do in ROS."""

from __future__ import annotations

from typing import Any

import yaml

from telesurgery_bringup.errors import LaunchFileError, one_of
from telesurgery_bringup.launch.plan import ParameterValue
from telesurgery_bringup.launch.substitutions import Surroundings, Text, parse, perform

SCALARS = (bool, int, float, str)
TYPES: dict[str, type] = {'bool': bool, 'int': int, 'float': float, 'str': str}
"""Names that the attribute ``type`` may have, and the Python types behind them."""

_ALLOWED = 'a bool, int, float, string, or a list of one of them'


def parameter_value(text: str, kind: str | None, surroundings: Surroundings) -> ParameterValue:
    """Return the value that an attribute ``value`` means; ``kind`` is its attribute ``type``.

    The type is YAML's: for the text as it stands, or, where it contains substitutions, for their
    result. Quotes that YAML takes away before a substitution do not make its result a string;
    ``type="str"`` does.

    Raises LaunchFileError when it is no value that a ROS parameter can have.
    """
    if kind is not None:
        return _of_kind(substitute_scalar(text, surroundings), kind)
    written = _from_yaml(text, lenient=True)
    if isinstance(written, list):
        items = [_item(item, surroundings) for item in written]
        return _checked(items, text)
    if isinstance(written, str):
        return _from_string(written, surroundings)
    return _checked(written, text)


def truth(text: str) -> bool:
    """Return what a condition says; LaunchFileError when it is neither true nor false."""
    words = {'true': True, '1': True, 'false': False, '0': False}
    word = text.strip().lower()
    if word not in words:
        raise LaunchFileError(one_of('the condition', text, words, 'correct it'))
    return words[word]


def substitute_scalar(text: str, surroundings: Surroundings) -> str:
    """Return ``text`` with its substitutions carried out, always a string."""
    return perform(parse(text), surroundings)


def _from_string(text: str, surroundings: Surroundings) -> ParameterValue:
    parts = parse(text)
    if len(parts) == 1 and isinstance(parts[0], Text):  # nothing substituted: a string for good
        return parts[0].text
    result = perform(parts, surroundings)
    return _checked(_from_yaml(result, lenient=False), result)


def _item(item: Any, surroundings: Surroundings) -> Any:
    return _from_string(item, surroundings) if isinstance(item, str) else item


def _from_yaml(text: str, *, lenient: bool) -> Any:
    """Return what ``text`` is in YAML; an empty text is an empty string.

    ``lenient``: a text that is not YAML stands for itself (it may become YAML by substitution).
    """
    if not text:
        return text
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        if lenient:
            return text
        raise LaunchFileError(
            f'the parameter value {text!r} is not YAML ({" ".join(str(error).split())}); allowed: '
            f'{_ALLOWED}; quote a string that YAML would read otherwise'
        ) from error


def _checked(value: Any, text: str) -> ParameterValue:
    if isinstance(value, list):
        kinds = {type(item) for item in value}
        if len(kinds) <= 1 and kinds.issubset(SCALARS):
            return value
    elif type(value) in SCALARS:
        return value  # type: ignore[no-any-return]
    raise LaunchFileError(
        f'the parameter value {text!r} is a {type(value).__name__} in YAML; allowed: {_ALLOWED}; '
        'quote a string that YAML would read otherwise'
    )


def _of_kind(text: str, kind: str) -> ParameterValue:
    if kind not in TYPES:
        raise LaunchFileError(one_of('the type of a parameter', kind, TYPES, 'use one of these'))
    if kind == 'str':
        return text
    try:
        if kind == 'bool':
            value = {'1': True, '0': False}.get(text, yaml.safe_load(text))
            if isinstance(value, bool):
                return value
        else:
            return int(text) if kind == 'int' else float(text)
    except (ValueError, yaml.YAMLError):
        pass
    raise LaunchFileError(
        f'the parameter value {text!r} is not of type {kind}; allowed: a {kind}; correct it'
    )
