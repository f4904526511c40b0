"""What is encoded comes back; nothing else is a frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_link import frames
from telesurgery_link.datagrams import FRAME_LIMIT
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.frames import Acknowledgement, Echo, Frame, Message, Ping

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


numbered_bodies = st.one_of(messages(), st.builds(Acknowledgement, u64, u32, u64), st.just(Ping()))
sessions = st.integers(1, 2**64 - 1)
any_frame = st.one_of(
    st.builds(Frame, sessions, st.integers(1, 2**64 - 1), times, numbered_bodies),
    st.builds(Frame, sessions, st.just(0), times, st.builds(Echo, u64, times, times)),
)


@given(any_frame)
def test_what_is_encoded_comes_back(frame: Frame) -> None:
    assert frames.parse(frames.encode(frame)) == frame


@given(any_frame)
def test_no_frame_exceeds_the_limit(frame: Frame) -> None:
    assert len(frames.encode(frame)) <= FRAME_LIMIT


@given(st.binary(max_size=2000))
def test_random_bytes_are_a_frame_that_fits_or_are_refused(data: bytes) -> None:
    try:
        frame = frames.parse(data)
    except RefusedFrameError:
        return
    assert frames.encode(frame) == data


@given(any_frame, st.data())
def test_a_truncated_frame_is_refused_or_another_one(frame: Frame, data: st.DataObject) -> None:
    encoded = frames.encode(frame)
    cut = encoded[: data.draw(st.integers(0, len(encoded) - 1))]
    try:
        assert frames.encode(frames.parse(cut)) == cut  # a shorter message
        assert isinstance(frame.body, Message)
    except RefusedFrameError:
        pass


@pytest.mark.parametrize(
    'frame',
    [
        Frame(0, 1, 0, Ping()),
        Frame(1, 0, 0, Ping()),
        Frame(1, 1, -1, Ping()),
        Frame(1, 1, frames.MAX_TIME_NS + 1, Ping()),
        Frame(1, 1, 0, Message(1, 0, 0, 0, 0, 1, b'')),
        Frame(1, 1, 0, Message(1, 1, 2, 0, 0, 1, b'')),
        Frame(1, 1, 0, Message(1, 1, 0, -1, 0, 1, b'')),
        Frame(1, 1, 0, Message(1, 1, 0, 0, 0, 0, b'')),
        Frame(1, 1, 0, Message(1, 1, 0, 0, 3, 3, b'')),
        Frame(1, 1, 0, Message(1, 1, 0, 0, 0, 4097, b'')),
        Frame(1, 1, 0, Message(1, 1, 0, 0, 0, 1, bytes(FRAME_LIMIT))),
        Frame(1, 0, 0, Echo(1, -1, 0)),
        Frame(1, 1, 0, Echo(1, 0, 0)),
    ],
)
def test_impossible_fields_are_refused(frame: Frame) -> None:
    with pytest.raises(RefusedFrameError) as refusal:
        frames.parse(frames.encode(frame))
    assert refusal.value.reason is Refusal.MALFORMED
