"""For tests: a master of Gazebo that says what it is told to say, to one client."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

from telesurgery_gazebo.classic.framing import FrameReader, opened, packet
from telesurgery_gazebo.classic.messages import GzString, GzStringV, Publish, Subscribe
from telesurgery_gazebo.protobuf import parse


class FakeMaster:
    """Greets as a master does, and knows one topic, which it publishes itself."""

    def __init__(self, greeting: bytes | None = None) -> None:
        """Listen at ``port``."""
        self._server = socket.create_server(('127.0.0.1', 0))
        self.port: int = self._server.getsockname()[1]
        self._greeting = GREETING if greeting is None else greeting
        self.answers_publishers = True
        """Whether it subscribes to what the client advertises."""
        self.ends_at_publishers = False
        """Whether it hangs up instead."""
        self.stream = b''
        """What the topic's subscriber is sent before the connection is closed."""
        self.advertised: list[Any] = []
        """The publications that the client announced."""
        self.heard: list[bytes] = []
        """What the client published."""
        self._threads: list[threading.Thread] = []
        self._run(self._serve)

    def __enter__(self) -> FakeMaster:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
        for thread in self._threads:
            thread.join(10.0)

    def _serve(self) -> None:
        client, _ = self._server.accept()
        with client:
            client.settimeout(10.0)
            client.sendall(self._greeting)
            reader = FrameReader()
            while data := client.recv(4096):
                for message in reader.feed(data):
                    self._answer(client, *opened(message))

    def _answer(self, client: socket.socket, kind: str, content: bytes) -> None:
        if kind == 'advertise':
            self.advertised.append(parse(Publish, content))
            if self.ends_at_publishers:
                client.shutdown(socket.SHUT_RDWR)
            elif self.answers_publishers:
                self._run(self._subscribe)
        if kind != 'subscribe':
            return
        topic = parse(Subscribe, content).topic
        server = socket.create_server(('127.0.0.1', 0))
        port = server.getsockname()[1]
        other = Publish(topic='/other', msg_type='x', host='127.0.0.1', port=1)
        found = Publish(topic=topic, msg_type='x', host='127.0.0.1', port=port)
        self._run(lambda: self._publish(server))
        for publication in (other, found):
            client.sendall(packet('publisher_subscribe', publication))

    def _publish(self, server: socket.socket) -> None:
        with server:
            subscriber, _ = server.accept()
        with subscriber:
            subscriber.settimeout(10.0)
            (message,) = FrameReader().feed(subscriber.recv(4096))
            assert opened(message)[0] == 'sub'
            subscriber.sendall(self.stream)

    def _subscribe(self) -> None:
        publication = self.advertised[-1]
        with socket.create_connection((publication.host, publication.port), 10.0) as subscriber:
            subscriber.sendall(packet('sub', Subscribe(topic=publication.topic)))
            reader = FrameReader()
            while data := subscriber.recv(4096):
                self.heard += reader.feed(data)

    def _run(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()


GREETING = b''.join(
    (
        packet('version_init', GzString(data='gazebo 11.1')),
        packet('topic_namepaces_init', GzStringV(data=['world'])),
        packet('publishers_init', GzStringV()),
    )
)
