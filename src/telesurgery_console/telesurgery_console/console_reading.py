"""Read the operator's hands and pedals out of a recording."""

from __future__ import annotations

from collections import Counter
from typing import Any

from telesurgery_console.console_recording import (
    CAMERA,
    CLUTCH,
    PRESENT,
    ConsoleRecording,
    TimeSource,
    Track,
)
from telesurgery_console.console_topics import Kinematics, Take, mapped, masters_of
from telesurgery_console.errors import DeviceError
from telesurgery_console.recorded_topic import RecordedTopic
from telesurgery_console.replay_mapping import ReplayMapping
from telesurgery_core.types import Hand
from telesurgery_recording.reader import Recording


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
    sources = masters_of(recording) if mapping is None else mapped(recording, mapping, kinematics)
    console = ConsoleRecording(
        source=str(recording.path),
        poses={hand: Track() for hand in Hand},
        grippers={hand: Track() for hand in Hand},
        pedals={pedal: Track() for pedal in (CLUTCH, CAMERA, PRESENT)},
        tips={hand: Track() for hand in Hand},
        dropped=Counter(),
    )
    heard: dict[str, RecordedTopic] = {}
    for topic in sources:
        recording.require(topic)
        heard[topic] = RecordedTopic()
    for message in recording.messages(sources):
        heard[message.topic].take(recording, message, console.dropped)
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


def _fill(take: Take, console: ConsoleRecording, times: list[int], contents: list[Any]) -> None:
    track = take.track(console)
    for time_ns, content in zip(times, contents, strict=True):
        value = take.value(content, console.dropped)
        if value is not None:
            track.times.append(time_ns)
            track.values.append(value)
