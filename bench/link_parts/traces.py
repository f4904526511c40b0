"""What a gateway tells of the way between the two gateways (``/trace/link``)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def traces(domain: int) -> Iterator[Callable[[], list[float]]]:
    """Listen in a domain; give what returns how late messages came across the link [us]."""
    import rclpy
    from rclpy.executors import SingleThreadedExecutor

    from telesurgery_msgs.msg import LinkTrace
    from telesurgery_ros import qos

    context = rclpy.Context()
    rclpy.init(context=context, domain_id=domain)
    node = rclpy.create_node('bench_traces', context=context)
    batches: list[Any] = []
    node.create_subscription(LinkTrace, '/trace/link', batches.append, qos.EVENT)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    thread = threading.Thread(target=executor.spin, daemon=True)
    thread.start()
    try:
        yield lambda: [time_us for batch in list(batches) for time_us in _late_us(batch)]
    finally:
        executor.shutdown()
        thread.join()
        node.destroy_node()
        context.shutdown()


def _late_us(batch: Any) -> list[float]:
    return [
        (arrival.sec - sent.sec - injected.sec) * 1e6
        + (arrival.nanosec - sent.nanosec - injected.nanosec) / 1e3
        for sent, injected, arrival in zip(
            batch.sent_stamp, batch.injected_delay, batch.arrival_stamp, strict=True
        )
    ]
