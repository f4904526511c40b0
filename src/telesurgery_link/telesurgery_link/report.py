"""What one side knows of the link at one moment; quantities that are not known are NaN."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_link.clock import ClockEstimate
from telesurgery_link.gaps import Bursts
from telesurgery_link.samples import Percentiles
from telesurgery_link.state import LinkState


@dataclass(frozen=True, slots=True)
class PathReport:
    """What is known of one path."""

    name: str
    alive: bool
    carries_media: bool
    round_trip_ms: Percentiles
    jitter_ms: float
    loss_ratio: float
    receive_mbit_s: float
    send_mbit_s: float


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What is known of the link."""

    state: LinkState
    sealed: bool
    key_exchanges: int
    round_trip_ms: Percentiles
    """First answer to each ping, whichever path it came by."""
    one_way_in_ms: Percentiles
    one_way_out_ms: Percentiles
    clock: ClockEstimate
    clock_restarts: int
    control_age_ms: float
    control_gap_max_ms: float
    jitter_ms: float
    loss_ratio: float
    bursts: Bursts
    reordered_ratio: float
    duplicate_ratio: float
    receive_hz: float
    receive_mbit_s: float
    send_hz: float
    send_mbit_s: float
    newest_age_ms: float
    frames_sent: int
    frames_received: int
    frames_lost: int
    frames_refused: int
    media_switches: int
    paths: tuple[PathReport, ...]

    @property
    def connected(self) -> bool:
        """Whether a frame of the peer arrived within the peer timeout."""
        return self.state is LinkState.CONNECTED
