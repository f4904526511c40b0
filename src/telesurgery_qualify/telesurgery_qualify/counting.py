"""What a session has counted, as a reading."""

from __future__ import annotations

from telesurgery_link.channels import Direction
from telesurgery_link.session import Session
from telesurgery_qualify.evidence import Reading
from telesurgery_qualify.load import CHANNELS, Kind


def read_session(session: Session, direction: Direction, now_ns: int) -> Reading:
    """Return what the session has counted of the direction that leads to it."""
    return Reading(
        at_ns=now_ns,
        datagrams_received=session.peer.received,
        datagrams_lost=session.peer.lost,
        loss_bursts=0,
        video_bytes=session.received_bytes(CHANNELS[Kind.VIDEO, direction].id),
    )
