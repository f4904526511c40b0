"""Everything that a session measures of the link besides its paths."""

from __future__ import annotations

import math
from collections import deque

from telesurgery_link.clock import PeerClock
from telesurgery_link.control import ControlFreshness, OneWay
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.frames import Echo, Frame
from telesurgery_link.meter import Meter
from telesurgery_link.round_trip import RoundTrip
from telesurgery_link.state import StateWatch

LONGEST_ROUND_TRIP_NS = 60_000_000_000
"""An echo that claims more is not believed."""

REMEMBERED_PINGS = 256
"""How many pings back the second answer to one is told from the first."""


class Measurement:
    """Takes what happens, for the report.

    Attributes:
        round_trip: the first answers to the pings.
        clock: what is known of the peer's clock.
        incoming: one-way times of control messages from the peer.
        outgoing: one-way times of pings to the peer.
        control: how fresh the peer's control messages are.
        sent: frames put on their way.
        repeated: datagrams that came again.
        watch: why there may be no connection.
    """

    def __init__(self, window_ns: int) -> None:
        self.round_trip = RoundTrip(window_ns)
        self.clock = PeerClock()
        self.incoming = OneWay(+1, window_ns)
        self.outgoing = OneWay(-1, window_ns)
        self.control = ControlFreshness(window_ns)
        self.sent = Meter(window_ns)
        self.repeated = Meter(window_ns)
        self.watch = StateWatch()
        self._answered: deque[int] = deque(maxlen=REMEMBERED_PINGS)

    def take_refusal(self, refusal: Refusal, now_ns: int) -> None:
        """Take that a datagram was refused."""
        self.watch.note(refusal, now_ns)
        if refusal is Refusal.REPEATED:
            self.repeated.note(0, now_ns)

    def duplicate_ratio(self, received: int, now_ns: int) -> float:
        """Return the share of datagrams that came again, beside so many distinct ones."""
        repeated = self.repeated.count_within(now_ns)
        return repeated / (received + repeated) if received else math.nan

    def take_echo(self, frame: Frame, echo: Echo, now_ns: int) -> tuple[int, bool]:
        """Take an answer; return its round trip [ns], and whether a clock has jumped.

        RefusedFrameError for an answer whose stamps are impossible.
        """
        round_trip_ns = (now_ns - echo.origin_ns) - (frame.sent_ns - echo.received_ns)
        if not 0 <= round_trip_ns <= LONGEST_ROUND_TRIP_NS:
            raise RefusedFrameError(Refusal.MALFORMED)
        jumped = self.clock.take(echo.origin_ns, echo.received_ns, frame.sent_ns, now_ns)
        if jumped:
            self.forget_clock()
        if echo.origin_ns not in self._answered:  # the first answer to this ping
            self._answered.append(echo.origin_ns)
            self.round_trip.add(round_trip_ns, now_ns)
            self.outgoing.add(echo.received_ns - echo.origin_ns, now_ns)
        return round_trip_ns, jumped

    def take_control(self, sent_ns: int, taken_ns: int, now_ns: int) -> None:
        """Take that a control message has come."""
        self.incoming.add(now_ns - sent_ns, now_ns)
        self.control.note(taken_ns, now_ns)

    def forget_clock(self) -> None:
        """Forget what rested on the peer's clock as it was."""
        self.incoming.clear()
        self.outgoing.clear()
        self.control.restart()

    def meet(self) -> None:
        """Begin anew with a peer that has just started: its clock may be another one."""
        restarts = self.clock.restarts
        self.clock = PeerClock()
        self.clock.restarts = restarts
        self.forget_clock()
