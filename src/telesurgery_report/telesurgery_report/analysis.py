"""Everything that is computed of a session: what could be measured, and why the rest could not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array, inverse
from telesurgery_report import counters
from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.latency import CommandLatency, command_latency, relay_latency_ms
from telesurgery_report.rcm import shaft_distance_mm
from telesurgery_report.realtime import frame_rate_hz, real_time_factors
from telesurgery_report.session import PoseTrack, Session
from telesurgery_report.tracking import Tracking, track

T = TypeVar('T')

NOWHERE = PoseTrack.empty()


@dataclass(frozen=True, slots=True)
class Analysis:
    """The measured quantities; None, or absent from a mapping, is what ``missing`` explains."""

    real_time_factors: Array | None
    endoscope_hz: float | None
    latency: CommandLatency | None
    relay_ms: Array | None
    tracking: Mapping[str, Tracking]
    """By arm; points are in the patient frame."""
    shaft_mm: Mapping[str, Array]
    """By arm: distance of the shaft from the port at every pose ``(n,)``."""
    frames_sent: int | None
    frames_lost: int | None
    holds: int | None
    missing: Mapping[str, str]
    """By quantity (as ``summary.json`` names it; ``NAME.ARM`` for one arm): the reason."""


def shaft_link(arm: str) -> str:
    """Return the link whose z axis is the axis of an arm's shaft."""
    return f'{arm}_roll_link'


def tip_link(robot: RobotDescription, arm: str) -> str:
    """Return the link whose origin is an arm's tip: its last joint's."""
    return f'{arm}_{robot.model_of(arm).joints[-1].name}_link'


def needed_links(robot: RobotDescription) -> list[str]:
    """Return the links whose true poses the analysis uses."""
    return [name for arm in robot.arms for name in (shaft_link(arm), tip_link(robot, arm))]


def analyse(session: Session, robot: RobotDescription) -> Analysis:
    """Compute every quantity that the session's bags allow."""
    missing: dict[str, str] = {}

    def attempt(key: str, measure: Callable[[], T]) -> T | None:
        try:
            return measure()
        except NotMeasuredError as reason:
            missing[key] = str(reason)
            return None

    tracking: dict[str, Tracking] = {}
    shaft_mm: dict[str, Array] = {}
    for arm in robot.arms:
        tracked = attempt(f'tracking.{arm}', partial(_tracking, session, robot, arm))
        if tracked:
            tracking[arm] = tracked
        distance = attempt(f'rcm.{arm}', partial(_shaft_distance, session, robot, arm))
        if distance is not None:
            shaft_mm[arm] = distance
    endoscope = session.cameras.get('endoscope')
    return Analysis(
        real_time_factors=attempt(
            'real_time_factor_median', lambda: real_time_factors(session.simulator)
        ),
        endoscope_hz=attempt('endoscope_hz', lambda: frame_rate_hz(endoscope, name='endoscope')),
        latency=attempt('software_latency_ms', lambda: command_latency(session)),
        relay_ms=attempt('relay_latency_ms', lambda: relay_latency_ms(session)),
        tracking=tracking,
        shaft_mm=shaft_mm,
        frames_sent=attempt('frames_sent', lambda: counters.frames_sent(session.link_sides)),
        frames_lost=attempt('frames_lost', lambda: counters.frames_lost(session.link_sides)),
        holds=attempt('holds', lambda: counters.holds(session.safety)),
        missing=missing,
    )


def _tracking(session: Session, robot: RobotDescription, arm: str) -> Tracking:
    T_patient_world = inverse(robot.T_world_patient.T)
    start_ns = session.safety.followed_from_ns(arm)
    if start_ns is None:
        raise NotMeasuredError(f'{arm} never followed a hand, as far as /safety/state tells')
    setpoint = session.setpoints.get(arm, NOWHERE).since(start_ns)
    tip = session.link_poses.get(tip_link(robot, arm), NOWHERE)
    return track(
        setpoint.points_in(robot.arms[arm].T_patient_rcm.T),
        tip.points_in(T_patient_world),
        arm=arm,
    )


def _shaft_distance(session: Session, robot: RobotDescription, arm: str) -> Array:
    shaft = session.link_poses.get(shaft_link(arm), NOWHERE)
    return shaft_distance_mm(shaft, robot.T_world_rcm(arm)[:3, 3], arm=arm)
