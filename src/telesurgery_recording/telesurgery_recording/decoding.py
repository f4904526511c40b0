"""Serialised messages become objects, by the definitions that came with them."""

from __future__ import annotations

from typing import Any

from rosbags.typesys import (
    Stores,
    TypesysError,
    get_types_from_idl,
    get_types_from_msg,
    get_typestore,
)

from telesurgery_recording.errors import RecordingError
from telesurgery_recording.mcap_file import Channel

SEPARATOR = '=' * 80 + '\n'
CDR = 'cdr'


class Decoder:
    """Decodes the types of a recording; a type that cannot be understood harms no other."""

    def __init__(self, channels: list[Channel]) -> None:
        self._channels: dict[str, Channel] = {}
        for channel in channels:
            known = self._channels.get(channel.type)
            if known is None or (channel.definition and not known.definition):
                self._channels[channel.type] = channel
        self._stores: dict[str, Any] = {}

    def require(self, type_name: str) -> None:
        """Raise RecordingError, with the reason, for a type of which no message can be decoded."""
        self._store(type_name)

    def decode(self, data: bytes, type_name: str) -> Any:
        """Return the content of a message; RecordingError says why there is none."""
        try:
            store = self._store(type_name)
            return store.deserialize_cdr(data, type_name)
        except RecordingError:
            raise
        except Exception as error:  # whatever foreign bytes make the library raise
            problem = ' '.join(str(error).split()) or type(error).__name__
            raise RecordingError(
                f'a message of type {type_name!r} cannot be decoded ({problem.rstrip(".")}); '
                'allowed: CDR of the definition that was recorded with it; the recording may be '
                'damaged'
            ) from error

    def _store(self, type_name: str) -> Any:
        """Return a store with the type and all that it consists of."""
        if type_name not in self._stores:
            self._stores[type_name] = self._new_store(type_name)
        return self._stores[type_name]

    def _new_store(self, type_name: str) -> Any:
        channel = self._channels[type_name]
        if channel.message_encoding != CDR:
            raise RecordingError(
                f'topic {channel.topic} is serialised as {channel.message_encoding!r}, by another '
                f'middleware; allowed: {CDR}; record it with one that serialises so'
            )
        standard = get_typestore(Stores.LATEST)
        if not channel.definition:
            if type_name in standard.fielddefs:
                return standard
            raise RecordingError(
                f'type {type_name!r} of topic {channel.topic} was recorded without its definition '
                'and is none of the standard ones; allowed: recordings with definitions (MCAP, or '
                'SQLite3 since ROS 2 Iron); the topic is not decoded'
            )
        try:
            types = _parsed(channel)
            store = get_typestore(Stores.EMPTY)
            store.register(types)
        except (TypesysError, ValueError, KeyError, AssertionError) as error:
            problem = ' '.join(str(error).split()) or type(error).__name__
            raise RecordingError(
                f'definition of {type_name!r} of topic {channel.topic} cannot be understood '
                f'({problem}); allowed: a ROS 2 definition (ros2msg or ros2idl); the topic is not '
                'decoded'
            ) from error
        return store


def _parsed(channel: Channel) -> Any:
    text = channel.definition
    if channel.definition_encoding == 'ros2msg':
        return get_types_from_msg(text, channel.type)
    if channel.definition_encoding not in ('ros2idl', 'omgidl'):
        raise ValueError(f'its encoding is {channel.definition_encoding!r}')
    if not text.startswith(f'{SEPARATOR}IDL: '):
        return get_types_from_idl(text)
    types: Any = {}
    for part in text.split(SEPARATOR)[1:]:
        types.update(get_types_from_idl(part.split('\n', 1)[1]))
    return types
