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
    STRANGER = "a datagram from somebody else's address than the peer's"
    FORGED = 'a datagram that does not prove itself: another key, forged, or damaged'
    UNKNOWN_KEY = 'a datagram sealed with a key that this gateway does not hold'
    STALE = 'an exchange of keys that is over'
    NOT_SEALED = 'an unsealed frame, which a gateway with a key does not take'
    SEALED = 'a sealed datagram, and this gateway has no key'
    WRONG_PATH = 'a frame of another path than the one it came by'
    SAME_SIDE = 'a gateway that stands on the same side as this one'
    BUSY = 'an exchange of keys put off: too many at once'


class RefusedFrameError(LinkError):
    """A datagram that is no frame of this protocol; ``reason`` says why."""

    def __init__(self, reason: Refusal) -> None:
        """Name the reason."""
        super().__init__(f'datagram refused: {reason.value}')
        self.reason = reason


class PortError(LinkError):
    """A UDP port or address that cannot be used."""


class KeyMaterialError(LinkError):
    """A key or certificate that cannot be used; the text says of a file what is wrong with it."""


class KeyFileError(LinkError):
    """A key file or certificate that cannot be used; the text names it and the remedy."""
