"""The HID input reports of a SpaceMouse, from bytes to values.

Report ids and layout as public drivers read them (johnhw/pyspacenavigator, PySpaceMouse,
nytamin/spacemouse): 1 is translation, three little-endian 16-bit integers; 2 is rotation, the
same; newer devices put both into report 1, twelve bytes; 3 is a bit field of buttons. The axes of
the device are x to the right, y to the operator, z down; full deflection is some 350 counts.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

FULL_DEFLECTION = 350.0
TRANSLATION, ROTATION, BUTTONS, BATTERY = 1, 2, 3, 0x17


@dataclass(frozen=True, slots=True)
class Moved:
    """Some of the six axes by their names (see ``vocabulary.CAP_AXES``), -1..1."""

    axes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Pressed:
    """The bits of all buttons that are pressed, counted from 0."""

    bits: frozenset[int]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A report that says nothing of axes or buttons; ``reason`` is empty for a known one."""

    reason: str = ''


def decode(report: bytes) -> Moved | Pressed | Ignored:
    """Return what a report says; whatever the bytes are, never an exception."""
    if not report:
        return Ignored('an empty report')
    identity, data = report[0], report[1:]
    if identity == TRANSLATION and len(data) >= 12:
        return Moved({**_axes(data[:6], ''), **_axes(data[6:12], 'r')})
    if identity == TRANSLATION and len(data) >= 6:
        return Moved(_axes(data[:6], ''))
    if identity == ROTATION and len(data) >= 6:
        return Moved(_axes(data[:6], 'r'))
    if identity == BUTTONS and data:
        field = int.from_bytes(data, 'little')
        return Pressed(frozenset(bit for bit in range(8 * len(data)) if field >> bit & 1))
    if identity in (TRANSLATION, ROTATION, BUTTONS):
        return Ignored(f'report {identity} of {len(data)} bytes, which is too short')
    return Ignored('' if identity == BATTERY else f'report {identity}, which is not known')


def _axes(data: bytes, prefix: str) -> dict[str, float]:
    right, back, down = struct.unpack('<3h', data)
    return {
        f'{prefix}x': _share(-back),
        f'{prefix}y': _share(-right),
        f'{prefix}z': _share(-down),
    }


def _share(counts: int) -> float:
    return min(max(counts / FULL_DEFLECTION, -1.0), 1.0)
