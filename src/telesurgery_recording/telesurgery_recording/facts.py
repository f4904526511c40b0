"""What there is to know of a recording at a glance: ``./telesurgery bag info``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from telesurgery_recording.clocks import compare_clocks, side_of
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.metadata import SESSION
from telesurgery_recording.path_facts import PathFacts, path_facts
from telesurgery_recording.reader import Recording
from telesurgery_recording.stamps import StampFacts, usable

POSE_TYPE = 'geometry_msgs/msg/PoseStamped'
SERVICE_EVENTS = '_service_event'


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic as it was recorded."""

    name: str
    type: str
    count: int
    rate_hz: float
    """Mean rate from its first message to its last; NaN for fewer than two."""
    longest_gap_s: float
    stamps: StampFacts | None
    """None: its messages carry no header, or cannot be decoded."""
    path: PathFacts | None
    """Of poses; None for other types."""
    note: str = ''
    """Why it cannot be decoded, or what kind of topic it is."""


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


def facts_of(path: Path) -> RecordingFacts:
    """Read all of a recording; RecordingError when nothing of it can be read."""
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
            faults=tuple(fault.detail for fault in recording.faults),
        )


class _Gathered:
    """What is gathered of a topic while all messages go by."""

    def __init__(self, type_name: str) -> None:
        self.type = type_name
        self.received: list[int] = []
        self.stamps: list[int] = []
        self.points: list[tuple[float, float, float]] = []
        self.note = ''

    def take(self, recording: Recording, message: Any) -> None:
        """Take one message."""
        self.received.append(message.received_ns)
        if self.note:
            return
        try:
            content = recording.decode(message)
        except RecordingError as error:
            self.note = str(error)
            return
        header = getattr(content, 'header', None)
        if header is None:
            self.note = 'no header'
            return
        self.stamps.append(int(header.stamp.sec) * 10**9 + int(header.stamp.nanosec))
        if self.type == POSE_TYPE:
            p = content.pose.position
            self.points.append((p.x, p.y, p.z))

    def facts(self, name: str) -> TopicFacts:
        """Return what came out of it."""
        received = np.array(self.received, dtype=np.int64)
        span_s = float(received[-1] - received[0]) * 1e-9 if len(received) else 0.0
        kept, stamps = usable(np.array(self.stamps, dtype=np.int64), received[: len(self.stamps)])
        whole = len(self.stamps) == len(received) > 0
        note = '' if self.note == 'no header' else self.note
        return TopicFacts(
            name=name,
            type=self.type,
            count=len(received),
            rate_hz=(len(received) - 1) / span_s if span_s > 0.0 else float('nan'),
            longest_gap_s=float(np.diff(received).max()) * 1e-9 if len(received) > 1 else 0.0,
            stamps=stamps if whole else None,
            path=self._path(kept) if whole and self.points else None,
            note='service events' if name.endswith(SERVICE_EVENTS) and not note else note,
        )

    def _path(self, kept: Any) -> PathFacts | None:
        p = np.array(self.points)
        kept = kept & np.isfinite(p).all(axis=1)
        if not kept.any():
            return None
        order = np.argsort(np.array(self.stamps, dtype=np.int64)[kept], kind='stable')
        return path_facts(np.array(self.stamps, dtype=np.int64)[kept][order], p[kept][order])


def _topics(recording: Recording) -> tuple[TopicFacts, ...]:
    gathered = {name: _Gathered(topic.type) for name, topic in recording.topics.items()}
    for message in recording.messages():
        gathered[message.topic].take(recording, message)
    return tuple(topic.facts(name) for name, topic in gathered.items())
