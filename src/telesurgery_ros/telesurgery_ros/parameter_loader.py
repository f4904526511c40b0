"""Fill a parameter set from a node's ROS parameters."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.node import Node
from rclpy.parameter import Parameter

from telesurgery_core.parameters import Meaning, from_mapping, meaning_of

T = TypeVar('T')

_STANDARD = frozenset({'use_sim_time', 'start_type_description_service'})
"""Parameters that every ROS node has."""

_LISTS: dict[Any, Parameter.Type] = {
    str: Parameter.Type.STRING_ARRAY,
    float: Parameter.Type.DOUBLE_ARRAY,
    int: Parameter.Type.INTEGER_ARRAY,
}


def load(node: Node, cls: type[T]) -> T:
    """Declare every field of the dataclass ``cls`` on ``node`` and return the set in force.

    ParameterError for an override that is no field, of the wrong type or out of bounds: a
    misspelt key in a YAML file must not be ignored, as ROS itself would.
    """
    overrides = {
        name: parameter.value
        for name, parameter in node._parameter_overrides.items()
        if name not in _STANDARD and not name.startswith('qos_overrides')
    }
    parameters = from_mapping(cls, overrides, where=f'parameters of {node.get_name()}')
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        value = getattr(parameters, field.name)
        node.declare_parameter(
            field.name,
            Parameter(field.name, _type_of(hints[field.name], value), _plain(value)).value,
            _descriptor(meaning_of(field), value),
            ignore_override=True,
        )
    return parameters


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _type_of(hint: Any, value: Any) -> Parameter.Type:
    if typing.get_origin(hint) is tuple:
        return _LISTS[typing.get_args(hint)[0]]
    return Parameter.Type.from_parameter_value(value)


def _descriptor(meaning: Meaning, value: Any) -> ParameterDescriptor:
    unit = f' [{meaning.unit}]' if meaning.unit else ''
    descriptor = ParameterDescriptor(
        description=f'{meaning.doc}{unit}',
        additional_constraints=f'allowed: {", ".join(meaning.choices)}' if meaning.choices else '',
        read_only=not meaning.changeable,
    )
    low = float('-inf') if meaning.low is None else meaning.low
    high = float('inf') if meaning.high is None else meaning.high
    bounded = meaning.low is not None or meaning.high is not None
    if bounded and isinstance(value, float):
        descriptor.floating_point_range = [FloatingPointRange(from_value=low, to_value=high)]
    elif (
        bounded and isinstance(value, int) and meaning.low is not None and meaning.high is not None
    ):
        descriptor.integer_range = [IntegerRange(from_value=int(low), to_value=int(high))]
    return descriptor
