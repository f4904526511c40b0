"""The masters and pedals of a recording as arrays over time.

Any rosbag2 with CRTK masters will do: ``MTML`` or ``MTMR`` with ``measured_cp``, and if present
``gripper/measured_js``, ``console/clutch``, ``console/camera``, ``console/operator_present``, each
also below a namespace.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from telesurgery_console.errors import DeviceError
from telesurgery_core.transforms import Array, pose, rotation_from_quaternion
from telesurgery_core.types import Hand
from telesurgery_recording.reader import Message, Recording

POSE_TYPE = 'geometry_msgs/msg/PoseStamped'
JOINTS_TYPE = 'sensor_msgs/msg/JointState'
JOY_TYPE = 'sensor_msgs/msg/Joy'
CLUTCH, CAMERA, PRESENT = 'console/clutch', 'console/camera', 'console/operator_present'
PRESSED = 1
UNIT_TOLERANCE = 1e-3
"""How far the norm of a quaternion may be from one."""


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

    def sort(self) -> None:
        """Put the messages into the order of their times."""
        order = sorted(range(len(self.times)), key=self.times.__getitem__)
        self.times = [self.times[k] for k in order]
        self.values = [self.values[k] for k in order]


@dataclass(slots=True)
class ConsoleRecording:
    """What a recording says about the operator; times are those of the recording [ns]."""

    source: str
    poses: dict[Hand, Track]
    grippers: dict[Hand, Track]
    pedals: dict[str, Track]
    dropped: Counter[str]
    """Messages that hold no valid value, by the reason."""


def read_console(recording: Recording, time_source: TimeSource) -> ConsoleRecording:
    """Read the masters and pedals; DeviceError where they are not there or hold nothing valid."""
    names = _topics_of_masters(recording)
    console = ConsoleRecording(
        source=str(recording.path),
        poses={hand: Track() for hand in Hand},
        grippers={hand: Track() for hand in Hand},
        pedals={pedal: Track() for pedal in (CLUTCH, CAMERA, PRESENT)},
        dropped=Counter(),
    )
    for message in recording.messages(names):
        _take(console, names[message.topic], message, recording.decode(message), time_source)
    for track in (*console.poses.values(), *console.grippers.values(), *console.pedals.values()):
        track.sort()
    if not any(track.times for track in console.poses.values()):
        reasons = '; '.join(f'{count} {reason}' for reason, count in console.dropped.items())
        raise DeviceError(
            f'recording {console.source!r} has no valid pose of a master '
            f'({reasons or "its topics are empty"}); '
            'allowed: at least one; choose another recording'
        )
    return console


def _topics_of_masters(recording: Recording) -> dict[str, str]:
    """Return the plain name of every topic that is wanted, by its name in the recording."""
    expected = {
        **{f'{hand.value}/measured_cp': POSE_TYPE for hand in Hand},
        **{f'{hand.value}/gripper/measured_js': JOINTS_TYPE for hand in Hand},
        **dict.fromkeys((CLUTCH, CAMERA, PRESENT), JOY_TYPE),
    }
    if recording.count == 0:
        raise DeviceError(
            f'recording {str(recording.path)!r} is empty; allowed: one with the poses of a '
            'master; choose another recording'
        )
    topics = recording.topics
    names: dict[str, str] = {}
    for plain, type_name in expected.items():
        found = [name for name in topics if f'/{name}'.endswith(f'/{plain}')]
        if len(found) > 1:
            raise DeviceError(
                f'recording {str(recording.path)!r} has {plain} more than once '
                f'({", ".join(found)}); allowed: one console; choose another recording'
            )
        for name in found:
            _check_type(recording, name, topics[name].type, type_name)
            names[name] = plain
    if not any(f'{hand.value}/measured_cp' in names.values() for hand in Hand):
        raise DeviceError(
            f'recording {str(recording.path)!r} has neither /MTML/measured_cp nor '
            f'/MTMR/measured_cp; allowed: at least one of them; it has '
            f'{", ".join(topics) or "no topic"}; choose another recording'
        )
    return names


def _check_type(recording: Recording, name: str, actual: str, type_name: str) -> None:
    if actual != type_name:
        raise DeviceError(
            f'topic {name} of recording {str(recording.path)!r} is of type {actual!r}; '
            f'allowed: {type_name}; choose another recording'
        )


def _take(
    console: ConsoleRecording, plain: str, message: Message, content: Any, source: TimeSource
) -> None:
    stamp = content.header.stamp
    measured_ns = stamp.sec * 1_000_000_000 + stamp.nanosec
    if source is TimeSource.HEADER and measured_ns == 0:
        console.dropped['with stamp 0 (play it with time receive to use them)'] += 1
        return
    time_ns = measured_ns if source is TimeSource.HEADER else message.received_ns
    first, _, rest = plain.partition('/')
    value: bool | float | Array | None
    if first == 'console':
        track, value = console.pedals[plain], _pressed(content)
    elif rest == 'measured_cp':
        track, value = console.poses[Hand(first)], _pose(content, console.dropped)
    else:
        track, value = console.grippers[Hand(first)], _angle(content, console.dropped)
    if value is not None:
        track.times.append(time_ns)
        track.values.append(value)


def _pressed(content: Any) -> bool:
    return len(content.buttons) > 0 and int(content.buttons[0]) == PRESSED


def _pose(content: Any, dropped: Counter[str]) -> Array | None:
    p, q = content.pose.position, content.pose.orientation
    numbers = (p.x, p.y, p.z, q.x, q.y, q.z, q.w)
    if not all(map(math.isfinite, numbers)):
        dropped['with a pose that is not finite'] += 1
        return None
    norm = math.sqrt(q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w)
    if abs(norm - 1.0) > UNIT_TOLERANCE:
        dropped['with a quaternion that is not of length one'] += 1
        return None
    return pose(rotation_from_quaternion(np.array([q.x, q.y, q.z, q.w]) / norm), (p.x, p.y, p.z))


def _angle(content: Any, dropped: Counter[str]) -> float | None:
    if len(content.position) == 0 or not math.isfinite(content.position[0]):
        dropped['without a finite gripper angle'] += 1
        return None
    return float(content.position[0])


def latest(track: Track, instants: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each instant the index of the track's newest message, -1 before the first."""
    times = np.asarray(track.times, dtype=np.int64)
    return np.searchsorted(times, instants, side='right') - 1
