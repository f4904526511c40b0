"""The recordings of both sides as one, on the clock of one of them."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from telesurgery_recording.clocks import ClockComparison, compare_clocks, side_of
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.mcap_file import Channel
from telesurgery_recording.reader import Message, Recording
from telesurgery_recording.repairing import with_definition
from telesurgery_recording.writer import RecordingWriter


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge made."""

    folder: Path
    count: int
    reference: str
    """The side on whose clock all times are."""
    offset_ms: float
    """The other side's clock less it, at the middle of the session."""
    uncertainty_ms: float
    """NaN: it was given, or never measured."""
    renamed: dict[str, str]
    """Topics by their new names."""
    notes: tuple[str, ...]


def merge(
    reference: Path, other: Path, target: Path, *, prefix_all: bool, offset_ms: float | None
) -> Merged:
    """Write both into the new folder ``target``, times on the clock of ``reference``.

    Times of recording and of publication are converted; stamps inside of messages stay. A topic
    that is in both gets its side before its name; with ``prefix_all`` every topic does.
    ``offset_ms``, the other's clock less the reference's, is taken instead of a measured one.

    RecordingError for bags that cannot be read or are of one and the same side.
    """
    notes: list[str] = []
    with ExitStack() as opened:
        first, second = (opened.enter_context(Recording(path)) for path in (reference, other))
        sides = _sides(first, second)
        clock = _clock(first, second, offset_ms, notes)
        renamed: dict[str, str] = {}
        with RecordingWriter(target, Definitions()) as writer:
            streams = []
            in_both = first.topics.keys() & second.topics.keys()
            for side, recording in zip(sides, (first, second), strict=True):
                shared = set(recording.topics) if prefix_all else set(in_both)
                renamed |= {f'/{side}{topic}': topic for topic in shared}
                numbers = _announce(writer, recording, side, shared)
                streams.append(_stream(recording, numbers, clock if recording is second else None))
                for name, content in recording.metadata.items():
                    writer.add_metadata(f'{side}/{name}', content)
            count = 0
            for number, message in heapq.merge(*streams, key=lambda found: found[1].received_ns):
                writer.write_to(
                    number, message.received_ns, message.data, message.sent_ns, message.sequence
                )
                count += 1
            middle_ns = sum(first.span_ns or (0, 0)) // 2
            result = Merged(
                target,
                count,
                sides[0],
                clock.at(middle_ns) * 1e-6,
                clock.uncertainty_ms,
                renamed,
                (*notes, *(f.detail for r in (first, second) for f in r.faults)),
            )
            writer.tell(
                {
                    'merged_from': f'{reference.name}, {other.name}',
                    'clock_of': result.reference,
                    'clock_offset_ms': f'{result.offset_ms:.6f}',
                    'clock_uncertainty_ms': f'{result.uncertainty_ms:.6f}',
                }
            )
        return result


def _sides(first: Recording, second: Recording) -> tuple[str, str]:
    sides = (side_of(first) or 'first', side_of(second) or 'second')
    if sides[0] == sides[1]:
        raise RecordingError(
            f'recordings {str(first.path)!r} and {str(second.path)!r} are both of the '
            f'{sides[0]} side; allowed: one of each side; name the other one'
        )
    return sides


def _clock(
    first: Recording, second: Recording, offset_ms: float | None, notes: list[str]
) -> ClockComparison:
    own = compare_clocks(first)
    if offset_ms is not None:
        return ClockComparison(
            np.zeros(1, dtype=np.int64), np.full(1, offset_ms * 1e6), uncertainty_ms=math.nan
        )
    if own.known:
        return own
    told = compare_clocks(second)
    if told.known:
        return told.reversed()
    notes.append('the clocks were never compared (no /link/status tells an offset): taken as one')
    return _clock(first, second, 0.0, notes)


def _announce(
    writer: RecordingWriter, recording: Recording, side: str, shared: set[str]
) -> dict[Channel, int]:
    return {
        channel: writer.add_channel(
            replace(
                with_definition(channel),
                topic=f'/{side}{channel.topic}' if channel.topic in shared else channel.topic,
            )
        )
        for channel in recording.channels
    }


def _stream(
    recording: Recording, numbers: Mapping[Channel, int], clock: ClockComparison | None
) -> Iterator[tuple[int, Message]]:
    for channel, message in recording.with_channels():
        if clock is not None:
            # The offset is over the reference's time; it changes by parts in a million.
            offset_ns = clock.at(message.received_ns - clock.at(message.received_ns))
            message = replace(
                message,
                received_ns=message.received_ns - offset_ns,
                sent_ns=message.sent_ns - offset_ns,
            )
        yield numbers[channel], message
