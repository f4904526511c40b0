"""A recorded session as arrays: what the figures are computed from.

Stamps are integer nanoseconds of the wall clock. Rows stand in the order of their recording; what
was not recorded has no rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.transforms import Array

Integers = NDArray[np.int64]

NS_PER_S = 1e9
NS_PER_MS = 1e6


@dataclass(frozen=True, slots=True)
class CommandTargets:
    """Which command became which joint target: rows of ``/trace/command``, each ``(n,)``."""

    command_number: Integers
    command_ns: Integers
    target_number: Integers


@dataclass(frozen=True, slots=True)
class HandedTargets:
    """When targets were handed to the simulator: rows of ``/trace/target``, each ``(n,)``."""

    target_number: Integers
    handed_ns: Integers


@dataclass(frozen=True, slots=True)
class LinkPassages:
    """How commands crossed the link: rows of ``/trace/link``, each ``(n,)``."""

    command_number: Integers
    sent_ns: Integers
    injected_ns: Integers
    arrival_ns: Integers


@dataclass(frozen=True, slots=True)
class RelayPassages:
    """Messages that crossed the chain of bare relays: rows of ``/trace/relay``, each ``(n,)``."""

    relays: int
    """How many relay processes stood between source and sink; 0: no rows."""
    sent_ns: Integers
    arrival_ns: Integers


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """Poses over time in a fixed frame."""

    stamp_ns: Integers
    p: Array
    """Positions ``(n, 3)`` [m]."""
    xyzw: Array
    """Unit quaternions ``(n, 4)``."""

    @classmethod
    def empty(cls) -> PoseTrack:
        """Return the track of what was never recorded."""
        return cls(np.empty(0, dtype=np.int64), np.empty((0, 3)), np.empty((0, 4)))

    def __len__(self) -> int:
        return len(self.stamp_ns)

    def since(self, start_ns: int) -> PoseTrack:
        """Return the part of the track that begins at ``start_ns``."""
        kept = self.stamp_ns >= start_ns
        return PoseTrack(self.stamp_ns[kept], self.p[kept], self.xyzw[kept])

    def points_in(self, T: Array) -> PointTrack:
        """Return the positions in another frame; ``T`` ``(4, 4)`` is this frame's pose in it."""
        return PointTrack(self.stamp_ns, self.p @ T[:3, :3].T + T[:3, 3])


@dataclass(frozen=True, slots=True)
class PointTrack:
    """A point over time in a fixed frame."""

    stamp_ns: Integers
    p: Array
    """``(n, 3)`` [m]."""

    def __len__(self) -> int:
        return len(self.stamp_ns)

    def between(self, start_ns: int, end_ns: int) -> PointTrack:
        """Return the part of the track from ``start_ns`` to ``end_ns``, both included."""
        kept = (self.stamp_ns >= start_ns) & (self.stamp_ns <= end_ns)
        return PointTrack(self.stamp_ns[kept], self.p[kept])


@dataclass(frozen=True, slots=True)
class SimulatorHealth:
    """Rows of ``/simulator/state``."""

    simulator: str
    """Its name; empty: no rows."""
    running: NDArray[np.bool_]
    real_time_factor: Array
    """``(n,)``; NaN where not known."""


@dataclass(frozen=True, slots=True)
class LinkCounters:
    """What one side's gateway said in ``/link/status``, each array ``(n,)``."""

    profile: str
    frames_sent: Integers
    frames_lost: Integers
    round_trip_p50_ms: Array


@dataclass(frozen=True, slots=True)
class SafetyHistory:
    """Rows of ``/safety/state``."""

    stamp_ns: Integers
    holds: Integers
    reasons: tuple[str, ...]
    """What the arms gave as reasons at each row, in words; empty: nothing wrong."""
    following: tuple[frozenset[str], ...]
    """The arms that followed a hand at each row."""

    def followed_from_ns(self, arm: str) -> int | None:
        """Return since when an arm has followed a hand, now and again; None: it never did."""
        for stamp_ns, arms in zip(self.stamp_ns.tolist(), self.following, strict=True):
            if arm in arms:
                return int(stamp_ns)
        return None


@dataclass(frozen=True, slots=True)
class ImageTrack:
    """The compressed frames of one camera; the frames themselves stay in the bag."""

    bag: Path
    topic: str
    stamp_ns: Integers
    size_bytes: Integers
    size_px: Integers
    """Width and height of each frame ``(n, 2)`` [px]; zero where it cannot be decoded."""

    def __len__(self) -> int:
        return len(self.stamp_ns)


@dataclass(frozen=True, slots=True)
class Session:
    """Everything of a session that a report needs."""

    start_ns: int
    """Stamp of the first message of either bag."""
    end_ns: int
    command_targets: CommandTargets
    handed_targets: HandedTargets
    link_passages: LinkPassages
    relay_passages: RelayPassages
    simulator: SimulatorHealth
    safety: SafetyHistory
    link_sides: Mapping[str, LinkCounters]
    """By side: surgeon, patient."""
    setpoints: Mapping[str, PoseTrack]
    """By arm: the tip's setpoint in the arm's RCM frame."""
    link_poses: Mapping[str, PoseTrack]
    """By link name: ground truth in the world frame."""
    cameras: Mapping[str, ImageTrack]
    """By camera: endoscope, room_camera."""

    @property
    def seconds(self) -> float:
        """Length of the session [s]."""
        return (self.end_ns - self.start_ns) / NS_PER_S
