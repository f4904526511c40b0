"""Protobuf messages from a short table of their fields, at import time, without protoc.

Only the fields that are used are declared; protobuf skips the others. All fields are optional
ones of proto2, so that a value set to zero is sent and an absent one can be told from zero; on the
wire this is compatible with required fields of proto2 and with proto3. Enums are int32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from telesurgery_gazebo.errors import WireError

_SCALARS = {
    name: getattr(descriptor_pb2.FieldDescriptorProto, f'TYPE_{name.upper()}')
    for name in ('double', 'int32', 'int64', 'uint32', 'uint64', 'bool', 'string', 'bytes')
}


def message_types(package: str, table: Mapping[str, str]) -> dict[str, Any]:
    """Build message classes from ``{'Time': 'sec int32 1, nsec int32 2'}``, by name.

    A field is its name, its type (a scalar or another message of the table) and its number; a
    ``*`` before the type makes it repeated.
    """
    file = descriptor_pb2.FileDescriptorProto(
        name=f'{package}.proto', package=package, syntax='proto2'
    )
    for name, fields in table.items():
        message = file.message_type.add(name=name)
        for field in fields.split(','):
            _add_field(message, package, *field.split())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: _class_of(pool, f'{package}.{name}') for name in table}


def parse(cls: Any, data: bytes) -> Any:
    """Return a message of the class ``cls`` from its bytes; WireError when they are none."""
    message = cls()
    try:
        message.ParseFromString(data)
    except Exception as error:  # DecodeError, or what the runtime in use raises instead of it
        raise WireError(
            f'{len(data)} bytes are no {cls.DESCRIPTOR.full_name}; allowed: that protobuf '
            'message; check that the simulator speaks this protocol'
        ) from error
    return message


def _add_field(message: Any, package: str, name: str, kind: str, number: str) -> None:
    field = message.field.add(name=name, number=int(number))
    field.label = field.LABEL_REPEATED if kind.startswith('*') else field.LABEL_OPTIONAL
    kind = kind.lstrip('*')
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
        if field.label == field.LABEL_REPEATED and kind not in ('string', 'bytes'):
            field.options.packed = True  # as proto3 has it; either is read
    else:
        field.type = field.TYPE_MESSAGE
        field.type_name = f'.{package}.{kind}'


def _class_of(pool: Any, full_name: str) -> Any:
    descriptor = pool.FindMessageTypeByName(full_name)
    if hasattr(message_factory, 'GetMessageClass'):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)  # protobuf before 4.22
