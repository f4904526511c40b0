"""A frame of the load: its number, and the echo by which the other end finds its round trip.

    number u64 | origin i64 | held i64 | filler

``origin`` is when the newest control frame of the other end left there, by its clock, and
``held`` how long it lay here before this frame left: round trip = arrival - origin - held, by one
clock. Origin 0: nothing has come yet. All numbers are big-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from telesurgery_qualify.errors import MalformedError

_HEAD = struct.Struct('!Qqq')
LARGEST_NUMBER = 2**62


@dataclass(frozen=True, slots=True)
class Probe:
    """One frame of the load."""

    number: int
    """Counts the frames of its channel from 0."""
    origin_ns: int = 0
    held_ns: int = 0


def encode(probe: Probe, size_bytes: int) -> bytes:
    """Return the frame's bytes, filled up to ``size_bytes``."""
    head = _HEAD.pack(probe.number, probe.origin_ns, probe.held_ns)
    return head + bytes(max(0, size_bytes - len(head)))


def parse(payload: bytes) -> Probe:
    """Return the frame of a payload; MalformedError for anything that is not one."""
    if len(payload) < _HEAD.size:
        raise MalformedError(f'a frame of the load has {len(payload)} bytes; allowed: 24 or more')
    number, origin_ns, held_ns = _HEAD.unpack_from(payload)
    if number > LARGEST_NUMBER or origin_ns < 0 or held_ns < 0:
        raise MalformedError('a frame of the load has impossible fields')
    return Probe(number, origin_ns, held_ns)
