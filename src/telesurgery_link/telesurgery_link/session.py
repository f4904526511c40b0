"""The link's protocol without any I/O: messages and datagrams in, datagrams and messages out."""

from __future__ import annotations

from collections import Counter

from telesurgery_link import frames
from telesurgery_link.channels import ChannelTable, Policy, Side
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.frames import Acknowledgement, Body, Echo, Frame, Message, Ping
from telesurgery_link.path import Path
from telesurgery_link.peer import Peer, Recognition
from telesurgery_link.receiving import Delivery, ReceivingChannel
from telesurgery_link.sending import SendingChannel
from telesurgery_link.statistics import LinkReport, Novelty, RoundTrip

NS_PER_S = 1_000_000_000
FIRST_TIMEOUT_NS = 250_000_000
"""Wait for an acknowledgement while the round trip is not known."""
LEAST_TIMEOUT_NS = 20_000_000
"""Shortest wait for an acknowledgement."""
LONGEST_ROUND_TRIP_NS = 60 * NS_PER_S
"""An echo that claims more is not believed."""


class Session:
    """One gateway's end of the link, from the start of its process.

    Every method takes ``now_ns`` of one clock that never goes back. After ``send`` or
    ``receive_datagram``, and at ``next_deadline_ns``, ask for ``datagrams_to_send``.

    Attributes:
        refused: number of datagrams not taken, by reason.
        frames_sent: number of frames put on their way.
        path: what the frames pass before they are released.
    """

    def __init__(
        self,
        *,
        session: int,
        side: Side,
        table: ChannelTable,
        path: Path,
        now_ns: int,
        ping_period_ns: int = NS_PER_S // 20,
        peer_timeout_ns: int = NS_PER_S // 2,
        window_ns: int = 10 * NS_PER_S,
    ) -> None:
        """Begin the session of the (random, non-zero) number ``session``."""
        self.session = session
        self.path = path
        self.frames_sent = 0
        self.refused: Counter[Refusal] = Counter()
        self.peer = Peer(window_ns)
        self._sending = {c.id: SendingChannel(c) for c in table.towards(side.sends)}
        self._ordered = [s for s in self._sending.values() if s.channel.policy is Policy.ORDERED]
        self._incoming = table.towards(side.receives)
        self._receiving = self._new_receiving()
        self._round_trip = RoundTrip(window_ns)
        self._ping_period_ns = ping_period_ns
        self._peer_timeout_ns = peer_timeout_ns
        self._next_ping_ns = now_ns
        self._deliveries: list[Delivery] = []
        self._incomplete_before = 0

    def send(self, channel: int, payload: bytes, now_ns: int) -> None:
        """Send a message on the channel of that identifier (KeyError for an unknown one)."""
        sending = self._sending[channel]
        sending.put(payload, now_ns)
        self._transmit(sending, now_ns)

    def receive_datagram(self, datagram: bytes, now_ns: int) -> None:
        """Take a datagram from the peer's address; what is not a frame of the peer is counted."""
        try:
            frame = frames.parse(datagram)
        except RefusedFrameError as refusal:
            self.refused[refusal.reason] += 1
            return
        refusal_reason = self._refusal_of(frame, now_ns) or self._take(frame, now_ns)
        if refusal_reason is not None:
            self.refused[refusal_reason] += 1

    def datagrams_to_send(self, now_ns: int) -> list[bytes]:
        """Return the datagrams that leave now: past the impairment, at their delivery time."""
        if now_ns >= self._next_ping_ns:
            self._submit(Ping(), now_ns)
            self._next_ping_ns = now_ns + self._ping_period_ns
        for sending in self._ordered:
            due_ns = sending.next_due_ns()
            if due_ns is not None and due_ns <= now_ns:
                self._transmit(sending, now_ns)
        return [
            frames.annotate(datagram, injected_ns)
            for datagram, injected_ns in self.path.released(now_ns)
        ]

    def deliveries(self) -> list[Delivery]:
        """Return the messages that have come since the last call."""
        deliveries, self._deliveries = self._deliveries, []
        return deliveries

    def next_deadline_ns(self) -> int:
        """Return when ``datagrams_to_send`` must be asked next [ns]."""
        deadline_ns = self._next_ping_ns
        release_ns = self.path.next_release_ns()
        if release_ns is not None:
            deadline_ns = min(deadline_ns, release_ns)
        for sending in self._ordered:
            due_ns = sending.next_due_ns()
            if due_ns is not None:
                deadline_ns = min(deadline_ns, due_ns)
        return deadline_ns

    def report(self, now_ns: int) -> LinkReport:
        """Return what is known of the link."""
        arrivals = self.peer.arrivals
        p50_ms, p95_ms, p99_ms = self._round_trip.percentiles_ms(now_ns)
        newest_ns = arrivals.newest_ns
        return LinkReport(
            connected=newest_ns is not None and now_ns - newest_ns <= self._peer_timeout_ns,
            round_trip_p50_ms=p50_ms,
            round_trip_p95_ms=p95_ms,
            round_trip_p99_ms=p99_ms,
            jitter_ms=arrivals.jitter_ns / 1e6,
            loss_ratio=arrivals.loss_ratio(now_ns),
            newest_age_ms=float('nan') if newest_ns is None else (now_ns - newest_ns) / 1e6,
            frames_sent=self.frames_sent,
            frames_received=self.peer.received,
            frames_lost=self.peer.lost,
            frames_refused=self.refused.total(),
        )

    @property
    def unacknowledged_given_up(self) -> int:
        """Number of ordered messages that were dropped because nobody acknowledged them."""
        return sum(sending.given_up for sending in self._sending.values())

    @property
    def oversized(self) -> int:
        """Number of messages that were too large to send."""
        return sum(sending.oversized for sending in self._sending.values())

    @property
    def incomplete(self) -> int:
        """Number of messages of which a part never came in time."""
        return self._incomplete_before + sum(r.given_up for r in self._receiving.values())

    def _new_receiving(self) -> dict[int, ReceivingChannel]:
        return {channel.id: ReceivingChannel(channel) for channel in self._incoming}

    def _refusal_of(self, frame: Frame, now_ns: int) -> Refusal | None:
        if frame.session == self.session:
            return Refusal.REFLECTED
        recognition = self.peer.recognise(frame.session)
        if recognition is Recognition.RETIRED:
            return Refusal.RETIRED
        if recognition is Recognition.NEW:
            self._meet(now_ns)
        novelty = self.peer.arrivals.note(frame.number, frame.sent_ns, now_ns)
        return None if novelty is Novelty.NEW else Refusal.REPEATED

    def _meet(self, now_ns: int) -> None:
        self._incomplete_before = self.incomplete
        self._receiving = self._new_receiving()
        for sending in self._sending.values():
            sending.greet(now_ns)
            self._transmit(sending, now_ns)

    def _take(self, frame: Frame, now_ns: int) -> Refusal | None:
        match frame.body:
            case Message() as message:
                return self._take_message(frame, message, now_ns)
            case Acknowledgement() as acknowledgement:
                return self._take_acknowledgement(acknowledgement)
            case Ping():
                self._submit(Echo(frame.session, frame.sent_ns, now_ns), now_ns)
                return None
            case Echo() as echo:
                return self._take_echo(frame, echo, now_ns)

    def _take_message(self, frame: Frame, message: Message, now_ns: int) -> Refusal | None:
        receiving = self._receiving.get(message.channel)
        if receiving is None:
            return Refusal.UNKNOWN_CHANNEL
        self._deliveries += receiving.receive(frame, message, now_ns)
        if receiving.expected:
            self._submit(
                Acknowledgement(frame.session, message.channel, receiving.expected), now_ns
            )
        return None

    def _take_acknowledgement(self, acknowledgement: Acknowledgement) -> Refusal | None:
        if acknowledgement.session != self.session:
            return Refusal.WRONG_SESSION
        sending = self._sending.get(acknowledgement.channel)
        if sending is None:
            return Refusal.UNKNOWN_CHANNEL
        sending.acknowledge(acknowledgement.expected)
        return None

    def _take_echo(self, frame: Frame, echo: Echo, now_ns: int) -> Refusal | None:
        if echo.session != self.session:
            return Refusal.WRONG_SESSION
        round_trip_ns = (now_ns - echo.origin_ns) - (frame.sent_ns - echo.received_ns)
        if not 0 <= round_trip_ns <= LONGEST_ROUND_TRIP_NS:
            return Refusal.MALFORMED
        self._round_trip.add(round_trip_ns, now_ns)
        return None

    def _transmit(self, sending: SendingChannel, now_ns: int) -> None:
        timeout_ns = self._round_trip.timeout_ns(LEAST_TIMEOUT_NS, FIRST_TIMEOUT_NS)
        for message in sending.due(now_ns, timeout_ns):
            self._submit(message, now_ns)

    def _submit(self, body: Body, now_ns: int) -> None:
        self.frames_sent += 1
        frame = Frame(self.session, self.frames_sent, now_ns, body)
        self.path.submit(frames.encode(frame), now_ns)
