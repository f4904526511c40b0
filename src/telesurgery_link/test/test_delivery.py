"""Order, once, newest: the promises of the policies, for every order of arrival."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from telesurgery_link.delivery import WINDOW, InOrder, NewestOnly
from telesurgery_link.retransmission import UnacknowledgedMessages

numbers = st.lists(st.integers(1, 40), max_size=200)


@given(numbers)
def test_newest_only_delivers_exactly_the_record_highs(arriving: list[int]) -> None:
    rule: NewestOnly[int] = NewestOnly()
    delivered = [n for number in arriving for n in rule.accept(number, 0, number)]
    highs = [n for at, n in enumerate(arriving) if n > max(arriving[:at], default=0)]
    assert delivered == highs


@given(numbers)
def test_in_order_delivers_the_unbroken_run_from_the_first(arriving: list[int]) -> None:
    rule: InOrder[int] = InOrder()
    delivered = [n for number in arriving for n in rule.accept(number, 1, number)]
    missing = next(n for n in range(1, 42) if n not in arriving)
    assert delivered == list(range(1, missing))
    assert rule.held == len({n for n in arriving if n > missing})


def test_in_order_joins_a_running_session_at_the_oldest_message_held() -> None:
    rule: InOrder[int] = InOrder()
    assert rule.accept(9, 7, 9) == []
    assert rule.accept(7, 7, 7) == [7]
    assert rule.accept(8, 7, 8) == [8, 9]


def test_in_order_does_not_wait_for_what_the_sender_gave_up() -> None:
    rule: InOrder[int] = InOrder()
    assert rule.accept(1, 1, 1) == [1]
    assert rule.accept(3, 1, 3) == []
    assert rule.accept(4, 4, 4) == [4]
    assert not rule.wants(3)
    assert rule.held == 0


def test_in_order_holds_no_more_than_its_window() -> None:
    rule: InOrder[int] = InOrder()
    rule.accept(1, 1, 1)
    assert rule.wants(1 + WINDOW)
    assert not rule.wants(2 + WINDOW)


@given(st.integers(0, 1000))
def test_in_order_survives_senders_that_count_wrongly(oldest: int) -> None:
    rule: InOrder[int] = InOrder()
    for number in range(1, 2 * WINDOW):
        rule.accept(number, min(oldest, number), number)
    assert rule.expected >= 1


def test_what_is_not_acknowledged_is_sent_again_ever_less_often_down_to_once_a_second() -> None:
    held = UnacknowledgedMessages(lifetime_ns=None)
    held.put(b'a', now_ns=0)
    sent_at = []
    for _ in range(8):
        now_ns = held.next_due_ns()
        assert now_ns is not None
        assert [t.payload for t in held.due(now_ns, timeout_ns=100_000_000)] == [b'a']
        sent_at.append(now_ns // 1_000_000)
    assert sent_at == [0, 100, 300, 700, 1500, 2500, 3500, 4500]


def test_what_is_acknowledged_is_not_sent_again() -> None:
    held = UnacknowledgedMessages(lifetime_ns=None)
    for payload in (b'a', b'b', b'c'):
        held.put(payload, now_ns=0)
    held.acknowledge(3)
    assert [(t.sequence, t.oldest, t.payload) for t in held.due(0, 1)] == [(3, 3, b'c')]
    held.acknowledge(4)
    assert held.next_due_ns() is None
    assert held.oldest == 4


def test_what_grows_too_old_is_given_up_and_counted() -> None:
    held = UnacknowledgedMessages(lifetime_ns=50)
    held.put(b'a', now_ns=0)
    held.put(b'b', now_ns=30)
    assert [t.payload for t in held.due(50, 1)] == [b'a', b'b']
    assert [t.payload for t in held.due(51, 1)] == [b'b']
    assert held.given_up == 1


def test_what_grows_too_many_is_given_up_and_counted() -> None:
    held = UnacknowledgedMessages(lifetime_ns=None)
    for _ in range(WINDOW + 3):
        held.put(b'', now_ns=0)
    assert len(held) == WINDOW
    assert held.given_up == 3
    assert held.oldest == 4
