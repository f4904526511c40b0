"""The masters and pedals of a recording as arrays over time.

Any rosbag2 with CRTK masters will do: ``MTML`` or ``MTMR`` with ``measured_cp``, and if present
``gripper/measured_js``, ``console/clutch``, ``console/camera``, ``console/operator_present``, each
also below a namespace. With a mapping any poses or joints do.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from telesurgery_console.errors import DeviceError
from telesurgery_console.replay_mapping import HandSource, ReplayMapping
from telesurgery_core.transforms import Array, pose, rotation_from_quaternion
from telesurgery_core.types import Hand
from telesurgery_recording.reader import Recording
from telesurgery_recording.stamps import FAR_OFF_NS, usable

Kinematics = Callable[[str, Sequence[float]], Array]
"""The tip of an arm in its remote centre ``(4, 4)`` at joint positions."""

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


def read_console(
    recording: Recording,
    time_source: TimeSource,
    mapping: ReplayMapping | None = None,
    kinematics: Kinematics | None = None,
) -> ConsoleRecording:
    """Read the hands and pedals; DeviceError where they are not there or hold nothing valid.

    Without a ``mapping`` they are the CRTK masters that are found. ``kinematics`` makes poses of
    joints, for a mapping that wants it.
    """
    sources = (
        _masters_of(recording) if mapping is None else _mapped(recording, mapping, kinematics)
    )
    console = ConsoleRecording(
        source=str(recording.path),
        poses={hand: Track() for hand in Hand},
        grippers={hand: Track() for hand in Hand},
        pedals={pedal: Track() for pedal in (CLUTCH, CAMERA, PRESENT)},
        tips={hand: Track() for hand in Hand},
        dropped=Counter(),
    )
    heard: dict[str, _Heard] = {topic: _Heard() for topic in sources}
    for message in recording.messages(sources):
        heard[message.topic].take(message.received_ns, recording.decode(message))
    for topic, takes in sources.items():
        times, contents = heard[topic].played(time_source, console.dropped)
        for take in takes:
            _fill(take, console, times, contents)
    if not any(track.times for track in console.poses.values()):
        reasons = '; '.join(f'{count} {reason}' for reason, count in console.dropped.items())
        raise DeviceError(
            f'recording {console.source!r} has no valid pose of a master '
            f'({reasons or "its topics are empty"}); '
            'allowed: at least one; choose another recording'
        )
    return console


@dataclass(frozen=True, slots=True)
class _Take:
    """What becomes of the messages of a topic."""

    track: Callable[[ConsoleRecording], Track]
    value: Callable[[Any, Counter[str]], Any]


Sources = dict[str, list[_Take]]
"""What is taken of each topic."""


class _Heard:
    """The messages of a topic in the order of recording."""

    def __init__(self) -> None:
        self._received: list[int] = []
        self._stamps: list[int] = []
        self._contents: list[Any] = []

    def take(self, received_ns: int, content: Any) -> None:
        """Take a message."""
        stamp = content.header.stamp
        self._received.append(received_ns)
        self._stamps.append(int(stamp.sec) * 1_000_000_000 + int(stamp.nanosec))
        self._contents.append(content)

    def played(self, source: TimeSource, dropped: Counter[str]) -> tuple[list[int], list[Any]]:
        """Return the times that are played and the messages, in the order of these times."""
        received = np.array(self._received, dtype=np.int64)
        stamps = np.array(self._stamps, dtype=np.int64)
        if source is TimeSource.RECEIVE:
            kept, times = np.ones(len(received), dtype=bool), received
        else:
            kept, facts = usable(stamps, received)
            times = stamps
            counts = {
                'with stamp 0 (play it with time receive to use them): left out': facts.invalid,
                f'with a stamp more than {FAR_OFF_NS // 10**9} s off: left out': facts.far_off,
                'out of order: put into their order': facts.out_of_order,
                'with the stamp of another one: the last of them counts': facts.doubled,
            }
            dropped.update({reason: count for reason, count in counts.items() if count})
        order = [k for k in np.argsort(times, kind='stable').tolist() if kept[k]]
        return times[order].tolist(), [self._contents[k] for k in order]


def _fill(take: _Take, console: ConsoleRecording, times: list[int], contents: list[Any]) -> None:
    track = take.track(console)
    for time_ns, content in zip(times, contents, strict=True):
        value = take.value(content, console.dropped)
        if value is not None:
            track.times.append(time_ns)
            track.values.append(value)


def _masters_of(recording: Recording) -> Sources:
    """Return the CRTK masters of a recording, below whatever namespace."""
    expected = {
        **{f'{hand.value}/measured_cp': POSE_TYPE for hand in Hand},
        **{f'{hand.value}/gripper/measured_js': JOINTS_TYPE for hand in Hand},
        **dict.fromkeys((CLUTCH, CAMERA, PRESENT), JOY_TYPE),
    }
    _refuse_empty(recording)
    topics = recording.topics
    sources: Sources = {}
    for plain, type_name in expected.items():
        found = [name for name in topics if f'/{name}'.endswith(f'/{plain}')]
        if len(found) > 1:
            raise DeviceError(
                f'recording {str(recording.path)!r} has {plain} more than once '
                f'({", ".join(found)}); allowed: one console; choose another recording'
            )
        for name in found:
            _check_type(recording, name, topics[name].type, type_name)
            sources[name] = [_take_of(plain)]
    if not any(f'/{name}'.endswith('/measured_cp') for name in sources):
        raise DeviceError(
            f'recording {str(recording.path)!r} has neither /MTML/measured_cp nor '
            f'/MTMR/measured_cp; allowed: at least one of them, or a mapping (config/replay) that '
            f'says which topics are the hands; it has {", ".join(topics) or "no topic"}; choose '
            'another recording, or give a mapping'
        )
    return sources


def _take_of(plain: str) -> _Take:
    first, _, rest = plain.partition('/')
    if first == 'console':
        return _Take(lambda console: console.pedals[plain], lambda m, _: _pressed(m, 0))
    hand = Hand(first)
    if rest == 'measured_cp':
        return _Take(lambda console: console.poses[hand], _pose)
    return _Take(lambda console: console.grippers[hand], _angle)


def _mapped(
    recording: Recording, mapping: ReplayMapping, kinematics: Kinematics | None
) -> Sources:
    """Return what a mapping says."""
    _refuse_empty(recording)
    topics = recording.topics
    sources: Sources = {}

    def add(topic: str, type_name: str, take: _Take) -> None:
        if topic not in topics:
            raise DeviceError(
                f'topic {topic} of the mapping is not in recording {str(recording.path)!r}; '
                f'allowed: {", ".join(topics) or "it has none"}; correct the mapping'
            )
        _check_type(recording, topic, topics[topic].type, type_name)
        sources.setdefault(topic, []).append(take)

    for hand, source in ((Hand.RIGHT, mapping.right), (Hand.LEFT, mapping.left)):
        if source is None:
            continue
        if source.pose:
            add(source.pose, POSE_TYPE, _Take(_track('poses', hand), partial(_seen, source)))
        else:
            forward = partial(_at_joints, source, kinematics)
            add(source.joints, JOINTS_TYPE, _Take(_track('poses', hand), forward))
        if source.gripper:
            opening = partial(_opening, source)
            add(source.gripper, JOINTS_TYPE, _Take(_track('grippers', hand), opening))
        if source.tip and source.tip == source.joints:
            forward = partial(_tip_at_joints, source, kinematics)
            add(source.joints, JOINTS_TYPE, _Take(_track('tips', hand), forward))
        elif source.tip:
            add(source.tip, POSE_TYPE, _Take(_track('tips', hand), partial(_tip, source)))
    pedals = (
        (CLUTCH, mapping.clutch),
        (CAMERA, mapping.camera),
        (PRESENT, mapping.operator_present),
    )
    for name, pedal in pedals:
        if pedal is not None:
            pressed = partial(_pressed_of, pedal.button)
            add(pedal.topic, JOY_TYPE, _Take(_track('pedals', name), pressed))
    return sources


def _track(kind: str, key: Any) -> Callable[[ConsoleRecording], Track]:
    def of(console: ConsoleRecording) -> Track:
        track: Track = getattr(console, kind)[key]
        return track

    return of


def _refuse_empty(recording: Recording) -> None:
    if recording.count == 0:
        raise DeviceError(
            f'recording {str(recording.path)!r} is empty; allowed: one with the poses of a '
            'master; choose another recording'
        )


def _check_type(recording: Recording, name: str, actual: str, type_name: str) -> None:
    if actual != type_name:
        raise DeviceError(
            f'topic {name} of recording {str(recording.path)!r} is of type {actual!r}; '
            f'allowed: {type_name}; choose another recording'
        )


def _seen(source: HandSource, content: Any, dropped: Counter[str]) -> Array | None:
    T = _pose(content, dropped)
    return None if T is None else source.to_view(T)


def _tip(source: HandSource, content: Any, dropped: Counter[str]) -> Array | None:
    T = _pose(content, dropped)
    return None if T is None else source.T_view_source @ T


def _at_joints(
    source: HandSource, kinematics: Kinematics | None, content: Any, dropped: Counter[str]
) -> Array | None:
    T = _forward(source, kinematics, content, dropped)
    return None if T is None else source.to_view(T)


def _tip_at_joints(
    source: HandSource, kinematics: Kinematics | None, content: Any, _dropped: Counter[str]
) -> Array | None:
    T = _forward(source, kinematics, content, Counter())  # counted as a hand
    return None if T is None else source.T_view_source @ T


def _forward(
    source: HandSource, kinematics: Kinematics | None, content: Any, dropped: Counter[str]
) -> Array | None:
    if kinematics is None:
        raise DeviceError(
            f'joints of {source.arm} are to be a pose, and no arms are known; allowed: with '
            'config/arms.yaml; name it'
        )
    if not len(content.position) or not all(map(math.isfinite, content.position)):
        dropped['with joints that are not finite: left out'] += 1
        return None
    return kinematics(source.arm, [float(q) for q in content.position])


def _opening(source: HandSource, content: Any, dropped: Counter[str]) -> float | None:
    names = list(content.name)
    at = names.index(source.gripper_joint) if source.gripper_joint in names else 0
    if len(content.position) <= at or not math.isfinite(content.position[at]):
        dropped['without a finite gripper angle: left out'] += 1
        return None
    return source.opening(float(content.position[at]))


def _pressed_of(button: int, content: Any, dropped: Counter[str]) -> bool:
    return _pressed(content, button)


def _pressed(content: Any, button: int) -> bool:
    return len(content.buttons) > button and int(content.buttons[button]) == PRESSED


def _pose(content: Any, dropped: Counter[str]) -> Array | None:
    p, q = content.pose.position, content.pose.orientation
    numbers = (p.x, p.y, p.z, q.x, q.y, q.z, q.w)
    if not all(map(math.isfinite, numbers)):
        dropped['with a pose that is not finite: left out'] += 1
        return None
    norm = math.sqrt(q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w)
    if abs(norm - 1.0) > UNIT_TOLERANCE:
        dropped['with a quaternion that is not of length one: left out'] += 1
        return None
    return pose(rotation_from_quaternion(np.array([q.x, q.y, q.z, q.w]) / norm), (p.x, p.y, p.z))


def _angle(content: Any, dropped: Counter[str]) -> float | None:
    if len(content.position) == 0 or not math.isfinite(content.position[0]):
        dropped['without a finite gripper angle: left out'] += 1
        return None
    return float(content.position[0])


def latest(track: Track, instants: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each instant the index of the track's newest message, -1 before the first."""
    times = np.asarray(track.times, dtype=np.int64)
    return np.searchsorted(times, instants, side='right') - 1
