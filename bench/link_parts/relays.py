"""A message between two DDS domains: through both gateways, and through a bare rclpy relay."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from link_parts.bare_relay import bare_relay
from link_parts.gateways import gateways
from link_parts.rows import row
from link_parts.timing import at_rate, processor_s
from telesurgery_bringup.reservations import Reservations
from telesurgery_link.channels import Side

GATEWAYS, RELAY = '/through_gateways', '/through_relay'
CHANNELS_YAML = f"""
channels:
  - {{topic: {GATEWAYS}, type: std_msgs/msg/Int64, direction: surgeon_to_patient,
     policy: latest, quality: stream}}
"""
NAMES = {GATEWAYS: 'two gateways', RELAY: 'bare rclpy relay'}
IDLE_S = 3.0


def relay_rows(
    reservations: Reservations, messages: int, rate_hz: float
) -> Iterator[dict[str, object]]:
    """Yield a row for the two gateways and one for a bare relay, running side by side."""
    os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
    domains = {side: reservations.domain() for side in Side}
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        pids = running.enter_context(gateways(reservations, domains, CHANNELS_YAML, folder))
        relay = running.enter_context(bare_relay(domains, {RELAY: Side.SURGEON}, 'Int64'))
        yield from _measured(domains, {GATEWAYS: pids, RELAY: [relay]}, messages, rate_hz)


def _measured(
    domains: dict[Side, int],
    processes: dict[str, list[int | None]],
    messages: int,
    rate_hz: float,
) -> Iterator[dict[str, object]]:
    """Publish on one side, listen on the other; yield a row per topic."""
    import rclpy
    from std_msgs.msg import Int64

    from telesurgery_ros import qos
    from telesurgery_ros.polling import PolledSubscription
    from telesurgery_ros.waiting import WaitingReader

    nodes = {}
    for side, domain in domains.items():
        context = rclpy.Context()
        rclpy.init(context=context, domain_id=domain)
        nodes[side] = rclpy.create_node(f'bench_link_{side.value}', context=context)
    times_us: dict[str, list[float]] = {topic: [] for topic in processes}

    def listener(topic: str) -> Callable[[Any, dict[str, Any]], None]:
        return lambda message, _info: times_us[topic].append((time.time_ns() - message.data) / 1e3)

    patient = nodes[Side.PATIENT]
    reader = WaitingReader(
        patient,
        {PolledSubscription(patient, Int64, topic): listener(topic) for topic in processes},
    )
    reader.start()
    publishers = [
        nodes[Side.SURGEON].create_publisher(Int64, topic, qos.STREAM_OUT) for topic in processes
    ]

    def publish_all() -> None:
        for publisher in publishers:
            publisher.publish(Int64(data=time.time_ns()))

    _await_all(times_us, publish_all)
    idle_cores = _cores(processes, lambda: time.sleep(IDLE_S))
    for times in times_us.values():
        times.clear()
    begun = time.monotonic()
    before = {topic: processor_s(pids) for topic, pids in processes.items()}
    at_rate(rate_hz, messages, publish_all)
    time.sleep(0.5)
    took_s = time.monotonic() - begun
    for topic, pids in processes.items():
        spent_s = processor_s(pids) - before[topic] - idle_cores[topic] * took_s
        lost = messages - len(times_us[topic])
        yield row(f'relay, {NAMES[topic]}', times_us[topic], lost, 1e6 * spent_s / messages)
    reader.stop()
    for node in nodes.values():
        context = node.context
        node.destroy_node()
        context.shutdown()


def _await_all(times_us: dict[str, list[float]], publish_all: Callable[[], None]) -> None:
    deadline = time.monotonic() + 20.0
    while not all(times_us.values()):
        if time.monotonic() > deadline:
            raise TimeoutError('a relay does not relay')
        publish_all()
        time.sleep(0.05)


def _cores(processes: dict[str, list[int | None]], act: Callable[[], None]) -> dict[str, float]:
    """Return how many cores the processes take while something is done."""
    begun = time.monotonic()
    before = {topic: processor_s(pids) for topic, pids in processes.items()}
    act()
    took_s = time.monotonic() - begun
    return {
        topic: (processor_s(pids) - before[topic]) / took_s for topic, pids in processes.items()
    }
