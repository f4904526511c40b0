"""Messages as ROS 2 has them on the wire (CDR, little endian), built field by field.

The general serialisers take some 50 us a message, which is more than a whole control tick; here it
is a few. Every number is aligned to its own size, counted from behind the encapsulation's header
(OMG DDS-XTypes 1.3, 7.4.1, XCDR version 1).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.transforms import Array, quaternion_from_rotation

_ENCAPSULATION = b'\x00\x01\x00\x00'
_TWO = struct.Struct('<iI')
_U32, _I32 = struct.Struct('<I'), struct.Struct('<i')
_POSE = struct.Struct('<7d')
_NS_PER_S = 1_000_000_000


class Cdr:
    """One message in the making; the methods append a field and return the message."""

    def __init__(self) -> None:
        self._data = bytearray(_ENCAPSULATION)

    def __bytes__(self) -> bytes:
        return bytes(self._data)

    def header(self, stamp_ns: int, frame: str = '') -> Cdr:
        """Append a std_msgs/Header; it stands at the beginning of a message."""
        return self.time(stamp_ns).text(frame)

    def time(self, ns: int) -> Cdr:
        """Append a Time or Duration [ns]."""
        self._align(4)
        self._data += _TWO.pack(*divmod(ns, _NS_PER_S))
        return self

    def text(self, text: str) -> Cdr:
        """Append a string."""
        encoded = text.encode() + b'\x00'
        self._align(4)
        self._data += _U32.pack(len(encoded)) + encoded
        return self

    def texts(self, texts: Sequence[str]) -> Cdr:
        """Append a sequence of strings."""
        self.u32(len(texts))
        for text in texts:
            self.text(text)
        return self

    def u32(self, value: int) -> Cdr:
        """Append a uint32; the length of a sequence is one, too."""
        self._align(4)
        self._data += _U32.pack(value)
        return self

    def i32s(self, values: Sequence[int]) -> Cdr:
        """Append a sequence of int32."""
        self.u32(len(values))
        for value in values:
            self._data += _I32.pack(value)
        return self

    def u64s(self, values: NDArray[np.int64]) -> Cdr:
        """Append a sequence of uint64."""
        return self._sequence(np.asarray(values).astype('<u8'), 8)

    def times(self, ns: NDArray[np.int64]) -> Cdr:
        """Append a sequence of Time or Duration [ns]."""
        parts = np.stack(np.divmod(np.asarray(ns, dtype=np.int64), _NS_PER_S), axis=-1)
        return self._sequence(parts.astype('<u4'), 4)

    def numbers(self, values: Iterable[float] | Array) -> Cdr:
        """Append a sequence of float64."""
        return self._sequence(np.asarray(values, dtype='<f8'), 8)

    def floats(self, values: Iterable[float] | Array) -> Cdr:
        """Append a sequence of float32."""
        return self._sequence(np.asarray(values, dtype='<f4'), 4)

    def pose(self, T: Array) -> Cdr:
        """Append a geometry_msgs/Pose of ``(4, 4)``."""
        return self.position_quaternion(
            (*T[:3, 3].tolist(), *quaternion_from_rotation(T[:3, :3]).tolist())
        )

    def position_quaternion(self, values: Sequence[float]) -> Cdr:
        """Append a geometry_msgs/Pose: position ``(3,)``, then quaternion x, y, z, w."""
        self._align(8)
        self._data += _POSE.pack(*values)
        return self

    def _sequence(self, array: NDArray[np.generic], size: int) -> Cdr:
        self.u32(len(array))
        if len(array):
            self._align(size)
            self._data += array.tobytes()
        return self

    def _align(self, size: int) -> None:
        self._data += bytes(-(len(self._data) - len(_ENCAPSULATION)) % size)
