"""One incoming channel on the DDS side: publishes its messages, and keeps its trace."""

from __future__ import annotations

import importlib
from typing import Any

from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile

from telesurgery_core.errors import ParameterError
from telesurgery_link.channels import Channel, Quality
from telesurgery_link.receiving import Delivery
from telesurgery_link.trace import Trace
from telesurgery_msgs.msg import LinkTrace
from telesurgery_ros import qos
from telesurgery_ros.conversions import header, now_ns, to_duration, to_stamp

PUBLISHED: dict[Quality, QoSProfile] = {
    Quality.STREAM: qos.STREAM_OUT,
    Quality.EVENT: qos.EVENT,
    Quality.LATCHED: qos.LATCHED,
}


class Outlet:
    """Publishes what comes on one channel, and keeps its trace if the table asks for it."""

    def __init__(self, node: Node, channel: Channel) -> None:
        self._topic = below_namespace(node, channel.topic)
        self._publisher: Publisher = node.create_publisher(
            message_type(channel), self._topic, PUBLISHED[channel.quality]
        )
        self._published = 0
        self._trace = Trace() if channel.trace else None

    def publish(self, delivery: Delivery) -> None:
        """Publish a message; called by the link's thread only."""
        self._publisher.publish(delivery.payload)
        self._published += 1  # as DDS counts: its publication sequence number
        if self._trace is not None:
            self._trace.note(self._published, delivery)

    def trace_batch(self) -> LinkTrace | None:
        """Return what happened since the last call; None: nothing, or no trace is kept."""
        entries = self._trace.take() if self._trace is not None else []
        if not entries:
            return None
        return LinkTrace(
            header=header(now_ns()),
            topic=self._topic,
            message_number=[entry.number for entry in entries],
            sent_stamp=[to_stamp(entry.taken_ns) for entry in entries],
            injected_delay=[to_duration(entry.injected_ns) for entry in entries],
            arrival_stamp=[to_stamp(entry.arrival_ns) for entry in entries],
        )


def below_namespace(node: Node, topic: str) -> str:
    """Return a topic's name below the node's namespace.

    A side that is linked with several others runs a gateway for each, in a namespace of its own:
    what comes in by one can then not pass for what comes in by another, whatever its sender says.
    """
    return f'{node.get_namespace().rstrip("/")}{topic}'


def message_type(channel: Channel) -> Any:
    """Return the message class of a channel; ParameterError when it is not installed."""
    package, _, name = channel.type.split('/')
    try:
        return getattr(importlib.import_module(f'{package}.msg'), name)
    except (ModuleNotFoundError, AttributeError):
        raise ParameterError(
            f'type of {channel.topic} is {channel.type!r}; allowed: a message type that is built '
            'and sourced; build its package or correct the channel table'
        ) from None
