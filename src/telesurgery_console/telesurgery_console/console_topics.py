"""Which topics of a recording are the operator's hands and pedals, and what their messages say.

Any rosbag2 with CRTK masters will do: ``MTML`` or ``MTMR`` with ``measured_cp``, and if present
``gripper/measured_js``, ``console/clutch``, ``console/camera``, ``console/operator_present``, each
also below a namespace. With a mapping any poses or joints do.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from telesurgery_console.console_recording import CAMERA, CLUTCH, PRESENT, ConsoleRecording, Track
from telesurgery_console.errors import DeviceError
from telesurgery_console.replay_mapping import HandSource, ReplayMapping
from telesurgery_core.transforms import Array, pose, rotation_from_quaternion
from telesurgery_core.types import Hand
from telesurgery_recording.pose_check import fault_of
from telesurgery_recording.reader import Recording

Kinematics = Callable[[str, Sequence[float]], Array]
"""The tip of an arm in its remote centre ``(4, 4)`` at joint positions."""

POSE_TYPE = 'geometry_msgs/msg/PoseStamped'
JOINTS_TYPE = 'sensor_msgs/msg/JointState'
JOY_TYPE = 'sensor_msgs/msg/Joy'
PRESSED = 1


@dataclass(frozen=True, slots=True)
class Take:
    """What becomes of the messages of a topic."""

    track: Callable[[ConsoleRecording], Track]
    value: Callable[[Any, Counter[str]], Any]


Sources = dict[str, list[Take]]
"""What is taken of each topic."""


def masters_of(recording: Recording) -> Sources:
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


def _take_of(plain: str) -> Take:
    first, _, rest = plain.partition('/')
    if first == 'console':
        return Take(lambda console: console.pedals[plain], lambda m, _: _pressed(m, 0))
    hand = Hand(first)
    if rest == 'measured_cp':
        return Take(lambda console: console.poses[hand], _pose)
    return Take(lambda console: console.grippers[hand], _angle)


def mapped(recording: Recording, mapping: ReplayMapping, kinematics: Kinematics | None) -> Sources:
    """Return what a mapping says."""
    _refuse_empty(recording)
    topics = recording.topics
    sources: Sources = {}

    def add(topic: str, type_name: str, take: Take) -> None:
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
            add(source.pose, POSE_TYPE, Take(_track('poses', hand), partial(_seen, source)))
        else:
            forward = partial(_at_joints, source, kinematics)
            add(source.joints, JOINTS_TYPE, Take(_track('poses', hand), forward))
        if source.gripper:
            opening = partial(_opening, source)
            add(source.gripper, JOINTS_TYPE, Take(_track('grippers', hand), opening))
        if source.tip and source.tip == source.joints:
            forward = partial(_tip_at_joints, source, kinematics)
            add(source.joints, JOINTS_TYPE, Take(_track('tips', hand), forward))
        elif source.tip:
            add(source.tip, POSE_TYPE, Take(_track('tips', hand), partial(_tip, source)))
    pedals = (
        (CLUTCH, mapping.clutch),
        (CAMERA, mapping.camera),
        (PRESENT, mapping.operator_present),
    )
    for name, pedal in pedals:
        if pedal is not None:
            pressed = partial(_pressed_of, pedal.button)
            add(pedal.topic, JOY_TYPE, Take(_track('pedals', name), pressed))
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
    position, orientation = content.pose.position, content.pose.orientation
    p = (position.x, position.y, position.z)
    q = (orientation.x, orientation.y, orientation.z, orientation.w)
    fault = fault_of(p, q)
    if fault:
        dropped[f'with {fault}: left out'] += 1
        return None
    return pose(rotation_from_quaternion(np.array(q) / math.hypot(*q)), p)


def _angle(content: Any, dropped: Counter[str]) -> float | None:
    if len(content.position) == 0 or not math.isfinite(content.position[0]):
        dropped['without a finite gripper angle: left out'] += 1
        return None
    return float(content.position[0])
