"""Everything that was recorded of a run, at both ends: what all figures are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from telesurgery_link.channels import Direction
from telesurgery_qualify.load import Kind, Plan
from telesurgery_qualify.samples import Samples


@dataclass(frozen=True, slots=True)
class Reading:
    """What the receiving session had counted by a moment; taken once a second."""

    at_ns: int
    """The receiver's clock."""
    datagrams_received: int
    datagrams_lost: int
    loss_bursts: int
    """Number of runs of datagrams lost one after the other."""
    video_bytes: int
    """Payload of all fragments of pictures, those of incomplete pictures included."""
    offset_ns: int | None = None
    """The sender's clock less the receiver's, as the session estimates it; None: not known."""
    offset_uncertainty_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What the sender says at the end to have done."""

    frames: Mapping[Kind, int]
    skipped: Mapping[Kind, int]
    """Slots that it missed because it was too slow itself."""


@dataclass(frozen=True, slots=True)
class DirectionEvidence:
    """What is known of one direction."""

    control: Samples
    video: Samples
    readings: tuple[Reading, ...]
    sent: Sent | None
    """None: the sender's own word never came."""
    ended_ns: int
    """The receiver's clock when nothing more could come."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a run."""

    plan: Plan
    name: str
    """The link, in the words of whoever started the run."""
    is_emulated: bool
    """Both ends stood on one machine, and so had one clock."""
    is_sealed: bool
    started: str
    """Date and time, ISO 8601."""
    directions: Mapping[Direction, DirectionEvidence]
    ended_early: str = ''
    """Why the run did not last as long as planned; empty: it did."""
