"""The load: what an operation would send, and when. Pure; ``probe.py`` says what it is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from telesurgery_core.parameters import parameter
from telesurgery_link.channels import Channel, ChannelTable, Direction, Policy, Quality, Side

NS_PER_S = 1_000_000_000
LONGEST_S = 3600.0
"""Longest run: every frame of it is kept until the report."""

TYPE = 'std_msgs/msg/UInt8MultiArray'


@dataclass(frozen=True, slots=True)
class Plan:
    """What both ends are going to send, and for how long."""

    seconds: float = parameter(60.0, doc='Length of the run.', unit='s', low=1.0, high=LONGEST_S)
    control_rate_hz: float = parameter(
        500.0, doc='Control frames in each direction.', unit='Hz', low=10.0, high=1000.0
    )
    control_bytes: int = parameter(
        300, doc='Size of each: 1.2 Mbit/s at 500 Hz.', unit='bytes', low=24, high=1000
    )
    video_mbit_s: float = parameter(
        32.0, doc='Video, patient to surgeon; 0: none.', unit='Mbit/s', low=0.0, high=200.0
    )
    return_video_mbit_s: float = parameter(
        0.0, doc='Video, surgeon to patient; 0: none.', unit='Mbit/s', low=0.0, high=200.0
    )
    video_rate_hz: float = parameter(
        30.0, doc='Pictures a second.', unit='Hz', low=1.0, high=120.0
    )

    def video_mbit_s_towards(self, direction: Direction) -> float:
        """Return the video load of a direction [Mbit/s]."""
        if direction is Direction.PATIENT_TO_SURGEON:
            return self.video_mbit_s
        return self.return_video_mbit_s

    def picture_bytes(self, direction: Direction) -> int:
        """Return the size of a picture of a direction [bytes]; 0: there is no video."""
        return round(self.video_mbit_s_towards(direction) * 1e6 / 8.0 / self.video_rate_hz)


class Kind(Enum):
    """What a channel of the load stands for."""

    CONTROL = 'control'
    VIDEO = 'video'
    MINUTES = 'minutes'
    """What the ends tell one another about the run."""


POLICY = {
    Kind.CONTROL: Policy.LATEST,
    Kind.VIDEO: Policy.MEDIA,
    Kind.MINUTES: Policy.ORDERED,
}


def _channel(kind: Kind, direction: Direction) -> Channel:
    return Channel(
        topic=f'/qualify/{kind.value}/{direction.value}',
        type=TYPE,
        direction=direction,
        policy=POLICY[kind],
        quality=Quality.EVENT if kind is Kind.MINUTES else Quality.STREAM,
    )


CHANNELS = {
    (kind, direction): _channel(kind, direction) for kind in Kind for direction in Direction
}
"""Every channel of the load."""

TABLE = ChannelTable(tuple(CHANNELS.values()))


@dataclass(frozen=True, slots=True)
class Due:
    """Something to send now."""

    kind: Kind
    number: int
    """Counts the frames of its kind from 0."""


class Schedule:
    """When one end sends what. A slot that was missed is skipped, never made up for.

    Attributes:
        sent: number of frames handed out, by kind.
        skipped: number of slots that were missed, by kind: the sender was too slow.
    """

    def __init__(self, plan: Plan, side: Side, start_ns: int) -> None:
        self._start_ns = start_ns
        self._end_ns = start_ns + round(plan.seconds * NS_PER_S)
        self._rate_hz = {Kind.CONTROL: plan.control_rate_hz}
        if plan.picture_bytes(side.sends):
            self._rate_hz[Kind.VIDEO] = plan.video_rate_hz
        self._next_slot = dict.fromkeys(self._rate_hz, 0)
        self.sent = dict.fromkeys((Kind.CONTROL, Kind.VIDEO), 0)
        self.skipped = dict.fromkeys((Kind.CONTROL, Kind.VIDEO), 0)

    def due(self, now_ns: int) -> list[Due]:
        """Return what is to be sent now; control comes first."""
        if now_ns >= self._end_ns:
            return []
        return [
            self._take(kind, now_ns) for kind in self._rate_hz if self._slot_ns(kind) <= now_ns
        ]

    def next_due_ns(self) -> int:
        """Return when ``due`` has something next, or the end of the run [ns]."""
        return min(self._end_ns, *(self._slot_ns(kind) for kind in self._rate_hz))

    def elapsed_s(self, now_ns: int) -> float:
        """Return how long the load has been running [s], at most its length."""
        return max(0, min(now_ns, self._end_ns) - self._start_ns) / NS_PER_S

    def is_over(self, now_ns: int) -> bool:
        """Return whether the run's time is up."""
        return now_ns >= self._end_ns

    def _slot_ns(self, kind: Kind) -> int:
        return self._start_ns + math.ceil(self._next_slot[kind] * NS_PER_S / self._rate_hz[kind])

    def _take(self, kind: Kind, now_ns: int) -> Due:
        slot = math.floor((now_ns - self._start_ns) * self._rate_hz[kind] / NS_PER_S)
        self.skipped[kind] += slot - self._next_slot[kind]
        self._next_slot[kind] = slot + 1
        number = self.sent[kind]
        self.sent[kind] += 1
        return Due(kind, number)
