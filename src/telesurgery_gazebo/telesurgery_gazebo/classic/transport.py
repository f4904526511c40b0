"""A client of Gazebo 11's own transport: a master that knows the topics, and TCP between nodes.

The master tells a subscriber where the publishers of a topic listen; the subscriber connects
there, names the topic and then reads messages. A publisher listens and waits for subscribers.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from typing import Any

from telesurgery_gazebo.classic.framing import FrameReader, opened, packet
from telesurgery_gazebo.classic.messages import GzString, Publish, Subscribe
from telesurgery_gazebo.errors import WireError
from telesurgery_gazebo.protobuf import parse

_RECEIVE_BYTES = 1 << 18


class Connection:
    """One TCP connection that carries frames."""

    def __init__(self, stream: socket.socket) -> None:
        self._socket = stream
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = FrameReader()

    @classmethod
    def to(cls, host: str, port: int, timeout_s: float) -> Connection:
        """Connect, and wait at most ``timeout_s`` [s] now and later; OSError if nobody listens."""
        return cls(socket.create_connection((host, port), timeout_s))

    @property
    def local_port(self) -> int:
        """Port of this end."""
        port: int = self._socket.getsockname()[1]
        return port

    def fileno(self) -> int:
        """Return what a selector needs."""
        return self._socket.fileno()

    def wait_at_most(self, timeout_s: float | None) -> None:
        """Let ``send`` and ``receive`` raise TimeoutError after ``timeout_s`` [s]."""
        self._socket.settimeout(timeout_s)

    def send(self, frame: bytes) -> None:
        """Send one frame; OSError when the other end is gone."""
        self._socket.sendall(frame)

    def receive(self) -> list[bytes]:
        """Wait for bytes and return the messages that they complete (none or several).

        Raises ConnectionError at the stream's end, TimeoutError, and WireError for no frames.
        """
        data = self._socket.recv(_RECEIVE_BYTES)
        if not data:
            raise ConnectionError('the other end closed the connection')
        return self._reader.feed(data)

    def close(self) -> None:
        """Close, and wake whoever waits in ``receive``."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Master:
    """A connection to Gazebo's master."""

    def __init__(self, port: int, timeout_s: float, host: str = '127.0.0.1') -> None:
        """Connect and hear the master's greeting.

        Raises OSError when nobody listens, WireError when it is no Gazebo 11 that answers.
        """
        self._timeout_s = timeout_s
        self._connection = Connection.to(host, port, timeout_s)
        self._messages: list[bytes] = []
        self._host = host
        try:
            self.version: str = parse(GzString, self._greeting('version_init')).data
            self._greeting('topic_namepaces_init')
            self._greeting('publishers_init')
        except BaseException:
            self.close()
            raise

    def publisher_of(self, topic: str, message_type: str) -> tuple[str, int]:
        """Ask for a topic and return host and port of the first who publishes it.

        Waits; TimeoutError when nobody does within the connection's timeout.
        """
        self._connection.send(packet('subscribe', self._subscription(topic, message_type)))
        while True:
            kind, content = opened(self._next())
            if kind in ('publisher_subscribe', 'publisher_advertise'):
                found = parse(Publish, content)
                if found.topic == topic:
                    return found.host, found.port

    def subscribe(self, topic: str, message_type: str) -> Connection:
        """Return a connection from which the messages of ``topic`` can be read."""
        host, port = self.publisher_of(topic, message_type)
        connection = Connection.to(host, port, self._timeout_s)
        try:
            connection.send(packet('sub', self._subscription(topic, message_type)))
        except OSError:
            connection.close()
            raise
        return connection

    def publish(self, topic: str, message_type: str) -> Connection:
        """Advertise ``topic`` and return a connection to its first subscriber.

        What is sent there are ``framed`` messages. Waits; TimeoutError when nobody subscribes,
        ConnectionError when Gazebo ends meanwhile.
        """
        with socket.create_server((self._host, 0)) as server:
            server.settimeout(self._timeout_s)
            port = server.getsockname()[1]
            publication = Publish(topic=topic, msg_type=message_type, host=self._host, port=port)
            self._connection.send(packet('advertise', publication))
            self._wait_for_a_caller(server)
            stream, _ = server.accept()
        stream.settimeout(self._timeout_s)
        connection = Connection(stream)
        kind = ''
        while kind != 'sub':
            for message in connection.receive():
                kind, _ = opened(message)
        return connection

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _wait_for_a_caller(self, server: socket.socket) -> None:
        """Wait until somebody connects; what the master says meanwhile is kept."""
        give_up = time.monotonic() + self._timeout_s
        with selectors.DefaultSelector() as selector:
            selector.register(server, selectors.EVENT_READ)
            selector.register(self._connection, selectors.EVENT_READ)
            while ready := selector.select(max(0.0, give_up - time.monotonic())):
                if any(key.fileobj is server for key, _ in ready):
                    return
                self._messages += self._connection.receive()
        raise TimeoutError(f'nobody subscribed within {self._timeout_s:g} s')

    def _subscription(self, topic: str, message_type: str) -> Any:
        return Subscribe(
            topic=topic,
            host=self._host,
            port=self._connection.local_port,
            msg_type=message_type,
            latching=False,
        )

    def _greeting(self, expected: str) -> bytes:
        kind, content = opened(self._next())
        if kind != expected:
            raise WireError(
                f'the master greets with {kind!r}; allowed: {expected!r}, as Gazebo 11 does; '
                'check the port'
            )
        return content

    def _next(self) -> bytes:
        while not self._messages:
            self._messages = self._connection.receive()
        return self._messages.pop(0)
