"""Node ``recorder``: writes the topics of a table into a rosbag2 recording.

Messages wait in the queues of DDS, which stamps them as they arrive, and are fetched a few times a
second: a callback for each message would cost many times as much.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ament_index_python.packages import get_package_share_directory
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.utilities import get_rmw_implementation_identifier

from telesurgery_recording.background import MEGABYTE, BackgroundWriter, Progress
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.metadata import SESSION
from telesurgery_recording.node_parameters import NodeParameters
from telesurgery_recording.numbering import Numbering
from telesurgery_recording.parameters import RecorderParameters
from telesurgery_recording.provenance import versions
from telesurgery_recording.topic_table import Delivery, RecordedTopic, TopicTables
from telesurgery_recording.writer import RecordingWriter, Split
from telesurgery_ros import parameter_loader, qos
from telesurgery_ros.conversions import header, now_ns
from telesurgery_ros.polling import PolledSubscription
from telesurgery_ros.run import run

STATE_S = 1.0
"""How often the recorder says how it is."""


class RecorderNode(Node):
    """Fetches what has arrived and writes it, until it is told to stop."""

    NAME = 'recorder'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        parameters = parameter_loader.load(self, RecorderParameters)
        table = [
            line
            for line in TopicTables.load(_topics_file(parameters)).named(parameters.table)
            if parameters.details or not line.detail
        ]
        message_types = [_message_type(line) for line in table]
        definitions = Definitions(_prefixes())
        for line in table:
            definitions.require(line.type)
        self._side = parameters.table
        self._writer = RecordingWriter(
            Path(parameters.output).expanduser(),
            definitions,
            compressed=parameters.compressed,
            split=Split(round(parameters.split_mb * MEGABYTE), round(parameters.split_s * 1e9)),
        )
        self._writer.add_metadata(SESSION, _session(parameters.table))
        for line in table:
            self._writer.add_topic(
                line.topic, line.type, latched=line.delivery is Delivery.LATCHED
            )
        self._disk = BackgroundWriter(
            self._writer,
            flush_s=parameters.flush_s,
            buffer_bytes=round(parameters.buffer_mb * MEGABYTE),
            reserve_bytes=round(parameters.reserve_mb * MEGABYTE),
        )
        self._subscriptions_by_topic = {
            line.topic: PolledSubscription(
                self, message_type, line.topic, _quality(line), raw=True
            )
            for line, message_type in zip(table, message_types, strict=True)
        }
        self._numbering = {line.topic: Numbering() for line in table}
        self._nodes = NodeParameters(self, self._told)
        self._state = self.create_publisher(DiagnosticStatus, '/recorder/state', qos.LATCHED)
        self._diagnostics = self.create_publisher(DiagnosticArray, '/diagnostics', qos.EVENT)
        self._said = ('', 0)
        self.create_timer(1.0 / parameters.look_hz, self._fetch)
        self.create_timer(STATE_S, self._look_around)
        self.get_logger().info(
            f'recording {len(table)} topics (table {parameters.table!r}) into {parameters.output}'
        )

    def _fetch(self) -> None:
        for topic, subscription in self._subscriptions_by_topic.items():
            numbering = self._numbering[topic]
            while taken := subscription.take():
                data, info = taken
                number = info['publication_sequence_number']
                numbering.take(number)
                self._disk.put(
                    topic,
                    info['received_timestamp'],
                    data,
                    info['source_timestamp'],
                    number & 0xFFFFFFFF,
                )

    def _look_around(self) -> None:
        self._nodes.look()
        for topic, numbering in self._numbering.items():
            numbering.judged = self.count_publishers(topic) < 2
        progress, missed = self._disk.progress(), self._missed()
        self._warn(progress, sum(missed.values()))
        status = self._status(progress, sum(missed.values()))
        self._state.publish(status)
        self._diagnostics.publish(DiagnosticArray(header=header(now_ns()), status=[status]))

    def _told(self, name: str, values: Mapping[str, str]) -> None:
        self._disk.say(f'parameters{name}', values)

    def _missed(self) -> dict[str, int]:
        return {topic: n.missed for topic, n in self._numbering.items() if n.missed}

    def _warn(self, progress: Progress, missed: int) -> None:
        """Say in the log what has become worse, or well again."""
        trouble, lost = progress.trouble, progress.dropped + missed
        if trouble and trouble != self._said[0]:
            self.get_logger().error(f'not recording: {trouble}; the session goes on')
        elif self._said[0] and not trouble:
            self.get_logger().info(f'recording again; {progress.dropped} messages were dropped')
        elif lost > self._said[1]:
            self.get_logger().warning(
                f'{lost - self._said[1]} messages were lost ({missed} on their way to the '
                f'recorder, {progress.dropped} without room to keep them, since the start)'
            )
        self._said = (trouble, lost)

    def _status(self, progress: Progress, missed: int) -> DiagnosticStatus:
        lost = missed + progress.dropped
        level = DiagnosticStatus.WARN if lost else DiagnosticStatus.OK
        values = {
            'messages': progress.count,
            'size_mb': f'{progress.size_bytes / MEGABYTE:.1f}',
            'missed': missed,
            'dropped': progress.dropped,
            'disk_free_mb': f'{progress.free_bytes / MEGABYTE:.0f}',
            'wall_clock_ns': now_ns(),
            'monotonic_clock_ns': time.monotonic_ns(),
        }
        return DiagnosticStatus(
            level=DiagnosticStatus.ERROR if progress.trouble else level,
            name='recorder: disk',
            message=progress.trouble or f'recording; {lost} messages lost',
            hardware_id=f'recorder {self._side}',
            values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
        )

    def close(self) -> None:
        """Write what has arrived since the last look, and the index."""
        self._fetch()
        progress, missed = self._disk.progress(), self._missed()
        lost = {topic: str(n) for topic, n in {**missed, **progress.dropped_by_topic}.items()}
        self._disk.say('missed', lost)
        self._writer.tell(
            {
                'side': self._side,
                'missed': str(sum(missed.values())),
                'dropped': str(progress.dropped),
            }
        )
        try:
            self._disk.close()
        except RecordingError as error:
            self.get_logger().error(f'the recording could not be completed: {error}')
        progress = self._disk.progress()
        self.get_logger().info(
            f'recorded {progress.count} messages ({progress.size_bytes / MEGABYTE:.1f} MB) in '
            f'{self._writer.folder}; {sum(missed.values())} missed, {progress.dropped} dropped'
        )


def _session(side: str) -> dict[str, str]:
    return {
        'side': side,
        'versions': versions(get_rmw_implementation_identifier()),
        'wall_clock_ns': str(now_ns()),
        'monotonic_clock_ns': str(time.monotonic_ns()),
    }


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
