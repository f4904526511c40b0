"""Who sends and who receives in each domain while the throughput is measured.

A station is a process: it publishes its topics at their rates and takes those of the other one.
Every message begins with the time at which it was published. Messages are serialised once and
published as bytes, so that the stations take as little of the machine as they can.
"""

from __future__ import annotations

import multiprocessing
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from link_parts.ends import PRIORITY
from link_parts.timing import at_rate

SPAWN = multiprocessing.get_context('spawn')
MESSAGE_TYPE = 'UInt8MultiArray'
CDR_HEAD = struct.Struct('<IIII')
"""Encapsulation, no dimensions, no offset, number of bytes: what stands before the bytes."""

LITTLE_ENDIAN = 0x00000100
STAMP = struct.Struct('<q')


@dataclass(frozen=True, slots=True)
class Stream:
    """Topics that are published together."""

    topics: tuple[str, ...]
    rate_hz: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Station:
    """What one side does."""

    domain: int
    sends: Stream
    takes: tuple[str, ...]


class Running:
    """A station that runs."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def is_connected(self) -> bool:
        """Return whether every topic that it takes has come, after asking it to send a little."""
        self._pipe.send('greet')
        return bool(self._pipe.recv())

    def begin(self, seconds: float) -> None:
        """Let it send for a time; what it takes is noted from now on."""
        self._pipe.send(seconds)

    def result(self) -> tuple[int, dict[str, list[float]]]:
        """Return how many messages of each topic it sent, and how late those came that it took.

        The latter are microseconds from publishing to the callback, by topic.
        """
        result: tuple[int, dict[str, list[float]]] = self._pipe.recv()
        return result


@contextmanager
def station(what: Station) -> Iterator[Running]:
    """Run a station."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_run, args=(theirs, what), daemon=True)
    process.start()
    try:
        yield Running(ours)
    finally:
        process.terminate()
        process.join()


def _run(pipe: Connection, what: Station) -> None:
    import rclpy
    from std_msgs.msg import UInt8MultiArray

    from telesurgery_ros import qos
    from telesurgery_ros.polling import PolledSubscription
    from telesurgery_ros.priority import make_realtime
    from telesurgery_ros.waiting import WaitingReader

    # Before DDS starts its threads, which inherit it: the carriers are measured, not the stations.
    make_realtime(threading.current_thread(), PRIORITY)
    context = rclpy.Context()
    rclpy.init(context=context, domain_id=what.domain)
    node = rclpy.create_node('bench_station', context=context)
    late_us: dict[str, list[float]] = {topic: [] for topic in what.takes}

    def listener(topic: str) -> Callable[[Any, dict[str, Any]], None]:
        def note(message: bytes, _info: dict[str, Any]) -> None:
            (published_ns,) = STAMP.unpack_from(message, CDR_HEAD.size)
            late_us[topic].append((time.time_ns() - published_ns) / 1e3)

        return note

    reader = WaitingReader(
        node,
        {
            PolledSubscription(node, UInt8MultiArray, topic, raw=True): listener(topic)
            for topic in what.takes
        },
    )
    reader.start()
    publishers = [
        node.create_publisher(UInt8MultiArray, topic, qos.STREAM_OUT)
        for topic in what.sends.topics
    ]
    head = CDR_HEAD.pack(LITTLE_ENDIAN, 0, 0, what.sends.size_bytes)
    filler = bytes(what.sends.size_bytes - STAMP.size)

    def publish() -> None:
        for publisher in publishers:
            publisher.publish(head + STAMP.pack(time.time_ns()) + filler)

    while True:
        word = pipe.recv()
        if word == 'greet':
            publish()
            pipe.send(all(late_us.values()))
            continue
        for times in late_us.values():
            times.clear()
        count = round(word * what.sends.rate_hz)
        at_rate(what.sends.rate_hz, count, publish)
        time.sleep(1.0)
        pipe.send((count, late_us))
