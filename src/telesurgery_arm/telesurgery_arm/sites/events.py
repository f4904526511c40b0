"""The event log of the arms' process: on ``/events``, and in a file that a thread writes.

The control loop makes a record and publishes it; the disk, which may be slow or full, is waited
for by the thread. A disk that takes nothing stops no arm: records are kept until it does.
"""

from __future__ import annotations

import queue
import threading

from rclpy.node import Node

from telesurgery_arm.crtk.warnings import Warnings
from telesurgery_msgs.msg import EventRecord as EventRecordMsg
from telesurgery_ros import qos
from telesurgery_ros.conversions import header
from telesurgery_safety.event_file import EventFile
from telesurgery_safety.event_log import Chain, EventRecord

RETRY_S = 1.0
"""How long a disk that has refused is left alone."""


class EventServer:
    """Records events."""

    def __init__(self, node: Node, file: EventFile | None, warnings: Warnings) -> None:
        """Publish, and write to ``file`` where there is one."""
        self._chain = Chain()
        self._out = node.create_publisher(EventRecordMsg, '/events', qos.EVENT)
        self._file = file
        self._warnings = warnings
        self._queue: queue.SimpleQueue[EventRecord | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name='events', daemon=True)
        if file is not None:
            self._thread.start()

    def record(self, stamp_ns: int, who: str, what: str, arm: str, why: str) -> None:
        """Record one event; from the control loop only."""
        record = self._chain.append(stamp_ns, who, what, arm, why)
        self._out.publish(_message(record))
        if self._file is not None:
            self._queue.put(record)

    def close(self) -> None:
        """Write what is left and end the thread."""
        if self._file is not None:
            self._queue.put(None)
            self._thread.join()
            self._file.close()

    def _write(self) -> None:
        assert self._file is not None
        going_on = True
        failed = False
        while going_on:
            records: list[EventRecord] = []
            try:
                records.append(self._next(RETRY_S if failed else None))
                while True:
                    records.append(self._next(0.0))
            except queue.Empty:
                pass
            except _Closed:
                going_on = False
            try:
                self._file.append(records)
                failed = False
            except OSError as error:
                failed = True
                self._warnings.warn(
                    str(self._file.path),
                    f'events could not be written ({error}); they are kept until they can: make '
                    'room on the disk',
                )

    def _next(self, timeout_s: float | None) -> EventRecord:
        record = (
            self._queue.get(timeout=timeout_s)
            if timeout_s
            else self._queue.get(block=timeout_s is None)
        )
        if record is None:
            raise _Closed
        return record


class _Closed(Exception):  # noqa: N818  (not an error: nothing more comes)
    """The end of the events."""


def _message(record: EventRecord) -> EventRecordMsg:
    return EventRecordMsg(
        header=header(record.time_ns),
        index=record.index,
        who=record.who,
        what=record.what,
        arm=record.arm,
        why=record.why,
        previous=record.previous,
        hash=record.hash,
    )
