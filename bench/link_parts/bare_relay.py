"""The yardstick of gateways: a process that relays as plainly as rclpy can."""

from __future__ import annotations

import importlib
import multiprocessing
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from telesurgery_link.channels import Side

SPAWN = multiprocessing.get_context('spawn')


@contextmanager
def bare_relay(
    domains: dict[Side, int], topics: Mapping[str, Side], message_type: str
) -> Iterator[int | None]:
    """Relay each topic from the side that it comes from to the other; give the process id.

    ``message_type`` is the name of a message of std_msgs.
    """
    relay = SPAWN.Process(target=_relay, args=(domains, dict(topics), message_type), daemon=True)
    relay.start()
    try:
        yield relay.pid
    finally:
        relay.terminate()
        relay.join()


def _relay(domains: dict[Side, int], topics: dict[str, Side], message_type: str) -> None:
    """Take raw messages in one domain's callbacks and publish them in the other domain."""
    import rclpy
    from rclpy.executors import SingleThreadedExecutor

    from telesurgery_ros import qos

    kind = getattr(importlib.import_module('std_msgs.msg'), message_type)
    nodes = {}
    for side, domain in domains.items():
        context = rclpy.Context()
        rclpy.init(context=context, domain_id=domain)
        nodes[side] = rclpy.create_node(f'bench_relay_{side.value}', context=context)
    for topic, side in topics.items():
        other = Side.PATIENT if side is Side.SURGEON else Side.SURGEON
        publisher = nodes[other].create_publisher(kind, topic, qos.STREAM_OUT)
        nodes[side].create_subscription(kind, topic, publisher.publish, qos.STREAM_IN, raw=True)
    executors = []
    for side in set(topics.values()):
        executor = SingleThreadedExecutor(context=nodes[side].context)
        executor.add_node(nodes[side])
        executors.append(executor)
    for executor in executors[1:]:
        threading.Thread(target=executor.spin, daemon=True).start()
    executors[0].spin()
