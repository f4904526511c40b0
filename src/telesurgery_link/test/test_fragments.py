"""Messages survive being cut, shuffled, doubled and mixed with others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from telesurgery_link.fragments import MAX_UNFINISHED, Reassembler, split

DEADLINE_NS = 100


@given(st.binary(max_size=500), st.integers(1, 100))
def test_fragments_joined_are_the_message(payload: bytes, limit: int) -> None:
    pieces = split(payload, limit)
    assert b''.join(pieces) == payload
    assert all(len(piece) <= limit for piece in pieces)
    assert len(pieces) >= 1


@given(st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=8), st.randoms())
def test_shuffled_and_doubled_fragments_of_many_messages_come_together(
    payloads: list[bytes], rng: st.Randomizer
) -> None:
    arriving = [
        (sequence, index, len(pieces), piece)
        for sequence, payload in enumerate(payloads, start=1)
        for pieces in [split(payload, 7)]
        for index, piece in enumerate(pieces)
    ]
    rng.shuffle(arriving)
    reassembler = Reassembler(DEADLINE_NS)
    whole: dict[int, bytes] = {}
    for sequence, index, count, piece in arriving:
        for _ in range(2):
            if sequence not in whole:
                message = reassembler.add(sequence, index, count, piece, now_ns=0)
                if message is not None:
                    whole[sequence] = message
    assert whole == dict(enumerate(payloads, start=1))
    assert reassembler.unfinished == 0
    assert reassembler.given_up == 0


def test_a_message_is_given_up_after_its_deadline() -> None:
    reassembler = Reassembler(DEADLINE_NS)
    reassembler.add(1, 0, 2, b'a', now_ns=0)
    assert reassembler.add(1, 1, 2, b'b', now_ns=DEADLINE_NS + 1) is None
    assert reassembler.given_up == 1


def test_a_message_is_whole_at_its_deadline() -> None:
    reassembler = Reassembler(DEADLINE_NS)
    reassembler.add(1, 0, 2, b'a', now_ns=0)
    assert reassembler.add(1, 1, 2, b'b', now_ns=DEADLINE_NS) == b'ab'


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    reassembler = Reassembler(DEADLINE_NS)
    for sequence in range(1, MAX_UNFINISHED + 2):
        reassembler.add(sequence, 0, 2, b'a', now_ns=0)
    assert reassembler.unfinished == MAX_UNFINISHED
    assert reassembler.given_up == 1
    assert reassembler.add(2, 1, 2, b'b', now_ns=0) == b'ab'


def test_a_fragment_of_another_count_is_not_mixed_in() -> None:
    reassembler = Reassembler(DEADLINE_NS)
    reassembler.add(1, 0, 3, b'a', now_ns=0)
    assert reassembler.add(1, 1, 2, b'x', now_ns=0) is None
    assert reassembler.add(1, 1, 3, b'b', now_ns=0) is None
    assert reassembler.add(1, 2, 3, b'c', now_ns=0) == b'abc'


def test_without_a_deadline_fragments_wait_for_ever() -> None:
    reassembler = Reassembler(None)
    reassembler.add(1, 0, 2, b'a', now_ns=0)
    assert reassembler.add(1, 1, 2, b'b', now_ns=2**62) == b'ab'
