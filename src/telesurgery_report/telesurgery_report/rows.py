"""What is kept of each recorded message, and how the kept rows become arrays.

One pair of functions a topic: ``*_row`` takes what is needed out of a message while the bag is
read, so that a long session fits into memory; ``*_of`` puts the rows of the session together.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from telesurgery_report.session import (
    CommandTargets,
    HandedTargets,
    ImageTrack,
    Integers,
    LinkCounters,
    LinkPassages,
    PoseTrack,
    RelayPassages,
    SafetyHistory,
    SimulatorHealth,
)

FOLLOWING = 'following'
"""What the supervisor calls an arm that follows a hand (telesurgery_safety's states)."""

Row = tuple[Any, ...]


def stamp_ns(stamp: Any) -> int:
    """Return a Time or Duration message as nanoseconds."""
    return int(stamp.sec) * 1_000_000_000 + int(stamp.nanosec)


def command_row(message: Any) -> Row:
    """Take a batch of ``/trace/command``."""
    return message.command_number, _stamps(message.command_stamp), message.target_number


def commands_of(rows: Sequence[Row]) -> CommandTargets:
    """Join the batches of ``/trace/command``."""
    return CommandTargets(*_joined(rows, 3))


def target_row(message: Any) -> Row:
    """Take a batch of ``/trace/target``."""
    return message.target_number, _stamps(message.handed_stamp)


def targets_of(rows: Sequence[Row]) -> HandedTargets:
    """Join the batches of ``/trace/target``."""
    return HandedTargets(*_joined(rows, 2))


def link_row(message: Any) -> Row:
    """Take a batch of ``/trace/link``, its channel first."""
    return (
        str(message.topic),
        message.message_number,
        _stamps(message.sent_stamp),
        _stamps(message.injected_delay),
        _stamps(message.arrival_stamp),
    )


def passages_of(rows: Sequence[Row], channel: str) -> LinkPassages:
    """Join the batches of one channel of ``/trace/link``."""
    return LinkPassages(*_joined([row[1:] for row in rows if row[0] == channel], 4))


def relay_row(message: Any) -> Row:
    """Take a batch of ``/trace/relay``, the number of relays first."""
    return int(message.relays), _stamps(message.sent_stamp), _stamps(message.arrival_stamp)


def relays_of(rows: Sequence[Row]) -> RelayPassages:
    """Join the batches of ``/trace/relay``."""
    sent_ns, arrival_ns = _joined([row[1:] for row in rows], 2)
    return RelayPassages(rows[0][0] if rows else 0, sent_ns, arrival_ns)


def simulator_row(message: Any) -> Row:
    """Take a message of ``/simulator/state``."""
    return str(message.simulator), message.state == 'running', float(message.real_time_factor)


def simulator_of(rows: Sequence[Row]) -> SimulatorHealth:
    """Put the rows of ``/simulator/state`` together."""
    return SimulatorHealth(
        simulator=rows[-1][0] if rows else '',
        running=np.array([row[1] for row in rows], dtype=bool),
        real_time_factor=np.array([row[2] for row in rows], dtype=float),
    )


def status_row(message: Any) -> Row:
    """Take a message of ``/link/status``, its side and stamp first."""
    return (
        str(message.side),
        stamp_ns(message.header.stamp),
        str(message.profile),
        int(message.frames_sent),
        int(message.frames_lost),
        float(message.round_trip_p50_ms),
    )


def link_sides_of(rows: Sequence[Row]) -> dict[str, LinkCounters]:
    """Put the rows of ``/link/status`` together by side, in order of their stamps, each once.

    A side's status may be in both bags, when it was forwarded.
    """
    return {
        side: _link_counters(sorted({row[1]: row for row in rows if row[0] == side}.items()))
        for side in sorted({row[0] for row in rows})
    }


def _link_counters(by_stamp: Sequence[tuple[int, Row]]) -> LinkCounters:
    rows = [row for _, row in by_stamp]
    return LinkCounters(
        profile=rows[-1][2],
        frames_sent=np.array([row[3] for row in rows], dtype=np.int64),
        frames_lost=np.array([row[4] for row in rows], dtype=np.int64),
        round_trip_p50_ms=np.array([row[5] for row in rows], dtype=float),
    )


def safety_row(message: Any) -> Row:
    """Take a message of ``/safety/state``."""
    reasons = dict.fromkeys(arm.reason for arm in message.arms if arm.reason)
    following = frozenset(arm.arm for arm in message.arms if arm.state == FOLLOWING)
    return stamp_ns(message.header.stamp), int(message.holds), '; '.join(reasons), following


def safety_of(rows: Sequence[Row]) -> SafetyHistory:
    """Put the rows of ``/safety/state`` together."""
    return SafetyHistory(
        stamp_ns=np.array([row[0] for row in rows], dtype=np.int64),
        holds=np.array([row[1] for row in rows], dtype=np.int64),
        reasons=tuple(row[2] for row in rows),
        following=tuple(row[3] for row in rows),
    )


def setpoint_row(message: Any) -> Row:
    """Take a message of ``local/setpoint_cp``."""
    return stamp_ns(message.header.stamp), _pose(message.pose)


def link_poses_row(links: Iterable[str]) -> Callable[[Any], Row]:
    """Return a taker of ``/simulator/link_poses`` that keeps the named links."""
    wanted = frozenset(links)

    def take(message: Any) -> Row:
        poses = {
            name: _pose(pose)
            for name, pose in zip(message.names, message.poses, strict=False)
            if name in wanted
        }
        return stamp_ns(message.header.stamp), poses

    return take


def link_tracks_of(rows: Sequence[Row]) -> dict[str, PoseTrack]:
    """Put the rows of ``/simulator/link_poses`` together by link."""
    by_link: dict[str, list[Row]] = {}
    for stamp, poses in rows:
        for name, pose in poses.items():
            by_link.setdefault(name, []).append((stamp, pose))
    return {name: track_of(link_rows) for name, link_rows in by_link.items()}


def track_of(rows: Sequence[Row]) -> PoseTrack:
    """Put stamped poses together, in order of their stamps, each stamp once.

    CRTK marks what is not valid by a stamp of zero; that, and what is not finite, is left out.
    """
    stamps = np.array([row[0] for row in rows], dtype=np.int64)
    poses = np.array([row[1] for row in rows], dtype=float).reshape(-1, 7)
    valid = (stamps > 0) & np.isfinite(poses).all(axis=1)
    stamps, first = np.unique(stamps[valid], return_index=True)
    poses = poses[valid][first]
    return PoseTrack(stamps, poses[:, :3], poses[:, 3:])


def image_row(message: Any) -> Row:
    """Take stamp and sizes of a compressed image, not the image."""
    return stamp_ns(message.header.stamp), len(message.data), *_size_px(bytes(message.data))


def images_of(rows: Sequence[Row], bag: Path, topic: str) -> ImageTrack:
    """Put the rows of one camera together, in order of their stamps."""
    ordered = sorted(rows)
    return ImageTrack(
        bag=bag,
        topic=topic,
        stamp_ns=np.array([row[0] for row in ordered], dtype=np.int64),
        size_bytes=np.array([row[1] for row in ordered], dtype=np.int64),
        size_px=np.array([row[2:] for row in ordered], dtype=np.int64).reshape(-1, 2),
    )


def _size_px(encoded: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(encoded)) as image:  # reads the header only
            return image.size
    except OSError:
        return 0, 0


def _pose(pose: Any) -> tuple[float, ...]:
    p, q = pose.position, pose.orientation
    return p.x, p.y, p.z, q.x, q.y, q.z, q.w


def _stamps(stamps: Iterable[Any]) -> Integers:
    return np.array([stamp_ns(stamp) for stamp in stamps], dtype=np.int64)


def _joined(rows: Sequence[Row], columns: int) -> list[Integers]:
    """Join batches of parallel arrays; arrays of different length are cut to the shortest."""
    lengths = [min(len(column) for column in row) for row in rows]
    return [
        np.concatenate(
            [
                np.empty(0, dtype=np.int64),
                *(
                    np.asarray(row[column], dtype=np.int64)[:length]
                    for row, length in zip(rows, lengths, strict=True)
                ),
            ]
        )
        for column in range(columns)
    ]
