"""Messages as the link carries them when nobody serialises them.

The link knows no message type and looks into no payload: in one process a payload may be a number
that stands for the message, as long as it has the message's size.
"""

from __future__ import annotations

import struct
from typing import Generic, TypeVar

T = TypeVar('T')

_NUMBER = struct.Struct('<Q')


class Parcels(Generic[T]):
    """Packs values into payloads and finds them again.

    A parcel is forgotten once ``kept`` others were packed after it: far more than a link can have
    under way.
    """

    def __init__(self, size_bytes: int, kept: int = 100_000) -> None:
        """Make payloads of ``size_bytes``: that of the serialised message."""
        self._padding = bytes(max(size_bytes - _NUMBER.size, 0))
        self._kept = kept
        self._values: dict[int, T] = {}
        self._packed = 0

    def pack(self, value: T) -> bytes:
        """Return the payload that stands for ``value``."""
        self._packed += 1
        self._values[self._packed] = value
        self._values.pop(self._packed - self._kept, None)
        return _NUMBER.pack(self._packed) + self._padding

    def open(self, payload: bytes) -> T:
        """Return the value that a payload stands for; KeyError for one never packed here."""
        (number,) = _NUMBER.unpack_from(payload)
        return self._values[number]
