"""The masters and pedals of a recording as arrays over time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.types import Hand

CLUTCH, CAMERA, PRESENT = 'console/clutch', 'console/camera', 'console/operator_present'


class TimeSource(Enum):
    """Which of a message's two times is played."""

    HEADER = 'header'
    """When it was measured."""
    RECEIVE = 'receive'
    """When it was recorded."""


@dataclass(slots=True)
class Track:
    """The messages of one topic: times ``(n,)`` [ns] and what each says."""

    times: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class ConsoleRecording:
    """What a recording says about the operator; times are those of the recording [ns]."""

    source: str
    poses: dict[Hand, Track]
    grippers: dict[Hand, Track]
    pedals: dict[str, Track]
    tips: dict[Hand, Track]
    """Of the arms that the hands drove, where a mapping says so."""
    dropped: Counter[str]
    """Messages that are not as they should be, by what, and what becomes of them."""


def latest(track: Track, instants: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each instant the index of the track's newest message, -1 before the first."""
    times = np.asarray(track.times, dtype=np.int64)
    return np.searchsorted(times, instants, side='right') - 1
