"""Errors of the link."""

from __future__ import annotations

from enum import Enum

from telesurgery_core.errors import TelesurgeryError


class LinkError(TelesurgeryError):
    """Root of the link's errors."""


class Refusal(Enum):
    """Why a datagram is not taken; the value is fit for the log."""

    TOO_SHORT = 'shorter than any frame'
    FOREIGN = 'not a frame of this protocol'
    VERSION = 'a frame of another version of this protocol'
    DAMAGED = 'a frame whose checksum is wrong'
    MALFORMED = 'a frame with impossible fields'
    REFLECTED = 'a frame that this gateway sent itself'
    RETIRED = 'a frame of a session that has been replaced'
    REPEATED = 'a frame that has been taken before'
    UNKNOWN_CHANNEL = 'a message of a channel that is not in the channel table'
    WRONG_SESSION = 'an answer to another session'
    STRANGER = 'a datagram from somebody else than the peer'


class RefusedFrameError(LinkError):
    """A datagram that is no frame of this protocol; ``reason`` says why."""

    def __init__(self, reason: Refusal) -> None:
        """Name the reason."""
        super().__init__(f'datagram refused: {reason.value}')
        self.reason = reason


class PortError(LinkError):
    """A UDP port or address that cannot be used."""
