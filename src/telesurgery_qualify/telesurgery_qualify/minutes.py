"""What the two ends tell one another about a run, and its form on the wire.

The first byte names the kind, the rest is JSON, or for samples a zlib-compressed table of
differences from row to row (little-endian 64-bit integers, six to a row).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_qualify.errors import MalformedError
from telesurgery_qualify.evidence import Reading, Sent
from telesurgery_qualify.load import Kind, Plan
from telesurgery_qualify.samples import COLUMNS, Samples

VERSION = 1
MOST_ROWS = 20_000
"""Most samples in one batch."""

_ROW_BYTES = 8 * len(COLUMNS)
_LARGEST_COUNT = 2**62


@dataclass(frozen=True, slots=True)
class Hello:
    """The calling end proposes a run."""

    plan: Plan
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Accept:
    """The listening end begins the run that was proposed."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Frames that have come since the last batch."""

    kind: Kind
    samples: Samples


@dataclass(frozen=True, slots=True)
class Told:
    """What the session had counted."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Done:
    """The load is over."""

    sent: Sent


@dataclass(frozen=True, slots=True)
class End:
    """All that came has been told; ``reason`` says why it ended early, if it did."""

    reason: str = ''


Minute = Hello | Accept | Batch | Told | Done | End


def encode(minute: Minute) -> bytes:
    """Return the bytes of a minute."""
    match minute:
        case Hello(plan, version):
            return _json(b'H', {'version': version, 'plan': asdict(plan)})
        case Accept():
            return b'A'
        case Batch(kind, samples):
            differences = np.diff(samples.rows, axis=0, prepend=0).astype('<i8')
            tag = b'C' if kind is Kind.CONTROL else b'V'
            return tag + zlib.compress(differences.tobytes(), 1)
        case Told(reading):
            return _json(b'R', asdict(reading))
        case Done(sent):
            return _json(
                b'D',
                {
                    'frames': {kind.value: count for kind, count in sent.frames.items()},
                    'skipped': {kind.value: count for kind, count in sent.skipped.items()},
                },
            )
        case End(reason):
            return _json(b'E', {'reason': reason})


def parse(payload: bytes) -> Minute:
    """Return the minute of a payload; MalformedError for anything that is not one."""
    parser = _PARSERS.get(payload[:1])
    if parser is None:
        raise MalformedError(f'a minute of kind {payload[:1]!r} is not known')
    return parser(payload[1:])


def _json(tag: bytes, content: Mapping[str, object]) -> bytes:
    return tag + json.dumps(content, allow_nan=False).encode()


def _mapping(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedError('a minute is not JSON') from None
    if not isinstance(content, dict):
        raise MalformedError('a minute is not a JSON object')
    return content


def _parse_hello(body: bytes) -> Hello:
    content = _mapping(body)
    version = content.get('version')
    if version != VERSION:
        raise MalformedError(
            f'the other end speaks version {version!r}; allowed: {VERSION}; '
            'run the same release at both ends'
        )
    try:
        return Hello(from_mapping(Plan, content.get('plan'), where='the plan of the other end'))
    except ParameterError as error:
        raise MalformedError(str(error)) from None


def _parse_accept(body: bytes) -> Accept:
    if body:
        raise MalformedError('an acceptance with something after it')
    return Accept()


def _parse_batch(kind: Kind) -> Callable[[bytes], Batch]:
    def parse_body(body: bytes) -> Batch:
        inflater = zlib.decompressobj()
        try:
            table = inflater.decompress(body, MOST_ROWS * _ROW_BYTES)
        except zlib.error:
            raise MalformedError('a batch is not compressed data') from None
        if not inflater.eof or inflater.unused_data or len(table) % _ROW_BYTES:
            raise MalformedError('a batch is not a whole table')
        differences = np.frombuffer(table, dtype='<i8').reshape(-1, len(COLUMNS))
        rows = np.cumsum(differences, axis=0, dtype=np.int64)
        if len(rows) and (rows.min() < 0 or rows.max() > _LARGEST_COUNT):
            raise MalformedError('a batch with impossible numbers')
        return Batch(kind, Samples(rows))

    return parse_body


def _parse_told(body: bytes) -> Told:
    try:
        reading = from_mapping(Reading, _mapping(body), where='a reading of the other end')
    except ParameterError as error:
        raise MalformedError(str(error)) from None
    counts = (
        reading.at_ns,
        reading.datagrams_received,
        reading.datagrams_lost,
        reading.loss_bursts,
        reading.video_bytes,
    )
    if not all(0 <= count <= _LARGEST_COUNT for count in counts):
        raise MalformedError('a reading with impossible numbers')
    return Told(reading)


def _parse_done(body: bytes) -> Done:
    content = _mapping(body)
    return Done(Sent(_counts(content.get('frames')), _counts(content.get('skipped'))))


def _counts(content: object) -> dict[Kind, int]:
    counts = {}
    for kind in (Kind.CONTROL, Kind.VIDEO):
        count = content.get(kind.value) if isinstance(content, dict) else None
        if not isinstance(count, int) or not 0 <= count <= _LARGEST_COUNT:
            raise MalformedError(f'a count of {kind.value} frames is {count!r}')
        counts[kind] = count
    return counts


def _parse_end(body: bytes) -> End:
    reason = _mapping(body).get('reason')
    if not isinstance(reason, str) or len(reason) > 200 or not reason.isprintable():
        raise MalformedError('an end without a reason')
    return End(reason)


_PARSERS: dict[bytes, Callable[[bytes], Minute]] = {
    b'H': _parse_hello,
    b'A': _parse_accept,
    b'C': _parse_batch(Kind.CONTROL),
    b'V': _parse_batch(Kind.VIDEO),
    b'R': _parse_told,
    b'D': _parse_done,
    b'E': _parse_end,
}
