"""What the operator is told, once each time that it happens."""

from __future__ import annotations

from dataclasses import replace

from link_world import LATEST

from telesurgery_link.errors import Refusal
from telesurgery_link.news import Facts, News
from telesurgery_link.receiving import Delivery
from telesurgery_link.trace import Trace, TraceEntry

QUIET = Facts(False, 0, {}, 0, '', 0, 0, 0)


def test_no_news_is_no_sentence() -> None:
    assert News().since(QUIET) == []


def test_the_peer_comes_goes_and_starts_anew() -> None:
    news = News()
    assert news.since(replace(QUIET, connected=True)) == ['the peer is there']
    assert news.since(QUIET) == ['the peer is silent']
    assert news.since(replace(QUIET, connected=True, restarts=1)) == [
        'the peer has started anew',
        'the peer is there',
    ]


def test_counts_are_told_as_what_has_been_added() -> None:
    news = News()
    first = replace(QUIET, refused={Refusal.FOREIGN: 2}, given_up=1)
    assert news.since(first) == [
        '2 datagrams refused: not a frame of this protocol',
        '1 ordered messages given up: the peer acknowledged them in no way',
    ]
    assert news.since(first) == []
    assert news.since(replace(first, refused={Refusal.FOREIGN: 5})) == [
        '3 datagrams refused: not a frame of this protocol'
    ]


def test_every_kind_of_trouble_has_its_sentence() -> None:
    told = News().since(
        replace(QUIET, unsent=1, unsent_reason='No route', incomplete=2, oversized=3)
    )
    assert told == [
        '1 datagrams not sent: No route',
        '2 messages dropped: some of their fragments did not come in time',
        '3 messages dropped: too large to send',
    ]


def test_a_trace_hands_out_every_entry_once() -> None:
    trace = Trace()
    trace.note(1, Delivery(LATEST, b'', taken_ns=10, injected_ns=5, arrival_ns=16))
    assert trace.take() == [TraceEntry(1, 10, 5, 16)]
    assert trace.take() == []
