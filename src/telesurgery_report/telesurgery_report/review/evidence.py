"""What a review reads of a session beyond what its summary needs: hands, commands, states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import Array, inverse
from telesurgery_report import rows
from telesurgery_report.analysis import Analysis, analyse, needed_links, tip_link
from telesurgery_report.load import COMMAND, LINK_STATUS, SAFETY_STATE, load
from telesurgery_report.review.decisions import Holders, Noted
from telesurgery_report.review.reading import (
    AUTHORITY,
    CLUTCH,
    EVENTS,
    HANDS,
    JOINT_STATES,
    MOTION_STATE,
    read,
)
from telesurgery_report.session import Integers, PointTrack, PoseTrack, Session
from telesurgery_report.summary import Summary, summarise


@dataclass(frozen=True, slots=True)
class HandCommands:
    """What one hand asked of one arm, a row a command."""

    hand: str
    arm: str
    stamp_ns: Integers
    engaged: NDArray[np.bool_]
    epoch: Integers
    p: Array
    """Displacement since the engagement ``(n, 3)`` [m], scaled and filtered, in the view."""


@dataclass(frozen=True, slots=True)
class ArmStates:
    """What the supervisor said of one arm, a row a message of ``/safety/state``."""

    stamp_ns: Integers
    state: tuple[str, ...]
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkHistory:
    """What one side's gateway measured over time, arrays ``(n,)``; NaN: not known."""

    stamp_ns: Integers
    round_trip_p50_ms: Array
    round_trip_p99_ms: Array
    jitter_ms: Array
    loss_ratio: Array
    send_mbit_s: Array
    receive_mbit_s: Array


@dataclass(frozen=True, slots=True)
class Evidence:
    """A session with everything that its review needs; what was not recorded is empty."""

    name: str
    session: Session
    analysis: Analysis
    summary: Summary
    robot: RobotDescription
    hands: Mapping[str, PoseTrack]
    """By hand: the master in the view, as it was measured."""
    commands: Sequence[HandCommands]
    arms: Mapping[str, ArmStates]
    scale_ns: Integers
    scale: Array
    """The operator's scale over time ``(n,)``."""
    clutch_ns: Integers
    clutch: NDArray[np.bool_]
    links: Mapping[str, LinkHistory]
    """By side."""
    tips: Mapping[str, PointTrack]
    """By arm: where the tip was, in the patient frame."""
    setpoints: Mapping[str, PointTrack]
    """By arm: where it was told to be."""
    events: Sequence[Noted]
    """What the event log says, in its order."""
    holders: Holders
    gaps: tuple[str, ...]
    """What the bags lack."""


def read_evidence(
    bags: Sequence[Path], robot: RobotDescription, settings: Mapping[str, str], name: str
) -> Evidence:
    """Read a session of one or more bags.

    Raises RecordingError for a bag that is missing or unreadable, and ReportError for bags that
    hold nothing of a session.
    """
    session = load(bags, arms=list(robot.arms), links=needed_links(robot))
    analysis = analyse(session, robot)
    kept, gaps = read(bags)
    commands = _commands_of(kept[COMMAND])
    motion = sorted(kept[MOTION_STATE])
    clutch = sorted(kept[CLUTCH])
    return Evidence(
        name=name,
        session=session,
        analysis=analysis,
        summary=summarise(session, analysis, settings),
        robot=robot,
        hands={hand: rows.track_of(kept[f'/{hand}/measured_cp']) for hand in HANDS},
        commands=commands,
        arms=_states_of(kept[SAFETY_STATE]),
        scale_ns=_integers([row[0] for row in motion]),
        scale=np.array([row[1] for row in motion], dtype=float),
        clutch_ns=_integers([row[0] for row in clutch]),
        clutch=np.array([row[1] for row in clutch], dtype=bool),
        links=_links_of(kept[LINK_STATUS]),
        tips=_tips_of(session, robot, kept[JOINT_STATES]),
        setpoints={
            arm: track.points_in(robot.arms[arm].T_patient_rcm.T)
            for arm, track in session.setpoints.items()
            if len(track)
        },
        events=[Noted(*row) for row in sorted(kept[EVENTS], key=lambda row: row[0])],
        holders=_holders_of(kept[AUTHORITY]),
        gaps=gaps,
    )


def _commands_of(kept: Sequence[rows.Row]) -> list[HandCommands]:
    """Return the commands of each pair of hand and arm, in the order of their stamps."""
    by_pair: dict[tuple[str, str], list[rows.Row]] = {}
    for stamp, hands in kept:
        for hand, arm, engaged, epoch, p in hands:
            if arm:
                by_pair.setdefault((hand, arm), []).append((stamp, engaged, epoch, p))
    found = []
    for (hand, arm), own in sorted(by_pair.items(), reverse=True):
        own.sort(key=lambda row: row[0])
        found.append(
            HandCommands(
                hand,
                arm,
                _integers([row[0] for row in own]),
                np.array([row[1] for row in own], dtype=bool),
                _integers([row[2] for row in own]),
                np.array([row[3] for row in own], dtype=float).reshape(-1, 3),
            )
        )
    return found


def _states_of(kept: Sequence[rows.Row]) -> dict[str, ArmStates]:
    by_arm: dict[str, list[tuple[int, str, str]]] = {}
    for stamp, arms in sorted(kept, key=lambda row: row[0]):
        for arm, state, reason in arms:
            by_arm.setdefault(arm, []).append((stamp, state, reason))
    return {
        arm: ArmStates(
            _integers([row[0] for row in own]),
            tuple(row[1] for row in own),
            tuple(row[2] for row in own),
        )
        for arm, own in by_arm.items()
    }


def _links_of(kept: Sequence[rows.Row]) -> dict[str, LinkHistory]:
    histories = {}
    for side in sorted({row[1] for row in kept}):
        own = sorted({row[0]: row for row in kept if row[1] == side}.items())
        columns = np.array([row[2:] for _, row in own], dtype=float).T
        histories[side] = LinkHistory(_integers([stamp for stamp, _ in own]), *columns)
    return histories


def _tips_of(
    session: Session, robot: RobotDescription, joints: Sequence[rows.Row]
) -> dict[str, PointTrack]:
    """Return the true tips, or those of the joint states where there is no truth."""
    T_patient_world = inverse(robot.T_world_patient.T)
    tips: dict[str, PointTrack] = {}
    for arm in robot.arms:
        true = session.link_poses.get(tip_link(robot, arm))
        if true is not None and len(true):
            tips[arm] = true.points_in(T_patient_world)
            continue
        names = robot.arm_joint_names(arm)[: len(robot.model_of(arm).joints)]
        own = [(s, [q[n] for n in names]) for s, q in joints if all(n in q for n in names)]
        if own:
            own.sort(key=lambda row: row[0])
            T = robot.arms[arm].T_patient_rcm.T @ forward(
                robot.model_of(arm), np.array([q for _, q in own])
            )
            stamps, first = np.unique(_integers([s for s, _ in own]), return_index=True)
            tips[arm] = PointTrack(stamps, T[first, :3, 3])
    return tips


def _holders_of(kept: Sequence[rows.Row]) -> Holders:
    own = sorted(kept, key=lambda row: row[0])
    return Holders(_integers([row[0] for row in own]), tuple(row[1] for row in own))


def _integers(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)
