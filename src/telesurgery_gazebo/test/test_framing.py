"""Gazebo's TCP streams are cut into the messages that were sent, whatever the pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_gazebo.classic.framing import LONGEST_BYTES, FrameReader, framed, opened, packet
from telesurgery_gazebo.classic.messages import GzString, Publish
from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.protobuf import parse


def test_a_frame_is_eight_hexadecimal_digits_and_the_message():
    assert framed(b'x' * 300) == b'0000012c' + b'x' * 300


def test_a_packet_carries_its_type_and_content():
    (message,) = FrameReader().feed(packet('version_init', GzString(data='gazebo 11.1')))
    kind, content = opened(message)
    assert kind == 'version_init'
    assert parse(GzString, content).data == 'gazebo 11.1'


@given(
    st.lists(st.binary(max_size=200), max_size=8),
    st.lists(st.integers(1, 50), min_size=1, max_size=100),
)
def test_pieces_make_the_messages_that_were_sent(messages, sizes):
    stream = b''.join(framed(message) for message in messages)
    reader, received, start = FrameReader(), [], 0
    for size in (*sizes, len(stream)):
        received += reader.feed(stream[start : start + size])
        start += size
    assert received == messages


@given(st.binary(min_size=8, max_size=64))
def test_rubbish_is_refused_or_understood_but_never_crashes(data):
    digits = set(data[:8]) <= set(b'0123456789abcdefABCDEF')
    if digits and int(data[:8], 16) <= LONGEST_BYTES:
        FrameReader().feed(data[:8])
    else:
        with pytest.raises(WireError, match='eight hexadecimal digits'):
            FrameReader().feed(data)


@pytest.mark.parametrize('header', [b'GET / HT', b'-0000001', b'0x000010', b'        '])
def test_a_stream_of_something_else_is_refused(header):
    with pytest.raises(WireError, match='Gazebo 11 answers'):
        FrameReader().feed(header)


def test_an_absurd_length_is_refused_before_it_is_waited_for():
    with pytest.raises(WireError, match='ffffffff'):
        FrameReader().feed(b'ffffffff')


@given(st.binary(max_size=64))
def test_a_message_that_is_no_packet_is_refused(data):
    try:
        kind, _ = opened(data)
    except WireError:
        return
    assert kind


def test_the_recorded_greeting_of_a_master_is_read(recorded):
    messages = FrameReader().feed((recorded / 'master_greeting.bin').read_bytes())
    kinds = [opened(message)[0] for message in messages]
    assert kinds == ['version_init', 'topic_namepaces_init', 'publishers_init']
    assert parse(GzString, opened(messages[0])[1]).data == 'gazebo 11.1'


def test_an_empty_publisher_is_still_a_message():
    assert parse(Publish, b'').topic == ''
