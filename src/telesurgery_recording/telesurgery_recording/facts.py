"""What there is to know of a recording at a glance: ``./telesurgery bag info``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from telesurgery_recording.clocks import compare_clocks, side_of
from telesurgery_recording.metadata import SESSION
from telesurgery_recording.reader import Recording
from telesurgery_recording.stamps import in_the_future
from telesurgery_recording.topic_facts import TopicFacts, TopicGathering


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """A recording as a whole."""

    path: str
    side: str
    """Empty: it does not say."""
    format: str
    files: tuple[tuple[str, int], ...]
    """Names and sizes [bytes]."""
    count: int
    begin_ns: int
    duration_s: float
    clock_offset_ms: float
    """The peer's clock less this one, the median; NaN: never measured."""
    clock_uncertainty_ms: float
    topics: tuple[TopicFacts, ...]
    missed: dict[str, str]
    """What the recorder says it missed or dropped."""
    session: dict[str, str]
    """What the recorder says of the session: versions, machine."""
    faults: tuple[str, ...]


def facts_of(path: Path, now_ns: int) -> RecordingFacts:
    """Read all of a recording; RecordingError when nothing of it can be read.

    ``now_ns`` is the time of day [ns]: what was recorded later than that has wrong times.
    """
    with Recording(path) as recording:
        topics = _topics(recording)
        span = (recording.span_ns if recording.count else None) or (0, 0)
        clocks = compare_clocks(recording)
        told = recording.metadata
        return RecordingFacts(
            path=str(path),
            side=side_of(recording),
            format=', '.join(dict.fromkeys(s.name for s in recording.files.values())),
            files=tuple((file.name, file.stat().st_size) for file in recording.files),
            count=recording.count,
            begin_ns=span[0],
            duration_s=(span[1] - span[0]) * 1e-9,
            clock_offset_ms=float(np.median(clocks.offset_ns)) * 1e-6
            if clocks.known
            else float('nan'),
            clock_uncertainty_ms=clocks.uncertainty_ms,
            topics=topics,
            missed=told.get('missed', {}),
            session=told.get(SESSION, {}),
            faults=(
                *(fault.detail for fault in recording.faults),
                *([] if recording.count else ['it has no message']),
                *in_the_future(span, now_ns),
            ),
        )


def _topics(recording: Recording) -> tuple[TopicFacts, ...]:
    gathered = {name: TopicGathering(recording, name) for name in recording.topics}
    for message in recording.messages():
        gathered[message.topic].take(message)
    return tuple(topic.facts() for topic in gathered.values())
