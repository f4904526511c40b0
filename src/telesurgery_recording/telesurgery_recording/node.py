"""Node ``recorder``: writes the topics of a table into a rosbag2 recording.

Messages wait in the queues of DDS, which stamps them as they arrive, and are fetched a few times a
second: a callback for each message would cost many times as much.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from ament_index_python.packages import get_package_share_directory
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.parameters import RecorderParameters
from telesurgery_recording.topic_table import Delivery, RecordedTopic, TopicTables
from telesurgery_recording.writer import RecordingWriter
from telesurgery_ros import parameter_loader
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.run import run


class RecorderNode(Node):
    """Fetches what has arrived and writes it, until it is told to stop."""

    NAME = 'recorder'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        parameters = parameter_loader.load(self, RecorderParameters)
        table = TopicTables.load(_topics_file(parameters)).named(parameters.table)
        message_types = [_message_type(line) for line in table]
        definitions = Definitions(_prefixes())
        for line in table:
            definitions.require(line.type)
        self._writer = RecordingWriter(
            Path(parameters.output).expanduser(), definitions, compressed=parameters.compressed
        )
        for line in table:
            self._writer.add_topic(
                line.topic, line.type, latched=line.delivery is Delivery.LATCHED
            )
        self._subscriptions_by_topic = {
            line.topic: PolledSubscription(
                self, message_type, line.topic, _quality(line), raw=True
            )
            for line, message_type in zip(table, message_types, strict=True)
        }
        self._count = 0
        self.create_timer(1.0 / parameters.look_hz, self._fetch)
        self.get_logger().info(
            f'recording {len(table)} topics (table {parameters.table!r}) into {parameters.output}'
        )

    def _fetch(self) -> None:
        for topic, subscription in self._subscriptions_by_topic.items():
            while taken := subscription.take():
                data, info = taken
                self._writer.write(topic, info['received_timestamp'], data)
                self._count += 1

    def close(self) -> None:
        """Write what has arrived since the last look, and the index."""
        self._fetch()
        self._writer.close()
        self.get_logger().info(f'recorded {self._count} messages in {self._writer.folder}')


def _topics_file(parameters: RecorderParameters) -> Path:
    if parameters.topics_file:
        return Path(parameters.topics_file).expanduser()
    return Path(get_package_share_directory('telesurgery_bringup'), 'config', 'recorder.yaml')


def _prefixes() -> list[Path]:
    folders = os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
    return [Path(folder) for folder in folders if folder]


def _message_type(line: RecordedTopic) -> Any:
    package, _, name = line.type.partition('/msg/')
    try:
        return getattr(importlib.import_module(f'{package}.msg'), name)
    except (ImportError, AttributeError) as error:
        raise RecordingError(
            f'message type {line.type!r} of {line.topic} is not installed; allowed: a type of an '
            'installed package, as package/msg/Type; correct it, or build and source the workspace'
        ) from error


def _quality(line: RecordedTopic) -> QoSProfile:
    reliable = line.delivery is not Delivery.STREAM
    latched = line.delivery is Delivery.LATCHED
    return QoSProfile(
        depth=line.depth,
        reliability=ReliabilityPolicy.RELIABLE if reliable else ReliabilityPolicy.BEST_EFFORT,
        durability=DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE,
    )


def main() -> int:
    """Run the node; returns the exit code."""
    return run(RecorderNode)
