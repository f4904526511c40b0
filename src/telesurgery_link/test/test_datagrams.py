"""The outermost form: what is composed comes back, and every flipped bit is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from link_world import datagram

from telesurgery_link import datagrams
from telesurgery_link.channels import Side
from telesurgery_link.datagrams import DATAGRAM_LIMIT, MAX_INJECTED_NS, Kind
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.frames import PAYLOAD_LIMIT, Frame, Message, Ping
from telesurgery_link.protection import Unprotected

GOOD = datagram(Frame(1, 1, 0, Ping()))
payloads = st.binary(max_size=PAYLOAD_LIMIT)


def message(payload: bytes) -> Frame:
    return Frame(1, 1, 0, Message(1, 1, 0, 0, 0, 1, payload))


def opened(data: bytes) -> bytes:
    """Return the frame of an unsealed datagram."""
    _, frame = Unprotected().open(datagrams.parse(data), 0)
    return frame


@given(st.sampled_from(Kind), st.binary(max_size=1000))
def test_what_is_composed_comes_back(kind: Kind, body: bytes) -> None:
    parsed = datagrams.parse(datagrams.compose(kind, body))
    assert (parsed.kind, parsed.injected_ns, parsed.body) == (kind, 0, body)


@given(st.binary(max_size=1000), st.integers(0, MAX_INJECTED_NS))
def test_the_wan_writes_its_delay_and_nothing_else(body: bytes, injected_ns: int) -> None:
    marked = datagrams.annotate(datagrams.compose(Kind.SEALED, body), injected_ns)
    parsed = datagrams.parse(marked)
    assert (parsed.kind, parsed.injected_ns, parsed.body) == (Kind.SEALED, injected_ns, body)


@given(payloads)
def test_no_datagram_exceeds_the_limit(payload: bytes) -> None:
    assert len(datagram(message(payload))) <= DATAGRAM_LIMIT


@given(payloads, st.integers(0, MAX_INJECTED_NS), st.data())
def test_every_flipped_bit_is_noticed(
    payload: bytes, injected_ns: int, data: st.DataObject
) -> None:
    damaged = bytearray(datagrams.annotate(datagram(message(payload)), injected_ns))
    at = data.draw(st.integers(0, len(damaged) - 1))
    damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(RefusedFrameError):
        opened(bytes(damaged))


@given(payloads, st.data())
def test_every_truncated_datagram_is_refused(payload: bytes, data: st.DataObject) -> None:
    whole = datagram(message(payload))
    with pytest.raises(RefusedFrameError):
        opened(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=2000), st.booleans())
def test_random_bytes_are_refused(data: bytes, good_start: bool) -> None:
    with pytest.raises(RefusedFrameError):
        opened(GOOD[:18] + data if good_start else data)


@pytest.mark.parametrize(
    ('data', 'reason'),
    [
        (b'RTPS' + GOOD[4:], Refusal.FOREIGN),
        (GOOD[:4] + b'\x01' + GOOD[5:], Refusal.VERSION),
        (GOOD[:4] + b'\x03' + GOOD[5:], Refusal.VERSION),
        (GOOD[:-1] + b'\xff', Refusal.DAMAGED),
        (GOOD[:10] + b'\xff' + GOOD[11:], Refusal.DAMAGED),
        (GOOD[:10], Refusal.TOO_SHORT),
        (GOOD[:5] + b'\x09' + GOOD[6:], Refusal.MALFORMED),
        (GOOD + bytes(DATAGRAM_LIMIT), Refusal.MALFORMED),
        (GOOD[:5] + b'\x02' + GOOD[6:], Refusal.SEALED),
    ],
)
def test_what_is_refused_has_its_reason(data: bytes, reason: Refusal) -> None:
    with pytest.raises(RefusedFrameError) as refusal:
        opened(data)
    assert refusal.value.reason is reason


def test_two_insecure_gateways_of_the_same_side_notice() -> None:
    surgeon = Unprotected(Side.SURGEON)
    for other, refused in ((Side.SURGEON, True), (Side.PATIENT, False)):
        received = datagrams.parse(Unprotected(other).protect(0, b'frame', 0))
        if refused:
            with pytest.raises(RefusedFrameError) as refusal:
                surgeon.open(received, 0)
            assert refusal.value.reason is Refusal.SAME_SIDE
        else:
            assert surgeon.open(received, 0)[1] == b'frame'
