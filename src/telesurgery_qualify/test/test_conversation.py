"""Two ends in one process and in virtual time, over a wire that the test chooses."""

from __future__ import annotations

import itertools

import pytest

from telesurgery_link.channels import Side
from telesurgery_link.receiving import Delivery
from telesurgery_qualify.conversation import Conversation
from telesurgery_qualify.load import CHANNELS, NS_PER_S, Kind, Plan
from telesurgery_qualify.stages import OVER, STAGES, Event, Stage

START_NS = 1_000 * NS_PER_S
CHANNEL = {channel.id: channel for channel in CHANNELS.values()}


class Wire:
    """Carries messages between two conversations, each way with the same delay."""

    def __init__(self, plan: Plan, delay_ms: float = 30.0, patience_s: float = 5.0) -> None:
        self.ends = {
            Side.SURGEON: Conversation(Side.SURGEON, plan, START_NS, patience_s),
            Side.PATIENT: Conversation(Side.PATIENT, None, START_NS, patience_s),
        }
        self.now_ns = START_NS
        self.cut_from_ns: int | None = None
        self._delay_ns = round(delay_ms * 1e6)
        self._flying: list[tuple[int, Side, int, bytes, int]] = []

    def run(self, seconds: float) -> None:
        until_ns = self.now_ns + round(seconds * NS_PER_S)
        while self.now_ns < until_ns:
            for side, end in self.ends.items():
                self._put(side, end.due(self.now_ns))
            due = [entry for entry in self._flying if entry[0] <= self.now_ns]
            self._flying = [entry for entry in self._flying if entry[0] > self.now_ns]
            for arrival_ns, side, channel, payload, sent_ns in due:
                self.ends[side].receive(
                    Delivery(CHANNEL[channel], payload, sent_ns, 0, arrival_ns)
                )
            self.now_ns += 2_000_000

    def _put(self, side: Side, messages: list[tuple[int, bytes]]) -> None:
        if self.cut_from_ns is not None and self.now_ns >= self.cut_from_ns:
            return
        other = Side.PATIENT if side is Side.SURGEON else Side.SURGEON
        for channel, payload in messages:
            arrival_ns = self.now_ns + self._delay_ns
            self._flying.append((arrival_ns, other, channel, payload, self.now_ns))


PLAN = Plan(seconds=3.0, video_mbit_s=1.0)


def test_both_ends_finish_and_know_both_directions() -> None:
    wire = Wire(PLAN)
    wire.run(6.0)
    for end in wire.ends.values():
        assert end.stage is Stage.FINISHED
        to_here, from_here = end.evidence()
        assert len(to_here.control) == len(from_here.control) == 1500
        assert to_here.sent is not None
        assert to_here.sent.frames[Kind.CONTROL] == 1500


def test_what_both_know_is_the_same() -> None:
    wire = Wire(PLAN)
    wire.run(6.0)
    surgeon, patient = (wire.ends[side].evidence() for side in Side)
    assert (surgeon[0].control.rows == patient[1].control.rows).all()
    assert (surgeon[1].control.rows == patient[0].control.rows).all()
    assert len(surgeon[0].video) == len(patient[1].video) == 90


def test_round_trips_are_those_of_the_wire() -> None:
    wire = Wire(PLAN, delay_ms=30.0)
    wire.run(6.0)
    to_here, _ = wire.ends[Side.SURGEON].evidence()
    answered = to_here.control.origin_ns > 0
    trips = (to_here.control.arrival_ns - to_here.control.origin_ns - to_here.control.held_ns)[
        answered
    ]
    assert set(trips.tolist()) == {60_000_000}


def test_a_dead_peer_ends_the_run_with_what_there_was() -> None:
    wire = Wire(PLAN)
    wire.cut_from_ns = START_NS + 2 * NS_PER_S
    wire.run(9.0)
    for end in wire.ends.values():
        assert end.stage is Stage.BROKEN
        assert 'silent for 5 s' in end.reason
        to_here, from_here = end.evidence()
        assert len(to_here.control) > 900
        assert len(from_here.control) > 400  # told in batches, one a second
        assert to_here.ended_ns == to_here.control.arrival_ns[-1] + 5_000_000_000 + 2_000_000


def test_nobody_there_ends_the_call() -> None:
    wire = Wire(PLAN)
    wire.cut_from_ns = START_NS
    wire.run(6.0)
    caller = wire.ends[Side.SURGEON]
    assert caller.stage is Stage.BROKEN
    assert caller.reason == 'nobody answered for 5 s'
    assert not caller.has_begun


def test_an_end_stopped_by_hand_tells_the_other() -> None:
    wire = Wire(PLAN)
    wire.run(1.5)
    wire.ends[Side.PATIENT].give_up('stopped by hand', wire.now_ns)
    wire.run(0.2)
    assert wire.ends[Side.SURGEON].reason == 'the other end stopped (stopped by hand)'
    to_here, from_here = wire.ends[Side.SURGEON].evidence()
    assert len(to_here.control) > 600
    assert len(from_here.control) > 600


def test_another_release_is_refused_before_anything_runs() -> None:
    listener = Conversation(Side.PATIENT, None, START_NS, 5.0)
    channel = CHANNELS[Kind.MINUTES, Side.SURGEON.sends]
    payload = b'H{"version": 99, "plan": {}}'
    listener.receive(Delivery(channel, payload, START_NS, 0, START_NS))
    assert listener.stage is Stage.BROKEN
    assert 'same release' in listener.reason


@pytest.mark.parametrize('kind', list(Kind))
def test_rubbish_in_the_run_is_counted_and_changes_nothing(kind: Kind) -> None:
    wire = Wire(PLAN)
    wire.run(1.0)
    end = wire.ends[Side.PATIENT]
    channel = CHANNELS[kind, Side.SURGEON.sends]
    end.receive(Delivery(channel, b'rubbish', wire.now_ns, 0, wire.now_ns))
    assert end.malformed == 1
    wire.run(5.0)
    assert end.stage is Stage.FINISHED


@pytest.mark.parametrize(('stage', 'event'), list(itertools.product(Stage, Event)))
def test_every_pair_keeps_the_stage_or_moves_it_on(stage: Stage, event: Event) -> None:
    order = list(Stage)
    after = STAGES.get((stage, event), stage)
    assert order.index(after) >= order.index(stage)
    if stage in OVER:
        assert after is stage


def test_a_run_can_break_off_wherever_it_is() -> None:
    assert {stage for stage, event in STAGES if event is Event.BROKE} == set(Stage) - OVER
