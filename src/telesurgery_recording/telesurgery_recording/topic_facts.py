"""What there is to know of one topic of a recording at a glance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from telesurgery_recording.errors import RecordingError
from telesurgery_recording.path_facts import PathFacts, path_facts
from telesurgery_recording.pose_check import fault_of
from telesurgery_recording.reader import Message, Recording
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
    note: str
    """Why it cannot be decoded, or what kind of topic it is."""
    wrong: tuple[str, ...]
    """What is wrong with its messages, with how many of them."""


class TopicGathering:
    """What is gathered of a topic while its messages go by, in the order of recording."""

    def __init__(self, recording: Recording, name: str) -> None:
        """Begin with topic ``name`` of a recording."""
        self._recording = recording
        self._name = name
        self._type = recording.topics[name].type
        self._note = 'service events' if name.endswith(SERVICE_EVENTS) else ''
        self._decodes = True
        try:
            recording.require(name)
        except RecordingError as error:
            self._decodes, self._note = False, str(error)
        self._received: list[int] = []
        self._stamps: list[int] = []
        self._stamped_at: list[int] = []
        self._poses: list[tuple[int, tuple[float, float, float]]] = []
        """Which of the stamps, and where."""
        self._wrong: Counter[str] = Counter()

    def take(self, message: Message) -> None:
        """Take one message."""
        self._received.append(message.received_ns)
        if not self._decodes:
            return
        try:
            content = self._recording.decode(message)
        except RecordingError:
            self._wrong['cannot be decoded: damaged, or not of the type that it says'] += 1
            return
        header = getattr(content, 'header', None)
        if header is None:
            return
        if self._type == POSE_TYPE:
            self._take_pose(content.pose)
        self._stamps.append(int(header.stamp.sec) * 10**9 + int(header.stamp.nanosec))
        self._stamped_at.append(message.received_ns)

    def facts(self) -> TopicFacts:
        """Return what came out of it."""
        received = np.array(self._received, dtype=np.int64)
        span_s = float(received[-1] - received[0]) * 1e-9 if len(received) else 0.0
        kept, stamps = usable(
            np.array(self._stamps, dtype=np.int64), np.array(self._stamped_at, dtype=np.int64)
        )
        if len(received) > 1 and span_s == 0.0:
            self._wrong['were recorded at one instant (0 Hz)'] = len(received)
        return TopicFacts(
            name=self._name,
            type=self._type,
            count=len(received),
            rate_hz=(len(received) - 1) / span_s if span_s > 0.0 else float('nan'),
            longest_gap_s=float(np.diff(received).max()) * 1e-9 if len(received) > 1 else 0.0,
            stamps=stamps if self._stamps else None,
            path=self._path(kept),
            note=self._note,
            wrong=tuple(f'{count} messages {what}' for what, count in self._wrong.items()),
        )

    def _take_pose(self, pose: Any) -> None:
        p, q = pose.position, pose.orientation
        point = (p.x, p.y, p.z)
        fault = fault_of(point, (q.x, q.y, q.z, q.w))
        if fault:
            self._wrong[f'have {fault}'] += 1
        else:
            self._poses.append((len(self._stamps), point))

    def _path(self, kept: Any) -> PathFacts | None:
        found = [(self._stamps[k], point) for k, point in self._poses if kept[k]]
        found.sort(key=lambda pose: pose[0])
        if not found:
            return None
        times, points = zip(*found, strict=True)
        return path_facts(np.array(times, dtype=np.int64), np.array(points))
