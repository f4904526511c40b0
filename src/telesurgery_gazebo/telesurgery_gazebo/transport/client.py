"""A process's place in gz-transport: topics both ways and service calls, served by one thread.

Data travel as four ZeroMQ frames (topic, sender's address, message, type name); who publishes what
is found by UDP multicast. One client serves Gazebo 11 and gz-sim: only the names of the message
types differ.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as AnswerTimeoutError

import zmq

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.transport.discovery import Discovery, Event, Found, Gone, Joined, Left
from telesurgery_gazebo.transport.multicast import SERVICE_PORT, TOPIC_PORT, DiscoverySocket
from telesurgery_gazebo.transport.publisher import Payload, TopicPublisher
from telesurgery_gazebo.transport.service import Call, ServiceCaller
from telesurgery_gazebo.transport.subscriber import Callback, TopicSubscriber

_log = logging.getLogger(__name__)

_RETRY_S = 0.01
"""How soon a service call is tried again whose connection is not made yet."""


class TransportClient:
    """A client in one partition of gz-transport, on one network interface."""

    def __init__(self, partition: str, address: str = '127.0.0.1') -> None:
        """Join the partition; SimulatorError when the interface or its ports are not to be had."""
        self._partition = partition
        self._node = str(uuid.uuid4())
        self._process = str(uuid.uuid4())
        self._topics = DiscoverySocket(Discovery(self._process), address, TOPIC_PORT)
        self._services = DiscoverySocket(Discovery(self._process), address, SERVICE_PORT)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._publisher = TopicPublisher(self._context, address)
        self._subscriber = TopicSubscriber(self._context, self._process, self._node)
        self._caller = ServiceCaller(self._context, address, self._node)
        self._tasks: deque[Callable[[], None]] = deque()
        self._wake, self._woken = socket.socketpair()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name='gz-transport', daemon=True)
        self._thread.start()

    def advertise(self, topic: str, message_type: str) -> None:
        """Announce a topic of this client."""
        publication = self._publisher.publication(
            self._full(topic), message_type, self._process, self._node
        )
        self._do(lambda: self._topics.discovery.advertise(publication))

    def publish(self, topic: str, message_type: str, payloads: Iterable[Payload]) -> None:
        """Send serialised messages on an advertised topic; never waits."""
        self._publisher.publish(self._full(topic).encode(), message_type.encode(), payloads)

    def wait_for_subscriber(self, topic: str, timeout_s: float) -> bool:
        """Return whether somebody subscribes to ``topic`` within ``timeout_s`` [s]."""
        return self._publisher.wait_for_subscriber(self._full(topic), timeout_s)

    def wait_for_no_subscriber(self, topic: str, timeout_s: float) -> bool:
        """Return whether nobody subscribes to ``topic`` any more within ``timeout_s`` [s]."""
        return self._publisher.wait_for_no_subscriber(self._full(topic), timeout_s)

    def subscribe(self, topic: str, callback: Callback, *, newest_only: bool = False) -> None:
        """Call ``callback`` with the bytes of every message of a topic, in the client's thread.

        With ``newest_only`` those are dropped that a newer one has overtaken while they waited.
        """
        full = self._full(topic)
        self._do(lambda: self._subscriber.add(full, callback, newest_only=newest_only))
        self._do(lambda: self._topics.discovery.seek(full))

    def unsubscribe(self, topic: str) -> None:
        """Listen to a topic no more."""
        full = self._full(topic)
        self._do(lambda: self._topics.discovery.forget(full))
        self._do(lambda: self._subscriber.remove(full))

    def request(
        self, service: str, request_type: str, response_type: str, request: bytes, timeout_s: float
    ) -> bytes:
        """Call a service and return the bytes of its answer.

        Raises SimulatorError when there is none within ``timeout_s`` [s].
        """
        full = self._full(service)
        call = Call(full, request_type, response_type, request)
        self._do(lambda: self._caller.add(call))
        self._do(lambda: self._services.discovery.seek(full))
        try:
            return call.answer.result(timeout_s)
        except (AnswerTimeoutError, CancelledError):
            call.answer.cancel()
            raise SimulatorError(
                f'service {service} did not answer in {timeout_s:g} s; allowed: a running '
                'simulator in the same partition; look into its log'
            ) from None

    def close(self) -> None:
        """Leave the partition; a second call changes nothing."""
        if not self._closing:
            self._closing = True
            self._wake.send(b'.')
            self._thread.join()
            self._wake.close()
            self._woken.close()

    def _full(self, topic: str) -> str:
        return f'@/{self._partition}@{topic}'

    def _do(self, task: Callable[[], None]) -> None:
        if not self._closing:
            self._tasks.append(task)
            self._wake.send(b'.')

    def _run(self) -> None:
        poller = zmq.Poller()
        receivers: dict[object, Callable[[], None]] = {
            self._woken.fileno(): self._run_tasks,
            self._topics.fileno(): lambda: self._topics_changed(self._topics.receive()),
            self._services.fileno(): lambda: self._services_changed(self._services.receive()),
            self._publisher.control: self._publisher.receive_control,
            self._subscriber.data: self._subscriber.receive,
            self._caller.responses: self._caller.receive,
        }
        for source in receivers:
            poller.register(source, zmq.POLLIN)
        while not self._closing:
            for source, _ in poller.poll(self._timeout_ms()):
                self._receive(receivers[source])
            self._topics_changed(self._topics.send_due())
            self._services_changed(self._services.send_due())
            self._caller.send_due()
        self._finish()

    def _receive(self, receiver: Callable[[], None]) -> None:
        try:
            receiver()
        except Exception:  # of a subscriber's callback: the others still want their messages
            _log.exception('a message was not handled')

    def _timeout_ms(self) -> int:
        left = min(self._topics.seconds_left(), self._services.seconds_left())
        if self._caller.waiting:
            left = min(left, _RETRY_S)
        return int(max(0.0, left) * 1000) + 1

    def _run_tasks(self) -> None:
        self._woken.recv(4096)
        while self._tasks:
            self._tasks.popleft()()

    def _topics_changed(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Found):
                self._subscriber.connect(event.publication)
                if not event.publication.has_control_socket:
                    self._topics.discovery.register(event.publication, self._node)
            elif isinstance(event, Joined):
                self._publisher.add_subscriber(event.topic, event.process, event.node)
            elif isinstance(event, Left):
                self._publisher.remove_subscriber(event.topic, event.process, event.node)
            else:
                self._subscriber.forget(event.process, event.topic)
                if not event.topic:
                    self._publisher.forget_process(event.process)

    def _services_changed(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Found):
                self._caller.connect(event.publication)
            elif isinstance(event, Gone) and not event.topic:
                self._caller.forget(event.process)

    def _finish(self) -> None:
        self._subscriber.close()
        self._caller.close()
        self._publisher.close()
        self._topics.close()
        self._services.close()
        with contextlib.suppress(zmq.ZMQError):
            self._context.term()
