"""What is encoded comes back; nothing else is a frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_link import frames
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.frames import Acknowledgement, Echo, Frame, Message, Ping

u16 = st.integers(0, 2**16 - 1)
u32 = st.integers(0, 2**32 - 1)
u64 = st.integers(0, 2**64 - 1)
times = st.integers(0, frames.MAX_TIME_NS)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    count = draw(st.integers(1, frames.MAX_FRAGMENTS))
    sequence = draw(st.integers(1, 2**64 - 1))
    return Message(
        draw(u32),
        sequence,
        draw(st.integers(0, sequence)),
        draw(times),
        draw(st.integers(0, count - 1)),
        count,
        draw(st.binary(max_size=frames.PAYLOAD_LIMIT)),
    )


bodies = st.one_of(
    messages(),
    st.builds(Acknowledgement, u64, u32, u64),
    st.just(Ping()),
    st.builds(Echo, u64, times, times),
)
any_frame = st.builds(
    Frame,
    st.integers(1, 2**64 - 1),
    st.integers(1, 2**64 - 1),
    times,
    bodies,
    st.integers(0, frames.MAX_INJECTED_NS),
)


@given(any_frame)
def test_what_is_encoded_comes_back(frame: Frame) -> None:
    assert frames.parse(frames.encode(frame)) == frame


@given(any_frame)
def test_no_datagram_exceeds_the_limit(frame: Frame) -> None:
    assert len(frames.encode(frame)) <= frames.DATAGRAM_LIMIT


@given(any_frame, st.integers(0, frames.MAX_INJECTED_NS))
def test_the_wan_writes_its_delay_and_nothing_else(frame: Frame, injected_ns: int) -> None:
    annotated = frames.parse(frames.annotate(frames.encode(frame), injected_ns))
    assert annotated.injected_ns == injected_ns
    assert (annotated.session, annotated.number, annotated.sent_ns, annotated.body) == (
        frame.session,
        frame.number,
        frame.sent_ns,
        frame.body,
    )


@given(st.binary(max_size=2000))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(RefusedFrameError):
        frames.parse(data)


@given(st.binary(max_size=1400), st.binary(min_size=12, max_size=12))
def test_random_bytes_behind_a_good_start_are_refused(data: bytes, rest: bytes) -> None:
    with pytest.raises(RefusedFrameError):
        frames.parse(frames.MAGIC + bytes([frames.VERSION, 1]) + rest + data)


@given(any_frame, st.data())
def test_every_flipped_bit_outside_the_wans_field_is_noticed(
    frame: Frame, data: st.DataObject
) -> None:
    datagram = bytearray(frames.encode(frame))
    written_by_wan = range(6, 14)
    at = data.draw(
        st.integers(0, len(datagram) - 1).filter(lambda place: place not in written_by_wan)
    )
    datagram[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(RefusedFrameError):
        frames.parse(bytes(datagram))


@given(any_frame, st.data())
def test_every_truncated_frame_is_refused(frame: Frame, data: st.DataObject) -> None:
    datagram = frames.encode(frame)
    with pytest.raises(RefusedFrameError):
        frames.parse(datagram[: data.draw(st.integers(0, len(datagram) - 1))])


@pytest.mark.parametrize(
    ('frame', 'reason'),
    [
        (Frame(0, 1, 0, Ping()), Refusal.MALFORMED),
        (Frame(1, 0, 0, Ping()), Refusal.MALFORMED),
        (Frame(1, 1, -1, Ping()), Refusal.MALFORMED),
        (Frame(1, 1, frames.MAX_TIME_NS + 1, Ping()), Refusal.MALFORMED),
        (Frame(1, 1, 0, Ping(), frames.MAX_INJECTED_NS + 1), Refusal.MALFORMED),
        (Frame(1, 1, 0, Message(1, 0, 0, 0, 0, 1, b'')), Refusal.MALFORMED),
        (Frame(1, 1, 0, Message(1, 1, 2, 0, 0, 1, b'')), Refusal.MALFORMED),
        (Frame(1, 1, 0, Message(1, 1, 0, -1, 0, 1, b'')), Refusal.MALFORMED),
        (Frame(1, 1, 0, Message(1, 1, 0, 0, 0, 0, b'')), Refusal.MALFORMED),
        (Frame(1, 1, 0, Message(1, 1, 0, 0, 3, 3, b'')), Refusal.MALFORMED),
        (Frame(1, 1, 0, Message(1, 1, 0, 0, 0, 4097, b'')), Refusal.MALFORMED),
        (Frame(1, 1, 0, Echo(1, -1, 0)), Refusal.MALFORMED),
    ],
)
def test_impossible_fields_are_refused(frame: Frame, reason: Refusal) -> None:
    with pytest.raises(RefusedFrameError) as refusal:
        frames.parse(frames.encode(frame))
    assert refusal.value.reason is reason


def test_other_protocols_and_versions_are_named() -> None:
    datagram = frames.encode(Frame(1, 1, 0, Ping()))
    for changed, reason in [
        (b'RTPS' + datagram[4:], Refusal.FOREIGN),
        (datagram[:4] + b'\x02' + datagram[5:], Refusal.VERSION),
        (datagram[:-1] + b'\xff', Refusal.DAMAGED),
        (datagram[:10], Refusal.TOO_SHORT),
    ]:
        with pytest.raises(RefusedFrameError) as refusal:
            frames.parse(changed)
        assert refusal.value.reason is reason
