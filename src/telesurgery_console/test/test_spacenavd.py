"""The daemon's protocol over a scripted stream, and over a real Unix socket."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_console.errors import DeviceError
from telesurgery_console.spacenavd import ANSWER_WITHIN_S, OFFER, Spacenavd
from telesurgery_console.testing import FakeStream
from telesurgery_console.unix_stream import UnixStream


@pytest.fixture
def stream():
    return FakeStream()


@pytest.fixture
def source(stream):
    return Spacenavd(stream)


def axes(source, now=0.0):
    return dict(source.read(now).controls.axes)


def test_its_axes_become_those_of_rep_103(stream, source):
    stream.say_motion(35, 70, 105, -35, -70, -105)

    assert axes(source) == pytest.approx(
        {'x': 0.3, 'y': -0.1, 'z': 0.2, 'rx': -0.3, 'ry': 0.1, 'rz': -0.2}
    )


def test_buttons_are_pressed_until_they_are_released(stream, source):
    stream.say(1, 4, *[0] * 6)
    assert source.read(0.0).controls.buttons == {'button4'}
    stream.say(1, 0, *[0] * 6)
    assert source.read(0.1).controls.buttons == {'button0', 'button4'}
    stream.say(2, 4, *[0] * 6)
    assert source.read(0.2).controls.buttons == {'button0'}


def test_a_press_between_two_looks_is_not_missed(stream, source):
    stream.say(1, 3, *[0] * 6)
    stream.say(2, 3, *[0] * 6)
    stream.say_motion(35, 0, 0, 0, 0, 0)

    assert source.read(0.0).controls.buttons == {'button3'}
    assert source.read(0.1).controls.buttons == frozenset()
    assert axes(source, 0.2)['y'] == pytest.approx(-0.1)


def test_a_new_daemon_takes_the_offer_and_answers_between_packets(stream, source):
    source.read(0.0)
    assert stream.sent == struct.pack('=i', OFFER | 1)
    stream.say_motion(35, 0, 0, 0, 0, 0)
    stream.say(OFFER | 1)
    stream.say_motion(70, 0, 0, 0, 0, 0)
    assert axes(source, 0.1)['y'] == pytest.approx(-0.2)
    source.read(1.0)
    assert stream.sent == struct.pack('=i', OFFER | 1), 'nothing to put right'


def test_an_old_daemon_took_the_offer_for_a_sensitivity_which_is_put_right(stream, source):
    source.read(0.0)
    source.read(ANSWER_WITHIN_S + 0.01)

    assert stream.sent == struct.pack('=if', OFFER | 1, 1.0)


def test_a_device_that_is_removed_is_gone_until_it_is_added(stream, source):
    stream.say_motion(350, 0, 0, 0, 0, 0)
    stream.say(1, 0, *[0] * 6)
    source.read(0.0)
    stream.say(3, 1, *[0] * 6)
    assert source.read(0.1).controls is None
    assert source.read(0.1).trouble == 'the daemon has no device any more'
    stream.say(3, 0, *[0] * 6)
    back = source.read(0.2).controls
    assert not any(back.axes.values())
    assert back.buttons == frozenset(), 'what was held before is not held now'


def test_a_daemon_that_ends_is_looked_for_every_second(stream, source):
    source.read(0.0)
    stream.connected = stream.listening = False
    assert source.read(1.0).trouble == 'the daemon has ended'
    source.read(1.1)
    stream.listening = True
    assert source.read(1.5).controls is None
    assert source.read(2.2).controls is not None


def test_without_a_daemon_one_line_says_how_to_get_it(stream):
    stream.listening = False
    with pytest.raises(DeviceError, match=r'spacenavd not found.*apt install spacenavd'):
        Spacenavd(stream)


@given(st.lists(st.binary(max_size=80), max_size=6))
def test_no_bytes_are_too_much_for_it(chunks):
    stream = FakeStream()
    source = Spacenavd(stream)
    for k, chunk in enumerate(chunks):
        stream._waiting += chunk
        reading = source.read(0.01 * k)
        if reading.controls is not None:
            assert all(-1.0 <= value <= 1.0 for value in reading.controls.axes.values())


def test_packets_may_come_in_pieces_over_a_real_socket(tmp_path):
    path = tmp_path / 'spnav.sock'
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as daemon:
        daemon.bind(str(path))
        daemon.listen()
        source = Spacenavd(UnixStream(path))
        client, _ = daemon.accept()
        packet = struct.pack('=8i', 0, 350, 0, 0, 0, 0, 0, 16)
        with client:
            source.read(0.0)
            assert client.recv(4) == struct.pack('=i', OFFER | 1)
            client.sendall(struct.pack('=i', OFFER | 1) + packet[:10])
            assert axes(source)['y'] == 0.0
            client.sendall(packet[10:])
            assert axes(source)['y'] == -1.0
        assert source.read(0.1).controls is None, 'the daemon has closed'
        source.close()


def test_a_socket_that_is_not_there_is_no_daemon(tmp_path):
    with pytest.raises(DeviceError, match='spacenavd not found'):
        Spacenavd(UnixStream(tmp_path / 'none.sock'))
