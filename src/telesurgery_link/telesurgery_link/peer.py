"""Who is at the other end: the peer's session, and what is measured of it."""

from __future__ import annotations

from collections import deque
from enum import Enum

from telesurgery_link.arrivals import Arrivals

REMEMBERED = 64
"""How many replaced sessions are recognised: what is still on its way must not revive them."""


class Recognition(Enum):
    """What a frame's session says about its sender."""

    KNOWN = 'the peer as it is known'
    NEW = 'a peer that has just started'
    RETIRED = 'a peer that has been replaced'


class Peer:
    """The peer's present session; a peer that starts anew has a new one.

    Attributes:
        session: its number; 0 before the first frame.
        restarts: how often the session has been replaced.
        arrivals: what is measured of the present session.
    """

    def __init__(self, window_ns: int) -> None:
        self.session = 0
        self.restarts = 0
        self.arrivals = Arrivals(window_ns)
        self._window_ns = window_ns
        self._retired: deque[int] = deque(maxlen=REMEMBERED)
        self._received_before = 0
        self._lost_before = 0

    def recognise(self, session: int) -> Recognition:
        """Take the session of a frame that arrived."""
        if session == self.session:
            return Recognition.KNOWN
        if session in self._retired:
            return Recognition.RETIRED
        if self.session:
            self._retire()
        self.session = session
        return Recognition.NEW

    @property
    def received(self) -> int:
        """Number of datagrams of all its sessions."""
        return self._received_before + self.arrivals.received

    @property
    def lost(self) -> int:
        """Number of datagrams of all its sessions that never came."""
        return self._lost_before + self.arrivals.lost

    def _retire(self) -> None:
        self._retired.append(self.session)
        self.restarts += 1
        self._received_before, self._lost_before = self.received, self.lost
        self.arrivals = Arrivals(self._window_ns)
