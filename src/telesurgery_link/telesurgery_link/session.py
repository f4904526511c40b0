"""The link's protocol without any I/O: messages and datagrams in, datagrams and messages out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from telesurgery_link import datagrams, frames
from telesurgery_link.channels import ChannelTable, Policy, Side
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.frames import Acknowledgement, Body, Echo, Frame, Message, Ping
from telesurgery_link.impairment import LINK_CHANNEL
from telesurgery_link.measurement import Measurement
from telesurgery_link.novelty import Novelty
from telesurgery_link.path import Path
from telesurgery_link.peer import Peer, Recognition
from telesurgery_link.portions import Portions
from telesurgery_link.protection import Protection
from telesurgery_link.receiving import Delivery, ReceivingChannels
from telesurgery_link.report import LinkReport
from telesurgery_link.reporting import link_report
from telesurgery_link.route import Route, RouteChoice
from telesurgery_link.sending import SendingChannel
from telesurgery_link.timeline import Timeline

NS_PER_S = 1_000_000_000
FIRST_TIMEOUT_NS = 250_000_000
"""Wait for an acknowledgement while the round trip is not known."""
LEAST_TIMEOUT_NS = 20_000_000
"""Shortest wait for an acknowledgement."""


class Session:
    """One gateway's end of the link, from the start of its process.

    Every method takes ``now_ns`` of one clock; the session survives it when that jumps. After
    ``send`` or ``receive_datagram``, and at ``next_deadline_ns``, ask for ``datagrams_to_send``. A
    link of one path, insecure::

        session = Session(
            session=secrets.randbits(63) + 1, side=Side.SURGEON, table=table, now_ns=now_ns,
            paths={'main': Path(impairment)}, protection=Unprotected(),
        )

    A sealed one takes ``protection=Sealed(...)`` of the same number. Several ``paths`` stand in
    the same order on both sides, the preferred one first.

    Attributes:
        refused: number of datagrams not taken, by reason.
        frames_sent: number of frames put on their way; those on several paths count once.
        routes: the paths, with what is known of each; their impairments may be exchanged.
        protection: seals and opens, or does not.
        queued, incoming: what waits for ``send_queued``; the channels that lead here.
    """

    def __init__(
        self,
        *,
        session: int,
        side: Side,
        table: ChannelTable,
        paths: Mapping[str, Path],
        protection: Protection,
        now_ns: int,
        ping_period_ns: int = NS_PER_S // 20,
        peer_timeout_ns: int = NS_PER_S // 2,
        path_timeout_ns: int = NS_PER_S // 4,
        window_ns: int = 10 * NS_PER_S,
    ) -> None:
        """Begin the session of the (random, non-zero) number ``session``."""
        self._timeline = Timeline(now_ns)
        self.session = session
        self.protection = protection
        self.routes = {
            name: Route(name, index, path, window_ns, path_timeout_ns)
            for index, (name, path) in enumerate(paths.items())
        }
        self.frames_sent = 0
        self.refused: Counter[Refusal] = Counter()
        self.peer = Peer(window_ns)
        self._all_routes = tuple(self.routes.values())
        self._media_routes = RouteChoice(self._all_routes)
        self._sending = {c.id: SendingChannel(c) for c in table.towards(side.sends)}
        self._ordered = [s for s in self._sending.values() if s.channel.policy is Policy.ORDERED]
        self._waiting: list[SendingChannel] = []
        self.incoming = ReceivingChannels(table.towards(side.receives))
        self._measured = Measurement(window_ns)
        self._ping_period_ns = ping_period_ns
        self._peer_timeout_ns = peer_timeout_ns
        self._next_ping_ns = now_ns
        self._deliveries: list[Delivery] = []
        self.queued = Portions()

    def send(self, channel: int, payload: bytes, now_ns: int) -> None:
        """Send a message on the channel of that identifier (KeyError for an unknown one)."""
        now_ns = self._timeline.at(now_ns)
        sending = self._sending[channel]
        sending.put(payload, now_ns)
        self._transmit(sending, now_ns)
        self._look_who_waits(sending)

    def queue(self, channel: int, payload: bytes, now_ns: int) -> None:
        """Take a large message, whose fragments leave at ``send_queued``."""
        now_ns = self._timeline.at(now_ns)
        sending = self._sending[channel]
        sending.put(payload, now_ns)
        self.queued.put(sending, self._due(sending, now_ns))
        self._look_who_waits(sending)

    def send_queued(self, now_ns: int, most: int) -> None:
        """Put at most so many of the queued fragments on their way."""
        now_ns = self._timeline.at(now_ns)
        for sending, fragment in self.queued.take(most):
            self._submit(fragment, now_ns, self._routes_for(sending, now_ns))

    def receive_datagram(self, datagram: bytes, now_ns: int, path: int = 0) -> None:
        """Take a datagram that came by the path of that index.

        What is not a datagram of the peer is counted, and changes nothing else.
        """
        now_ns = self._timeline.at(now_ns)
        try:
            received = datagrams.parse(datagram)
            exchanges = self.protection.exchanges
            opened = self.protection.open(received, now_ns)
            if self.protection.exchanges != exchanges:
                self._next_ping_ns = now_ns  # the peer waits for a first word under the new key
            if opened is not None:
                label, data = opened
                if label.path != path:
                    raise RefusedFrameError(Refusal.WRONG_PATH)
                frame = frames.parse(data)
                route = self._all_routes[path]
                self._accept(frame, route, label.number, len(datagram), now_ns)
                self._take(frame, route, received.injected_ns, now_ns)
        except RefusedFrameError as refusal:
            self.refused[refusal.reason] += 1
            self._measured.take_refusal(refusal.reason, now_ns)

    def datagrams_to_send(self, now_ns: int) -> list[tuple[int, bytes]]:
        """Return what is past the impairment and leaves now, each with the index of its path."""
        now_ns = self._timeline.at(now_ns)
        for datagram in self.protection.datagrams_to_send(now_ns):
            for route in self._all_routes:
                route.path.submit(datagram, now_ns)
        if now_ns >= self._next_ping_ns:
            self._submit(Ping(), now_ns)
            self._next_ping_ns = now_ns + self._ping_period_ns
        for sending in self._waiting:
            due_ns = sending.next_due_ns()
            if due_ns is not None and due_ns <= now_ns:
                self._transmit(sending, now_ns)
        return [(r.index, leaving) for r in self._all_routes for leaving in r.released(now_ns)]

    def deliveries(self) -> list[Delivery]:
        """Return the messages that have come since the last call."""
        deliveries, self._deliveries = self._deliveries, []
        return deliveries

    def next_deadline_ns(self) -> int:
        """Return when ``datagrams_to_send`` must be asked next [ns]."""
        earliest_ns = self._next_ping_ns
        exchange_ns = self.protection.next_deadline_ns()
        if exchange_ns is not None and exchange_ns < earliest_ns:
            earliest_ns = exchange_ns
        for route in self._all_routes:
            release_ns = route.path.next_release_ns()
            if release_ns is not None and release_ns < earliest_ns:
                earliest_ns = release_ns
        for sending in self._waiting:
            due_ns = sending.next_due_ns()
            if due_ns is not None and due_ns < earliest_ns:
                earliest_ns = due_ns
        return self._timeline.reading(earliest_ns)

    def report(self, now_ns: int) -> LinkReport:
        """Return what is known of the link."""
        now_ns = self._timeline.at(now_ns)
        return link_report(
            measured=self._measured,
            peer=self.peer,
            protection=self.protection,
            routes=self._all_routes,
            media=self._media_routes,
            frames_sent=self.frames_sent,
            frames_refused=self.refused.total(),
            peer_timeout_ns=self._peer_timeout_ns,
            now_ns=now_ns,
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
        return self.incoming.given_up

    def _accept(
        self, frame: Frame, route: Route, number: int, size_bytes: int, now_ns: int
    ) -> None:
        """Refuse what is not news of the peer."""
        if frame.session == self.session:
            raise RefusedFrameError(Refusal.REFLECTED)
        recognition = self.peer.recognise(frame.session)
        if recognition is Recognition.RETIRED:
            raise RefusedFrameError(Refusal.RETIRED)
        if recognition is Recognition.NEW:
            self._meet(now_ns)
        if route.arrivals.note(number, frame.sent_ns, now_ns, size_bytes) is not Novelty.NEW:
            raise RefusedFrameError(Refusal.REPEATED)

    def _meet(self, now_ns: int) -> None:
        self.incoming.restart()
        self._measured.meet()
        for route in self._all_routes:
            route.restart()
        for sending in self._sending.values():
            sending.greet(now_ns)
            self._transmit(sending, now_ns)

    def _take(self, frame: Frame, route: Route, injected_ns: int, now_ns: int) -> None:
        """Act on a frame that is new on its path; of several copies the first one counts."""
        if isinstance(frame.body, Ping):
            self._submit(Echo(frame.session, frame.sent_ns, now_ns), now_ns, (route,))
        elif isinstance(frame.body, Echo):
            self._take_echo(frame, frame.body, route, now_ns)
            return
        if self.peer.arrivals.note(frame.number, frame.sent_ns, now_ns) is not Novelty.NEW:
            return
        if isinstance(frame.body, Ping):
            self._measured.incoming.add(now_ns - frame.sent_ns, now_ns)
        elif isinstance(frame.body, Message):
            self._take_message(frame, frame.body, injected_ns, now_ns)
        elif isinstance(frame.body, Acknowledgement):
            self._take_acknowledgement(frame.body)

    def _take_message(self, frame: Frame, message: Message, injected_ns: int, now_ns: int) -> None:
        receiving = self.incoming.find(message.channel)
        if receiving.channel.policy is not Policy.MEDIA:
            self._measured.take_control(frame.sent_ns, message.taken_ns, now_ns)
        self._deliveries += receiving.receive(message, injected_ns, now_ns)
        if receiving.expected:
            self._submit(
                Acknowledgement(frame.session, message.channel, receiving.expected), now_ns
            )

    def _take_acknowledgement(self, acknowledgement: Acknowledgement) -> None:
        if acknowledgement.session != self.session:
            raise RefusedFrameError(Refusal.WRONG_SESSION)
        sending = self._sending.get(acknowledgement.channel)
        if sending is None:
            raise RefusedFrameError(Refusal.UNKNOWN_CHANNEL)
        sending.acknowledge(acknowledgement.expected)
        self._look_who_waits(sending)

    def _take_echo(self, frame: Frame, echo: Echo, route: Route, now_ns: int) -> None:
        if echo.session != self.session:
            raise RefusedFrameError(Refusal.WRONG_SESSION)
        if echo.origin_ns < self._timeline.resumed_ns:
            return  # asked before this side's clock jumped: its stamps cannot be compared
        round_trip_ns, clock_jumped = self._measured.take_echo(frame, echo, now_ns)
        route.take_round_trip(round_trip_ns, now_ns)
        if clock_jumped:
            for arrivals in (self.peer.arrivals, *(r.arrivals for r in self._all_routes)):
                arrivals.forget_jitter()

    def _transmit(self, sending: SendingChannel, now_ns: int) -> None:
        routes = self._routes_for(sending, now_ns)
        for message in self._due(sending, now_ns):
            self._submit(message, now_ns, routes)

    def _look_who_waits(self, changed: SendingChannel) -> None:
        """Note which ordered channels wait for an acknowledgement: mostly none does."""
        if changed.channel.policy is Policy.ORDERED:
            self._waiting = [s for s in self._ordered if s.next_due_ns() is not None]

    def _due(self, sending: SendingChannel, now_ns: int) -> list[Message]:
        timeout_ns = self._measured.round_trip.timeout_ns(LEAST_TIMEOUT_NS, FIRST_TIMEOUT_NS)
        return sending.due(now_ns, timeout_ns)

    def _routes_for(self, sending: SendingChannel, now_ns: int) -> tuple[Route, ...]:
        is_media = sending.channel.policy is Policy.MEDIA
        return (self._media_routes.best(now_ns),) if is_media else self._all_routes

    def _submit(self, body: Body, now_ns: int, routes: tuple[Route, ...] | None = None) -> None:
        """Put a frame on its way by these routes, or by all; nothing while there is no key."""
        number = 0 if isinstance(body, Echo) else self.frames_sent + 1
        frame = frames.encode(Frame(self.session, number, now_ns, body))
        channel = body.channel if isinstance(body, Message) else LINK_CHANNEL
        for route in routes or self._all_routes:
            datagram = self.protection.protect(route.index, frame, now_ns)
            if datagram is None:
                return
            route.path.submit(datagram, now_ns, channel)
        self.frames_sent += number != 0
        self._measured.sent.note(len(frame), now_ns)
