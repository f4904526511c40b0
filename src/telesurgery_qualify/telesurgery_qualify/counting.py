"""What a session has counted, as a reading."""

from __future__ import annotations

from telesurgery_link.channels import Direction
from telesurgery_link.session import Session
from telesurgery_qualify.evidence import Reading
from telesurgery_qualify.load import CHANNELS, LONGEST_S, NS_PER_S, Kind

WINDOW_NS = round(2 * LONGEST_S * NS_PER_S)
"""Window of a session whose readings tell of the whole run."""


def read_session(session: Session, direction: Direction, now_ns: int) -> Reading:
    """Return what a session of such a window has counted of the direction that leads to it."""
    report = session.report(now_ns)
    clock = report.clock
    return Reading(
        at_ns=now_ns,
        datagrams_received=report.frames_received,
        datagrams_lost=report.frames_lost,
        loss_bursts=report.bursts.count,
        video_bytes=session.incoming.find(CHANNELS[Kind.VIDEO, direction].id).received_bytes,
        offset_ns=round(clock.offset_ns) if clock.is_known else None,
        offset_uncertainty_ns=round(clock.uncertainty_ns) if clock.is_known else None,
    )
