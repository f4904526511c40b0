"""Bags of either side become one Session.

A topic that is in several bags is read from the patient side's bag, where its values were made or
acted upon: the other holds what came through the link. ``/link/status`` is read from all of them,
because each side measures its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from telesurgery_recording.errors import RecordingError
from telesurgery_recording.reader import Message, Recording
from telesurgery_report import rows
from telesurgery_report.errors import ReportError
from telesurgery_report.session import ImageTrack, Session

COMMAND = '/teleop/command'
COMMAND_TRACE = '/trace/command'
TARGET_TRACE = '/trace/target'
LINK_TRACE = '/trace/link'
RELAY_TRACE = '/trace/relay'
LINK_STATUS = '/link/status'
SAFETY_STATE = '/safety/state'
SIMULATOR_STATE = '/simulator/state'
LINK_POSES = '/simulator/link_poses'
CAMERAS = {
    'endoscope': '/endoscope/image_raw/compressed',
    'room_camera': '/room_camera/image_raw/compressed',
}
PATIENT_SIDE_ONLY = (TARGET_TRACE, COMMAND_TRACE, LINK_POSES)

Take = Callable[[Any], rows.Row]


def load(paths: Sequence[Path], *, arms: Sequence[str], links: Sequence[str]) -> Session:
    """Read the bags at ``paths`` into one Session.

    ``arms`` are the arms whose setpoints, ``links`` the links whose true poses are wanted.

    Raises RecordingError for a bag that is missing or unreadable, and ReportError for bags that
    hold none of the topics of a session.
    """
    setpoints = {arm: f'/{arm}/local/setpoint_cp' for arm in arms}
    takes = _takes(setpoints.values(), links)
    kept: dict[str, list[rows.Row]] = {topic: [] for topic in takes}
    recorded: list[int] = []
    with ExitStack() as opened:
        recordings = [
            opened.enter_context(Recording(path)) for path in dict.fromkeys(map(Path, paths))
        ]
        source = _source_of_topics(recordings, takes)
        for recording in recordings:
            own = {topic for topic in takes if source.get(topic) is recording}
            for message in recording.messages(own | {LINK_STATUS}):
                row = _taken(takes[message.topic], recording, message)
                if row is not None:
                    kept[message.topic].append(row)
                    recorded.append(message.received_ns)

    if not recorded:
        raise ReportError(
            f'bags {", ".join(repr(str(path)) for path in paths)} hold nothing that can be '
            'decoded; allowed: bags of a session; record one'
        )
    return Session(
        start_ns=min(recorded),
        end_ns=max(recorded),
        command_targets=rows.commands_of(kept[COMMAND_TRACE]),
        handed_targets=rows.targets_of(kept[TARGET_TRACE]),
        link_passages=rows.passages_of(kept[LINK_TRACE], COMMAND),
        relay_passages=rows.relays_of(kept[RELAY_TRACE]),
        simulator=rows.simulator_of(kept[SIMULATOR_STATE]),
        safety=rows.safety_of(kept[SAFETY_STATE]),
        link_sides=rows.link_sides_of(kept[LINK_STATUS]),
        setpoints={arm: rows.track_of(kept[topic]) for arm, topic in setpoints.items()},
        link_poses=rows.link_tracks_of(kept[LINK_POSES]),
        cameras={
            camera: rows.images_of(kept[topic], source[topic].path, topic)
            for camera, topic in CAMERAS.items()
            if kept[topic]
        },
    )


def load_frame(camera: ImageTrack, index: int) -> bytes:
    """Return one frame of a camera as it was recorded (JPEG); ReportError when it is gone."""
    wanted_ns = int(camera.stamp_ns[index])
    with Recording(camera.bag) as recording:
        for recorded in recording.messages({camera.topic}):
            message = recording.decode(recorded)
            if rows.stamp_ns(message.header.stamp) == wanted_ns:
                return bytes(message.data)
    raise ReportError(
        f'bag {str(camera.bag)!r} has no frame of {camera.topic} stamped {wanted_ns}; '
        'allowed: the bag as it was loaded; report again'
    )


def _taken(take: Take, recording: Recording, message: Message) -> rows.Row | None:
    """Return what is kept of a message; None of one that is damaged."""
    try:
        decoded = recording.decode(message)
    except RecordingError:
        recording.require(message.topic)  # all of that topic cannot be decoded: that is told
        return None
    try:
        return take(decoded)
    except AttributeError as error:  # the definition in the recording is not the one known here
        raise ReportError(
            f'{message.topic} in {str(recording.path)!r} is of type {message.type!r} and '
            f'lacks a field ({error}); allowed: bags of this version; record the session again'
        ) from error


def _takes(setpoint_topics: Iterable[str], links: Sequence[str]) -> dict[str, Take]:
    """Return what is kept of a message, by topic."""
    return {
        COMMAND_TRACE: rows.command_row,
        TARGET_TRACE: rows.target_row,
        LINK_TRACE: rows.link_row,
        RELAY_TRACE: rows.relay_row,
        LINK_STATUS: rows.status_row,
        SAFETY_STATE: rows.safety_row,
        SIMULATOR_STATE: rows.simulator_row,
        LINK_POSES: rows.link_poses_row(links),
        **dict.fromkeys(setpoint_topics, rows.setpoint_row),
        **dict.fromkeys(CAMERAS.values(), rows.image_row),
    }


def _source_of_topics(
    recordings: Sequence[Recording], wanted: Collection[str]
) -> dict[str, Recording]:
    """Return from which bag each topic is read; ReportError where the bags hold none of them."""
    names = 'bags ' + ', '.join(repr(str(recording.path)) for recording in recordings)
    held = [_held_topics(recording) for recording in recordings]
    if not any(held):
        raise ReportError(f'{names} hold no message; allowed: bags of a session; record one')
    if not any(topics.intersection(wanted) for topics in held):
        raise ReportError(
            f'{names} hold none of the topics of a session; allowed: bags with some of '
            f'{", ".join(wanted)}; give the bags that a session wrote'
        )
    patient_last = sorted(
        zip(held, recordings, strict=True),
        key=lambda pair: len(pair[0].intersection(PATIENT_SIDE_ONLY)),
    )
    return {topic: recording for topics, recording in patient_last for topic in topics}


def _held_topics(recording: Recording) -> set[str]:
    return {name for name, topic in recording.topics.items() if topic.count}
