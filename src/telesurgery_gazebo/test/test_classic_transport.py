"""A client of Gazebo's transport finds topics, reads them, publishes, and survives rubbish."""

import contextlib

import pytest

from telesurgery_gazebo.classic.framing import framed, packet
from telesurgery_gazebo.classic.messages import GzString
from telesurgery_gazebo.classic.testing import FakeMaster
from telesurgery_gazebo.classic.transport import Connection, Master
from telesurgery_gazebo.errors import WireError


def everything(connection: Connection) -> list[bytes]:
    received = []
    with contextlib.closing(connection), contextlib.suppress(ConnectionError):
        while True:
            received += connection.receive()
    return received


def test_a_topic_is_read_from_its_publisher():
    with FakeMaster() as server:
        server.stream = framed(b'one') + framed(b'two')
        with contextlib.closing(Master(server.port, 5.0)) as master:
            assert master.version.endswith('gazebo 11.1')
            assert everything(master.subscribe('/a/topic', 'a.Type')) == [b'one', b'two']


def test_a_topic_is_published_to_its_subscriber():
    with FakeMaster() as server, contextlib.closing(Master(server.port, 5.0)) as master:
        with contextlib.closing(master.publish('/a/control', 'a.Type')) as subscriber:
            subscriber.send(framed(b'pause'))
        (publication,) = server.advertised
    assert (publication.topic, publication.msg_type) == ('/a/control', 'a.Type')
    assert server.heard == [b'pause']


def test_a_master_that_ends_while_nobody_subscribes_is_noticed_at_once():
    with FakeMaster() as server, contextlib.closing(Master(server.port, 60.0)) as master:
        server.ends_at_publishers = True
        with pytest.raises(ConnectionError):
            master.publish('/a/control', 'a.Type')


def test_a_subscriber_is_waited_for_no_longer_than_asked():
    with FakeMaster() as server, contextlib.closing(Master(server.port, 0.1)) as master:
        server.answers_publishers = False
        with pytest.raises(TimeoutError, match='nobody subscribed'):
            master.publish('/a/control', 'a.Type')


def test_nobody_at_the_port_is_a_refused_connection():
    with FakeMaster() as server:
        Master(server.port, 5.0).close()
    with pytest.raises(ConnectionRefusedError):
        Master(server.port, 1.0)


@pytest.mark.parametrize(
    'greeting',
    [
        b'HTTP/1.1 400 Bad Request\r\n\r\n',
        framed(b'\xff\xff\xff'),
        packet('hello', GzString(data='x')),
    ],
)
def test_something_else_at_the_port_is_named(greeting):
    with FakeMaster(greeting) as server, pytest.raises(WireError, match='check'):
        Master(server.port, 5.0)


def test_a_stream_cut_in_the_middle_of_a_frame_is_an_end_not_a_message():
    with FakeMaster() as server:
        server.stream = framed(b'whole') + framed(b'cut off')[:-3]
        with contextlib.closing(Master(server.port, 5.0)) as master:
            assert everything(master.subscribe('/a/topic', 'a.Type')) == [b'whole']


def test_a_stream_that_turns_to_rubbish_is_refused_there():
    with FakeMaster() as server:
        server.stream = b'rubbish!' * 100
        with contextlib.closing(Master(server.port, 5.0)) as master:
            stream = master.subscribe('/a/topic', 'a.Type')
            with pytest.raises(WireError):
                everything(stream)
