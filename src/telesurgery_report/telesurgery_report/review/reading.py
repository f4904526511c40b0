"""What a review keeps of the messages of a session's bags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from telesurgery_recording.errors import RecordingError
from telesurgery_recording.reader import Recording
from telesurgery_report import rows
from telesurgery_report.load import COMMAND, LINK_STATUS, PATIENT_SIDE_ONLY, SAFETY_STATE
from telesurgery_report.review.gaps import gaps_of

HANDS = ('MTMR', 'MTML')
"""Right and left."""
WANTED_HOLDS = ('operator absent', 'manual')
"""Kinds of hold with which nothing is wrong: the operator went, or somebody told it to stop."""
MOTION_STATE = '/motion/state'
CLUTCH = '/console/clutch'
JOINT_STATES = '/joint_states'
EVENTS = '/events'
AUTHORITY = '/authority/state'


def read(bags: Sequence[Path]) -> tuple[dict[str, list[rows.Row]], tuple[str, ...]]:
    """Return the rows of every topic, and what the bags lack.

    A topic that is in several bags comes from the patient's.
    ``/link/status`` comes from all of them: each side measures its own. Commands come from the
    bag that has most: the surgeon's holds what was sent.
    """
    takes: dict[str, Callable[[Any], rows.Row]] = {
        COMMAND: _command_row,
        SAFETY_STATE: _safety_row,
        LINK_STATUS: _status_row,
        MOTION_STATE: lambda m: (rows.stamp_ns(m.header.stamp), float(m.scale)),
        CLUTCH: lambda m: (rows.stamp_ns(m.header.stamp), bool(len(m.buttons) and m.buttons[0])),
        JOINT_STATES: _joints_row,
        EVENTS: _event_row,
        AUTHORITY: _authority_row,
        **{f'/{hand}/measured_cp': rows.setpoint_row for hand in HANDS},
    }
    kept: dict[str, list[rows.Row]] = {topic: [] for topic in takes}
    gaps: list[str] = []
    with ExitStack() as opened:
        recordings = [opened.enter_context(Recording(bag)) for bag in dict.fromkeys(bags)]
        recordings.sort(key=lambda r: len(set(r.topics).intersection(PATIENT_SIDE_ONLY)))
        source = {topic: recording for recording in recordings for topic in recording.topics}
        fullest = max(
            recordings, key=lambda r: r.topics[COMMAND].count if COMMAND in r.topics else 0
        )
        source[COMMAND] = fullest
        for recording in recordings:
            left_out: Counter[str] = Counter()
            own = {topic for topic in takes if source.get(topic) is recording} | {LINK_STATUS}
            for message in recording.messages(own):
                try:
                    kept[message.topic].append(takes[message.topic](recording.decode(message)))
                except (AttributeError, RecordingError):  # of another version, or damaged
                    left_out[message.topic] += 1
            gaps += gaps_of(recording, left_out)
    return kept, tuple(gaps)


def _command_row(message: Any) -> rows.Row:
    hands = [
        (name, str(hand.arm), bool(hand.engaged), int(hand.epoch), _point(hand.displacement))
        for name, hand in (('MTML', message.left), ('MTMR', message.right))
    ]
    return rows.stamp_ns(message.header.stamp), hands


def _safety_row(message: Any) -> rows.Row:
    arms = [(str(arm.arm), _state(arm), str(arm.reason)) for arm in message.arms]
    return rows.stamp_ns(message.header.stamp), arms


def _state(arm: Any) -> str:
    """Return an arm's state; a hold that people wanted has the name of its kind."""
    state, kind = str(arm.state), str(getattr(arm, 'kind', ''))
    return kind if state == 'hold' and kind in WANTED_HOLDS else state


def _status_row(message: Any) -> rows.Row:
    figures = (
        message.round_trip_p50_ms,
        message.round_trip_p99_ms,
        message.jitter_ms,
        message.loss_ratio,
        getattr(message, 'send_mbit_s', float('nan')),
        getattr(message, 'receive_mbit_s', float('nan')),
    )
    return rows.stamp_ns(message.header.stamp), str(message.side), *map(float, figures)


def _joints_row(message: Any) -> rows.Row:
    joints = dict(zip(map(str, message.name), map(float, message.position), strict=False))
    return rows.stamp_ns(message.header.stamp), joints


def _event_row(message: Any) -> rows.Row:
    words = (message.who, message.what, message.arm, message.why)
    return rows.stamp_ns(message.header.stamp), *map(str, words)


def _authority_row(message: Any) -> rows.Row:
    holders = {str(arm.arm): str(arm.holder) for arm in message.arms}
    return rows.stamp_ns(message.header.stamp), holders


def _point(pose: Any) -> tuple[float, float, float]:
    return pose.position.x, pose.position.y, pose.position.z
