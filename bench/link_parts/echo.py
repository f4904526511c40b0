"""The yardstick of delays: a bare UDP echo in a process of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext

from link_parts.ends import PRIORITY
from link_parts.ports import LOCAL
from telesurgery_ros.priority import make_realtime


class Echo:
    """A client of the echo."""

    def __init__(self, client: socket.socket, payload: bytes) -> None:
        self._client = client
        self._payload = payload

    def one_way_us(self) -> float:
        """Return half the round trip of one datagram [us]."""
        asked_ns = time.perf_counter_ns()
        self._client.send(self._payload)
        self._client.recv(2048)
        return (time.perf_counter_ns() - asked_ns) / 2e3


@contextmanager
def echo(spawn: SpawnContext, port: int, payload: bytes) -> Iterator[Echo]:
    """Run the echo at a port, and give a client of it."""
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(theirs, port))
    server.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect((LOCAL, port))
        client.settimeout(1.0)
        ours.recv()
        yield Echo(client, payload)
        client.send(b'')
    server.join()


def _serve(pipe: Connection, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((LOCAL, port))
        make_realtime(threading.current_thread(), PRIORITY)  # as the link's own threads
        pipe.send('ready')
        while True:
            data, sender = server.recvfrom(2048)
            if not data:
                return
            server.sendto(data, sender)
