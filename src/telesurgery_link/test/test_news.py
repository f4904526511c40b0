"""What the operator is told, once each time that it happens."""

from __future__ import annotations

from dataclasses import replace

from link_world import LATEST

from telesurgery_link.errors import Refusal
from telesurgery_link.news import Facts, News, Sentence
from telesurgery_link.receiving import Delivery
from telesurgery_link.state import LinkState
from telesurgery_link.trace import Trace, TraceEntry

QUIET = Facts(LinkState.SILENT, 0, {}, 0, '', 0, 0, 0)


def texts(news: News, facts: Facts) -> list[str]:
    return [sentence.text for sentence in news.since(facts)]


def test_no_news_is_no_sentence() -> None:
    news = News()
    news.since(QUIET)
    assert news.since(QUIET) == []


def test_whether_the_peer_is_there_is_told_at_first() -> None:
    assert texts(News(), QUIET) == ['the peer is silent']
    assert texts(News(), replace(QUIET, state=LinkState.CONNECTED)) == ['the peer is there']


def test_the_peer_comes_goes_and_starts_anew() -> None:
    news = News()
    news.since(QUIET)
    assert news.since(replace(QUIET, state=LinkState.CONNECTED)) == [
        Sentence('the peer is there', False)
    ]
    assert news.since(QUIET) == [Sentence('the peer is silent', True)]
    assert texts(news, replace(QUIET, state=LinkState.CONNECTED, restarts=1)) == [
        'the peer has started anew',
        'the peer is there',
    ]


def test_why_there_is_no_connection_is_told() -> None:
    news = News()
    news.since(QUIET)
    assert texts(news, replace(QUIET, state=LinkState.OTHER_KEYS)) == [LinkState.OTHER_KEYS.value]


def test_counts_are_told_as_what_has_been_added() -> None:
    news = News()
    news.since(QUIET)
    first = replace(QUIET, refused={Refusal.FOREIGN: 2}, given_up=1)
    assert texts(news, first) == [
        '2 datagrams refused: not a frame of this protocol',
        '1 ordered messages given up: nobody acknowledged them in time',
    ]
    assert news.since(first) == []
    assert texts(news, replace(first, refused={Refusal.FOREIGN: 5})) == [
        '3 datagrams refused: not a frame of this protocol'
    ]


def test_every_kind_of_trouble_has_its_sentence() -> None:
    news = News()
    news.since(QUIET)
    facts = replace(QUIET, unsent=1, unsent_reason='No route', incomplete=2, oversized=3)
    assert news.since(facts) == [
        Sentence('1 datagrams not sent: No route'),
        Sentence('2 messages dropped: some of their fragments did not come in time'),
        Sentence('3 messages dropped: too large to send'),
    ]


def test_a_trace_hands_out_every_entry_once() -> None:
    trace = Trace()
    trace.note(1, Delivery(LATEST, b'', taken_ns=10, injected_ns=5, arrival_ns=16))
    assert trace.take() == [TraceEntry(1, 10, 5, 16)]
    assert trace.take() == []
