"""Subscribing to topics of gz-transport: one ZeroMQ SUB socket for all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable

import zmq

from telesurgery_gazebo.transport.discovery import Publication
from telesurgery_gazebo.transport.messages import DiscoveryType

_log = logging.getLogger(__name__)

_LINGER_MS = 300
"""How long a notice to a publisher may take to leave after its socket is closed."""

_MOST_TOGETHER = 64

Callback = Callable[[bytes], None]


class TopicSubscriber:
    """The topics that this process listens to. All calls come from one thread."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], process: str, node: str) -> None:
        self._context = context
        self._process, self._node = process.encode(), node.encode()
        self.data = context.socket(zmq.SUB)
        self._callbacks: dict[bytes, Callback] = {}
        self._newest_only: set[bytes] = set()
        self._sources: dict[tuple[str, str], Publication] = {}

    def add(self, topic: str, callback: Callback, *, newest_only: bool = False) -> None:
        """Call ``callback`` with every message of ``topic`` once a publisher is found.

        With ``newest_only`` a message is dropped that a newer one has overtaken while it waited.
        """
        self._callbacks[topic.encode()] = callback
        if newest_only:
            self._newest_only.add(topic.encode())

    def remove(self, topic: str) -> None:
        """Listen to ``topic`` no more, and tell its publishers."""
        if self._callbacks.pop(topic.encode(), None) is None:
            return
        self._newest_only.discard(topic.encode())
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
        """Take the messages that wait, and hand them to their callbacks.

        Many together, so that a reader who was kept waiting catches up; not all that there may be,
        for others wait, too.
        """
        newest: dict[bytes, bytes] = {}
        for _ in range(_MOST_TOGETHER):
            frames = self._take()
            if not frames:
                break
            topic = frames[0]
            if topic not in self._callbacks or len(frames) < 4:  # a fifth one has statistics
                continue
            if topic in self._newest_only:
                newest[topic] = frames[2]
            else:
                self._hand_on(topic, frames[2])
        for topic, message in newest.items():
            self._hand_on(topic, message)

    def close(self) -> None:
        """Leave every topic and close."""
        for topic in list(self._callbacks):
            self.remove(topic.decode())
        self.data.close(linger=0)

    def _hand_on(self, topic: bytes, message: bytes) -> None:
        callback = self._callbacks.get(topic)  # a callback before may have ended it
        if callback is None:
            return
        try:
            callback(message)
        except Exception:  # the others still want their messages
            _log.exception('a message was not handled')

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
