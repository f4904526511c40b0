"""Two clients of gz-transport in one partition hear each other; others do not."""

import contextlib
import queue
import select
import socket
import threading
import time
import uuid
from functools import partial
from typing import Any

import pytest
import zmq

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.transport.client import TransportClient
from telesurgery_gazebo.transport.discovery import Discovery, Found, Joined, Left, Publication
from telesurgery_gazebo.transport.endpoint import bind
from telesurgery_gazebo.transport.multicast import (
    GROUP,
    SERVICE_PORT,
    TOPIC_PORT,
    DiscoverySocket,
)

DEADLINE_S = 20.0
TYPE = 'a.Type'


@pytest.fixture
def partition():
    return uuid.uuid4().hex


@pytest.fixture
def clients(partition):
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(contextlib.closing(TransportClient(partition))) for _ in range(2)
        ]


class Harmonic:
    """A process that speaks as gz-transport 13 does: it registers, and is registered, by UDP."""

    def __init__(self, partition: str) -> None:
        self.name = str(uuid.uuid4())
        self.topic = f'@/{partition}@/topic'
        self.discovery = Discovery(self.name)
        self._multicast = DiscoverySocket(self.discovery, '127.0.0.1', TOPIC_PORT)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._data = self._context.socket(zmq.PUB)
        self.heard = self._context.socket(zmq.SUB)
        self.heard.setsockopt(zmq.RCVTIMEO, 20)
        self.address = bind(self._data, '127.0.0.1')

    def advertise(self) -> None:
        """As gz-transport 13 does: where older ones name a socket, it says that there is none."""
        self.discovery.advertise(
            Publication(self.topic, self.address, self.name, 'node', 'unused', TYPE)
        )

    def publish(self, data: bytes) -> None:
        self._data.send_multipart(
            [self.topic.encode(), self.address.encode(), data, TYPE.encode()]
        )

    def subscribe(self) -> None:
        self.discovery.seek(self.topic)
        publication = self.event(Found).publication
        self.heard.connect(publication.address)
        self.heard.subscribe(self.topic)
        self.discovery.register(publication, 'node')

    def event(self, kind: type) -> Any:
        """Turn the multicast's handle until an event of this kind comes."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            self._multicast.send_due()
            select.select([self._multicast], [], [], 0.05)
            for event in self._multicast.receive():
                if isinstance(event, kind):
                    return event
        raise TimeoutError(kind.__name__)

    def say(self) -> None:
        """Multicast what is due."""
        self._multicast.send_due()

    def close(self) -> None:
        self._multicast.close()
        self._context.destroy(linger=0)


@pytest.fixture
def harmonic(partition):
    with contextlib.closing(Harmonic(partition)) as process:
        yield process


def publish_until_heard(
    publisher: TransportClient, topic: str, heard: 'queue.Queue[bytes]'
) -> None:
    """A subscriber registers over another socket than the one that brings the messages."""
    assert publisher.wait_for_subscriber(topic, DEADLINE_S)
    deadline = time.monotonic() + DEADLINE_S
    while heard.empty() and time.monotonic() < deadline:
        publisher.publish(topic, TYPE, [b'first'])
    assert heard.get(timeout=DEADLINE_S) == b'first'


def test_a_subscriber_hears_a_publisher(clients):
    publisher, subscriber = clients
    heard: queue.Queue[bytes] = queue.Queue()
    subscriber.subscribe('/topic', heard.put)
    publisher.advertise('/topic', TYPE)
    publish_until_heard(publisher, '/topic', heard)
    publisher.publish('/topic', TYPE, [b'one', memoryview(b'two')])
    after = list(iter(partial(heard.get, timeout=DEADLINE_S), b'two'))
    assert after[-1:] == [b'one']


def test_a_publisher_that_comes_first_is_found_all_the_same(clients):
    publisher, subscriber = clients
    publisher.advertise('/topic', TYPE)
    assert not publisher.wait_for_subscriber('/topic', 0.2)
    subscriber.subscribe('/topic', lambda _: None)
    assert publisher.wait_for_subscriber('/topic', DEADLINE_S)


def test_a_subscriber_that_leaves_is_forgotten(clients):
    publisher, subscriber = clients
    publisher.advertise('/topic', TYPE)
    subscriber.subscribe('/topic', lambda _: None)
    assert publisher.wait_for_subscriber('/topic', DEADLINE_S)
    subscriber.unsubscribe('/topic')
    assert publisher.wait_for_no_subscriber('/topic', DEADLINE_S)


def test_a_client_that_closes_is_forgotten(clients):
    publisher, subscriber = clients
    publisher.advertise('/topic', TYPE)
    subscriber.subscribe('/topic', lambda _: None)
    assert publisher.wait_for_subscriber('/topic', DEADLINE_S)
    subscriber.close()
    assert publisher.wait_for_no_subscriber('/topic', DEADLINE_S)


def test_another_partition_hears_nothing(clients):
    publisher, _ = clients
    with contextlib.closing(TransportClient(uuid.uuid4().hex)) as stranger:
        stranger.subscribe('/topic', lambda _: None)
        publisher.advertise('/topic', TYPE)
        assert not publisher.wait_for_subscriber('/topic', 0.5)


def test_rubbish_on_the_multicast_group_disturbs_nobody(clients):
    publisher, subscriber = clients
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.setsockopt(
            socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('127.0.0.1')
        )
        for port in (TOPIC_PORT, SERVICE_PORT):
            for rubbish in (b'', b'\x05', b'\xff\xff rubbish', b'\x03\x00\xff\xff\xff'):
                stranger.sendto(rubbish, (GROUP, port))
    publisher.advertise('/topic', TYPE)
    subscriber.subscribe('/topic', lambda _: None)
    assert publisher.wait_for_subscriber('/topic', DEADLINE_S)


def test_a_callback_that_fails_does_not_stop_the_others(clients, caplog):
    publisher, subscriber = clients
    heard: queue.Queue[bytes] = queue.Queue()
    subscriber.subscribe('/bad', lambda data: {}[data])
    subscriber.subscribe('/good', heard.put)
    for topic in ('/bad', '/good'):
        publisher.advertise(topic, TYPE)
        assert publisher.wait_for_subscriber(topic, DEADLINE_S)
    deadline = time.monotonic() + DEADLINE_S
    while 'KeyError' not in caplog.text and time.monotonic() < deadline:
        publisher.publish('/bad', TYPE, [b'x'])
    publish_until_heard(publisher, '/good', heard)
    assert 'KeyError' in caplog.text


def test_a_reader_who_was_kept_waiting_hears_the_newest_alone_if_it_wants_no_more(clients):
    publisher, subscriber = clients
    heard: dict[str, list[bytes]] = {'/all': [], '/newest': [], '/hold': []}
    waiting, released = threading.Event(), threading.Event()

    def hold(_: bytes) -> None:
        waiting.set()
        released.wait(DEADLINE_S)

    subscriber.subscribe('/hold', hold)
    subscriber.subscribe('/all', heard['/all'].append)
    subscriber.subscribe('/newest', heard['/newest'].append, newest_only=True)
    for topic in heard:
        publisher.advertise(topic, TYPE)
        assert publisher.wait_for_subscriber(topic, DEADLINE_S)
    until(lambda: publisher.publish('/all', TYPE, [b'0']) or heard['/all'])
    until(lambda: publisher.publish('/newest', TYPE, [b'0']) or heard['/newest'])
    until(lambda: publisher.publish('/hold', TYPE, [b'0']) or waiting.is_set())
    numbers = [b'%d' % number for number in range(1, 31)]
    publisher.publish('/newest', TYPE, numbers)
    publisher.publish('/all', TYPE, numbers)
    released.set()
    until(lambda: heard['/all'][-1] == heard['/newest'][-1] == b'30')
    assert heard['/all'][-30:] == numbers
    assert len(heard['/newest']) < len(heard['/all'])


def until(condition):
    """Wait until a condition holds, asking again and again."""
    give_up = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_a_publisher_without_a_control_socket_hears_by_multicast_who_subscribes(clients, harmonic):
    client = clients[0]
    heard: queue.Queue[bytes] = queue.Queue()
    client.subscribe('/topic', heard.put)
    harmonic.advertise()
    joined = harmonic.event(Joined)
    assert joined.topic == harmonic.topic
    deadline = time.monotonic() + DEADLINE_S
    while heard.empty() and time.monotonic() < deadline:
        harmonic.publish(b'data')
    assert heard.get(timeout=DEADLINE_S) == b'data'
    client.unsubscribe('/topic')
    assert harmonic.event(Left) == Left(harmonic.topic, joined.process, joined.node)


def test_a_subscriber_that_registers_by_multicast_is_known_and_hears(clients, harmonic):
    client = clients[0]
    client.advertise('/topic', TYPE)
    harmonic.subscribe()
    harmonic.say()
    assert client.wait_for_subscriber('/topic', DEADLINE_S)
    deadline = time.monotonic() + DEADLINE_S
    frames: list[bytes] = []
    while not frames and time.monotonic() < deadline:
        client.publish('/topic', TYPE, [b'data'])
        with contextlib.suppress(zmq.Again):
            frames = harmonic.heard.recv_multipart()
    assert (frames[0], frames[2], frames[3]) == (harmonic.topic.encode(), b'data', TYPE.encode())
    harmonic.discovery.forget(harmonic.topic)
    harmonic.say()
    assert client.wait_for_no_subscriber('/topic', DEADLINE_S)


def test_a_service_that_nobody_offers_is_an_error_in_bounded_time(clients):
    with pytest.raises(SimulatorError, match=r'did not answer in 0\.2 s'):
        clients[0].request('/nobody', 'a', 'b', b'', 0.2)


def test_closing_ends_a_call_that_waits(clients):
    client = clients[0]
    client.close()
    with pytest.raises(SimulatorError):
        client.request('/nobody', 'a', 'b', b'', 0.1)


def test_closing_twice_and_publishing_afterwards_does_no_harm(clients):
    client = clients[0]
    client.close()
    client.close()
    client.publish('/topic', TYPE, [b'late'])
