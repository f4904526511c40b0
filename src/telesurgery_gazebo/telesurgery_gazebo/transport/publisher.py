"""Publishing topics of gz-transport: a ZeroMQ PUB socket and the control socket beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import zmq

from telesurgery_gazebo.transport.discovery import Publication
from telesurgery_gazebo.transport.endpoint import bind
from telesurgery_gazebo.transport.messages import DiscoveryType

_MORE, _LAST = int(zmq.SNDMORE | zmq.DONTWAIT), int(zmq.DONTWAIT)
"""Plain numbers: with the enum's members a frame costs five times as much."""

Payload = bytes | memoryview

Registration = tuple[str, str, str]
"""Topic, process and node of a remote subscriber."""


class TopicPublisher:
    """The topics that this process publishes. ``publish`` may be called from any thread."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], address: str) -> None:
        self._data = context.socket(zmq.PUB)
        self.control = context.socket(zmq.ROUTER)
        self._address = bind(self._data, address)
        self._control_address = bind(self.control, address)
        self._lock = threading.Lock()
        self._subscribers: set[Registration] = set()
        self._changed = threading.Condition()

    def publication(self, topic: str, message_type: str, process: str, node: str) -> Publication:
        """Return how a topic of this publisher is advertised."""
        return Publication(
            topic, self._address, process, node, self._control_address, message_type
        )

    def publish(self, topic: bytes, message_type: bytes, payloads: Iterable[Payload]) -> None:
        """Send serialised messages on one topic to whoever has subscribed; never blocks."""
        send, address = self._data.send, self._address.encode()
        with self._lock:
            if self._data.closed:
                return
            for payload in payloads:
                send(topic, _MORE)
                send(address, _MORE)
                send(payload, _MORE)
                send(message_type, _LAST)

    def receive_control(self) -> None:
        """Take one waiting notice of a subscriber that comes or goes."""
        frames = self.control.recv_multipart()
        if len(frames) != 6:
            return
        _, *names, _, kind = frames
        topic, process, node = (name.decode(errors='replace') for name in names)
        if kind == b'%d' % DiscoveryType.NEW_CONNECTION:
            self.add_subscriber(topic, process, node)
        elif kind == b'%d' % DiscoveryType.END_CONNECTION:
            self.remove_subscriber(topic, process, node)

    def add_subscriber(self, topic: str, process: str, node: str) -> None:
        """Note that a remote node subscribes to a topic."""
        with self._changed:
            self._subscribers.add((topic, process, node))
            self._changed.notify_all()

    def remove_subscriber(self, topic: str, process: str, node: str) -> None:
        """Note that a remote node subscribes to a topic no more."""
        with self._changed:
            self._subscribers.discard((topic, process, node))
            self._changed.notify_all()

    def forget_process(self, process: str) -> None:
        """Strike out the subscribers of a process that is gone."""
        with self._changed:
            self._subscribers = {item for item in self._subscribers if item[1] != process}
            self._changed.notify_all()

    def wait_for_subscriber(self, topic: str, timeout_s: float) -> bool:
        """Return whether somebody subscribes to ``topic`` within ``timeout_s`` [s]."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._has_subscriber(topic) or self._data.closed, timeout_s
            )
            return self._has_subscriber(topic)

    def wait_for_no_subscriber(self, topic: str, timeout_s: float) -> bool:
        """Return whether nobody subscribes to ``topic`` any more within ``timeout_s`` [s]."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._has_subscriber(topic), timeout_s)

    def _has_subscriber(self, topic: str) -> bool:
        return any(item[0] == topic for item in self._subscribers)

    def close(self) -> None:
        """Close both sockets; what was not sent yet is dropped, and nobody waits on."""
        with self._lock, self._changed:
            self._data.close(linger=0)
            self.control.close(linger=0)
            self._changed.notify_all()
