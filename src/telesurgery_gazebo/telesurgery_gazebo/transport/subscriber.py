"""Subscribing to topics of gz-transport: one ZeroMQ SUB socket for all of them."""

from __future__ import annotations

from collections.abc import Callable

import zmq

from telesurgery_gazebo.transport.discovery import Publication
from telesurgery_gazebo.transport.messages import DiscoveryType

_LINGER_MS = 300
"""How long a notice to a publisher may take to leave after its socket is closed."""

Callback = Callable[[bytes], None]


class TopicSubscriber:
    """The topics that this process listens to. All calls come from one thread."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], process: str, node: str) -> None:
        self._context = context
        self._process, self._node = process.encode(), node.encode()
        self.data = context.socket(zmq.SUB)
        self._callbacks: dict[bytes, Callback] = {}
        self._sources: dict[tuple[str, str], Publication] = {}

    def add(self, topic: str, callback: Callback) -> None:
        """Call ``callback`` with every message of ``topic`` once a publisher is found."""
        self._callbacks[topic.encode()] = callback

    def remove(self, topic: str) -> None:
        """Listen to ``topic`` no more, and tell its publishers."""
        if self._callbacks.pop(topic.encode(), None) is None:
            return
        for key in [key for key in self._sources if key[0] == topic]:
            publication = self._sources.pop(key)
            self.data.unsubscribe(topic)
            self._notify(publication, DiscoveryType.END_CONNECTION)
            self._disconnect_unused(publication.address)

    def connect(self, publication: Publication) -> None:
        """Listen to a publisher of a topic that was added."""
        key = (publication.topic, publication.node)
        if publication.topic.encode() not in self._callbacks or key in self._sources:
            return
        if publication.address not in {item.address for item in self._sources.values()}:
            self.data.connect(publication.address)
        self._sources[key] = publication
        self.data.subscribe(publication.topic)
        self._notify(publication, DiscoveryType.NEW_CONNECTION)

    def forget(self, process: str, topic: str) -> None:
        """Drop the publishers of a process that is gone, or (with ``topic``) one of them."""
        for key, publication in list(self._sources.items()):
            if publication.process == process and topic in ('', publication.topic):
                del self._sources[key]
                self.data.unsubscribe(publication.topic)
                self._disconnect_unused(publication.address)

    def receive(self) -> None:
        """Take one message, if one still waits, and hand it to its callback."""
        frames = self._take()
        callback = self._callbacks.get(frames[0]) if frames else None
        if callback is not None and len(frames) >= 4:  # a fifth one has statistics
            callback(frames[2])

    def close(self) -> None:
        """Leave every topic and close."""
        for topic in list(self._callbacks):
            self.remove(topic.decode())
        self.data.close(linger=0)

    def _notify(self, publication: Publication, kind: DiscoveryType) -> None:
        if not publication.has_control_socket:  # it hears of us by multicast
            return
        with self._context.socket(zmq.DEALER) as notice:
            notice.setsockopt(zmq.LINGER, _LINGER_MS)
            notice.connect(publication.control)
            notice.send_multipart(
                [
                    publication.topic.encode(),
                    self._process,
                    self._node,
                    publication.message_type.encode(),
                    b'%d' % kind,
                ]
            )

    def _disconnect_unused(self, address: str) -> None:
        """Leave an address that no topic comes from.

        Polling has libzmq take the first frame of a message ahead; the others must not vanish with
        the connection, or libzmq aborts the process (fq.cpp, "!_more"). So what waits is taken and
        lost, as anything on a stream may be.
        """
        if address not in {item.address for item in self._sources.values()}:
            while self._take():
                pass
            self.data.disconnect(address)

    def _take(self) -> list[bytes]:
        """Return the frames of a message that waits; none: an empty list."""
        try:
            return self.data.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return []
