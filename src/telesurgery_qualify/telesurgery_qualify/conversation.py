"""One end of a run without any I/O: deliveries of the session in, messages for it out."""

from __future__ import annotations

from telesurgery_link.channels import Direction, Side
from telesurgery_link.receiving import Delivery
from telesurgery_qualify import minutes, probe
from telesurgery_qualify.errors import MalformedError
from telesurgery_qualify.evidence import DirectionEvidence, Reading, Sent
from telesurgery_qualify.load import CHANNELS, NS_PER_S, Kind, Plan, Schedule
from telesurgery_qualify.logbook import Logbook
from telesurgery_qualify.minutes import Accept, Batch, Done, End, Hello, Minute, Told
from telesurgery_qualify.probe import Probe
from telesurgery_qualify.stages import OVER, STAGES, Event, Stage

GRACE_NS = NS_PER_S
"""How long after the other end's last frame its stragglers are waited for."""

BATCH_PERIOD_NS = NS_PER_S

LEAD_NS = NS_PER_S // 10
"""How long after the agreement the load begins: whoever sleeps then must be awake."""

Message = tuple[int, bytes]
"""Identifier of a channel, and what to send on it."""


class Conversation:
    """The state of one end. Every method takes ``now_ns`` of one clock that never goes back.

    Attributes:
        stage: where the run is.
        plan: what is sent; None while nobody has called.
        reason: why the run ended early; empty: it did not.
        malformed: number of messages of the other end that could not be read.
        own: what this end noted of the direction that leads to it.
        peer: what the other end told of the direction that leads away from here.
    """

    def __init__(
        self,
        side: Side,
        plan: Plan | None,
        now_ns: int,
        patience_s: float,
        begin_within_s: float | None = None,
    ) -> None:
        """Call the other end with a plan, or wait for its call with None.

        ``patience_s`` is the silence after which the other end is given up, ``begin_within_s``
        the same before both have agreed on a run (None: no different).
        """
        self.stage = Stage.LISTENING if plan is None else Stage.CALLING
        self.plan = plan
        self.reason = ''
        self.malformed = 0
        self.own = Logbook()
        self.peer = Logbook()
        self._side = side
        self._patience_ns = round(patience_s * NS_PER_S)
        self._begin_within_ns = round((begin_within_s or patience_s) * NS_PER_S)
        self._heard_ns = now_ns
        self._schedule: Schedule | None = None
        self._outbox: list[Message] = []
        self._next_batch_ns = now_ns
        self._peer_done_ns: int | None = None
        self._newest: tuple[int, int] | None = None
        if plan is not None:
            self._tell(Hello(plan))

    @property
    def receives(self) -> Direction:
        """The direction that leads to this end."""
        return self._side.receives

    @property
    def has_begun(self) -> bool:
        """Whether both ends have agreed on a run."""
        return self._schedule is not None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.stage in OVER

    def elapsed_s(self, now_ns: int) -> float:
        """Return how long the load has been running [s]."""
        return 0.0 if self._schedule is None else self._schedule.elapsed_s(now_ns)

    def receive(self, delivery: Delivery) -> None:
        """Take a message that the session delivered."""
        now_ns = delivery.arrival_ns
        self._heard_ns = now_ns
        kind = _kind_of(delivery.channel.id)
        try:
            if kind is Kind.MINUTES:
                self._take(minutes.parse(delivery.payload), now_ns)
            else:
                self._note(kind, probe.parse(delivery.payload), delivery)
        except MalformedError as error:
            self.malformed += 1
            if self._schedule is None:
                self.give_up(str(error), now_ns)

    def due(self, now_ns: int) -> list[Message]:
        """Return what is to be sent now."""
        self._watch(now_ns)
        if self._schedule is not None and self.stage is Stage.RUNNING:
            self._outbox += [
                self._frame(due.kind, due.number, now_ns) for due in self._schedule.due(now_ns)
            ]
        self._tell_news(now_ns)
        outbox, self._outbox = self._outbox, []
        return outbox

    def next_due_ns(self, now_ns: int) -> int:
        """Return when ``due`` must be asked next [ns]."""
        if self._schedule is not None and self.stage is Stage.RUNNING:
            return self._schedule.next_due_ns()
        return now_ns + NS_PER_S // 50

    def read(self, reading: Reading) -> None:
        """Take what the session has counted; to be called once a second."""
        if self._schedule is not None and self.stage not in OVER:
            self.own.readings.append(reading)
            self._tell(Told(reading))

    def give_up(self, reason: str, now_ns: int) -> None:
        """End the run now, and tell the other end."""
        if self.stage in OVER:
            return
        self._tell_batches()
        self._tell(End(reason))
        self._break(reason, now_ns)

    def evidence(self) -> tuple[DirectionEvidence, DirectionEvidence]:
        """Return what is known of the direction to this end, and of that away from it."""
        own_sent = None if self._schedule is None else _sent(self._schedule)
        period_ns = 0 if self.plan is None else round(NS_PER_S / self.plan.control_rate_hz)
        return self.own.evidence(period_ns), self.peer.evidence(period_ns, own_sent)

    # --- what comes ------------------------------------------------------------------------------

    def _take(self, minute: Minute, now_ns: int) -> None:
        match minute:
            case Hello(plan) if self.stage is Stage.LISTENING:
                self.plan = plan
                self._begin(Event.CALLED, plan, now_ns)
                self._tell(Accept())
            case Accept() if self.stage is Stage.CALLING and self.plan is not None:
                self._begin(Event.ACCEPTED, self.plan, now_ns)
            case Batch(kind, samples):
                self.peer.add(kind, samples)
            case Told(reading):
                self.peer.readings.append(reading)
            case Done(sent):
                self.own.sent = sent
                self._peer_done_ns = now_ns
            case End(reason):
                self._take_end(reason, now_ns)
            case _:  # a call or an acceptance that comes late
                self.malformed += 1

    def _take_end(self, reason: str, now_ns: int) -> None:
        if reason:
            self._break(f'the other end stopped ({reason})', now_ns)
            return
        self.peer.is_complete = True
        self._move(Event.PEER_TOLD)

    def _note(self, kind: Kind, frame: Probe, delivery: Delivery) -> None:
        if kind is Kind.CONTROL:
            self._newest = (delivery.taken_ns, delivery.arrival_ns)
        self.own.note(
            kind,
            (
                frame.number,
                delivery.taken_ns,
                delivery.arrival_ns,
                frame.origin_ns,
                frame.held_ns,
                len(delivery.payload),
            ),
        )

    # --- what goes -------------------------------------------------------------------------------

    def _frame(self, kind: Kind, number: int, now_ns: int) -> Message:
        assert self.plan is not None
        direction = self._side.sends
        size = self.plan.control_bytes
        if kind is Kind.VIDEO:
            size = self.plan.picture_bytes(direction)
        origin_ns, held_ns = 0, 0
        if self._newest is not None:
            origin_ns, held_ns = self._newest[0], max(0, now_ns - self._newest[1])
        payload = probe.encode(Probe(number, origin_ns, held_ns), size)
        return CHANNELS[kind, direction].id, payload

    def _tell(self, minute: Minute) -> None:
        channel = CHANNELS[Kind.MINUTES, self._side.sends].id
        self._outbox.append((channel, minutes.encode(minute)))

    def _tell_batches(self) -> None:
        for kind in (Kind.CONTROL, Kind.VIDEO):
            for samples in self.own.untold(kind, minutes.MOST_ROWS):
                self._tell(Batch(kind, samples))

    def _tell_news(self, now_ns: int) -> None:
        if self._schedule is None or self.stage in OVER:
            return
        if now_ns >= self._next_batch_ns:
            self._next_batch_ns = now_ns + BATCH_PERIOD_NS
            self._tell_batches()
        if self.stage is Stage.RUNNING and self._schedule.is_over(now_ns):
            self._tell(Done(_sent(self._schedule)))
            self._move(Event.TIME_UP)
        if self.stage is Stage.SENT and self._is_complete(now_ns):
            self._tell_batches()
            self._tell(End())
            self.own.is_complete = True
            self._move(Event.COMPLETE)
            if self.peer.is_complete:
                self._move(Event.PEER_TOLD)

    def _is_complete(self, now_ns: int) -> bool:
        return self._peer_done_ns is not None and now_ns >= self._peer_done_ns + GRACE_NS

    # --- how it goes on --------------------------------------------------------------------------

    def _begin(self, event: Event, plan: Plan, now_ns: int) -> None:
        self._schedule = Schedule(plan, self._side, now_ns + LEAD_NS)
        self._move(event)

    def _watch(self, now_ns: int) -> None:
        if self.stage in OVER:
            return
        patience_ns = self._patience_ns if self.has_begun else self._begin_within_ns
        if now_ns - self._heard_ns <= patience_ns:
            return
        silent = f'{patience_ns / NS_PER_S:g} s'
        self._break(
            f'the other end was silent for {silent}'
            if self.has_begun
            else f'nobody answered for {silent}',
            now_ns,
        )

    def _break(self, reason: str, now_ns: int) -> None:
        if self.stage in OVER:
            return
        self.reason = reason
        self.own.broke_ns = now_ns
        self._move(Event.BROKE)

    def _move(self, event: Event) -> None:
        self.stage = STAGES.get((self.stage, event), self.stage)


_KINDS = {channel.id: kind for (kind, _), channel in CHANNELS.items()}


def _kind_of(channel: int) -> Kind:
    return _KINDS[channel]


def _sent(schedule: Schedule) -> Sent:
    return Sent(dict(schedule.sent), dict(schedule.skipped))
