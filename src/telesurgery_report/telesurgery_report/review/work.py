"""The part of a session in which hands drove the robot.

Homing before it, and what the arms do once the operator has gone, is nobody's skill: a tip's way
to its home is longer than many a task.
"""

from __future__ import annotations

from collections.abc import Mapping

from telesurgery_report.review.evidence import Evidence
from telesurgery_report.review.holds import FOLLOWING, intervals
from telesurgery_report.session import PointTrack

DRIVEN = (FOLLOWING, 'local')
"""States in which a remote hand, or one at the bedside, moves an arm."""


def work_of(evidence: Evidence) -> tuple[int, int] | None:
    """Return when an arm first followed a hand, and when one last did [ns]; None: none ever."""
    followed = [
        interval
        for states in evidence.arms.values()
        for driven in DRIVEN
        for interval in intervals(states, driven)
    ]
    if not followed:
        return None
    return min(start for start, _ in followed), max(end for _, end in followed)


def during(
    work: tuple[int, int] | None, tracks: Mapping[str, PointTrack]
) -> dict[str, PointTrack]:
    """Return the parts of the tracks that lie in it; all of them where nobody worked."""
    if work is None:
        return dict(tracks)
    return {name: track.between(*work) for name, track in tracks.items()}
