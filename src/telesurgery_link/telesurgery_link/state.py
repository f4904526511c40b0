"""Whether the peer is there, and if not, what arrives instead."""

from __future__ import annotations

from enum import Enum

from telesurgery_link.errors import Refusal

TELLING_NS = 2_000_000_000
"""How long a refused datagram says why there is no connection: eight knocks."""


class LinkState(Enum):
    """The state of the link seen from one side; the value is fit for people."""

    CONNECTED = 'connected'
    WAITING = 'nothing has been heard of the peer'
    SILENT = 'the peer is silent'
    OTHER_VERSION = 'the peer speaks another version of the protocol: update one side'
    OTHER_KEYS = 'what arrives does not prove itself: give both sides matching keys'
    PEER_INSECURE = 'the peer is insecure and this side is sealed: give the peer the key'
    PEER_SEALED = 'the peer is sealed and this side has no key: give it the key'
    SAME_SIDE = 'the peer stands on the same side: let one be surgeon and the other patient'
    CROSSED_PATHS = 'paths are crossed: load the same table of paths on both sides'


TELLING = {
    Refusal.VERSION: LinkState.OTHER_VERSION,
    Refusal.FORGED: LinkState.OTHER_KEYS,
    Refusal.NOT_SEALED: LinkState.PEER_INSECURE,
    Refusal.SEALED: LinkState.PEER_SEALED,
    Refusal.SAME_SIDE: LinkState.SAME_SIDE,
    Refusal.WRONG_PATH: LinkState.CROSSED_PATHS,
}
"""What a refused datagram of the peer's address says about the peer.

Anybody may have sent it: it is shown while there is no connection, and changes nothing.
"""


class StateWatch:
    """Remembers what would explain that there is no connection."""

    def __init__(self) -> None:
        self._told: LinkState | None = None
        self._told_ns = 0

    def note(self, refusal: Refusal, now_ns: int) -> None:
        """Take why a datagram was refused."""
        told = TELLING.get(refusal)
        if told is not None:
            self._told, self._told_ns = told, now_ns

    def state(self, newest_ns: int | None, timeout_ns: int, now_ns: int) -> LinkState:
        """Return the state, given when the peer was last heard."""
        if newest_ns is not None and now_ns - newest_ns <= timeout_ns:
            return LinkState.CONNECTED
        if self._told is not None and now_ns - self._told_ns <= TELLING_NS:
            return self._told
        return LinkState.WAITING if newest_ns is None else LinkState.SILENT
