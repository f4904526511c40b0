"""The messages of one topic of a recording, by one of the two times that each of them has."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from telesurgery_console.console_recording import TimeSource
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.reader import Message, Recording
from telesurgery_recording.stamps import FAR_OFF_NS, usable


class RecordedTopic:
    """What can be decoded of a topic, in the order of recording."""

    def __init__(self, *, zero_is_unstamped: bool = False) -> None:
        """Begin; ``zero_is_unstamped``: stamp 0 is none, not CRTK's mark of invalid data."""
        self._zero_is_unstamped = zero_is_unstamped
        self._received: list[int] = []
        self._stamps: list[int] = []
        self._contents: list[Any] = []

    def take(self, recording: Recording, message: Message, dropped: Counter[str]) -> None:
        """Take a message; one without a header is stamped with its time of recording."""
        try:
            content = recording.decode(message)
        except RecordingError:
            dropped['that cannot be decoded, as if damaged: left out'] += 1
            return
        header = getattr(content, 'header', None)
        self._received.append(message.received_ns)
        stamp_ns = message.received_ns
        if header is not None:
            stamp_ns = int(header.stamp.sec) * 1_000_000_000 + int(header.stamp.nanosec)
        if stamp_ns == 0 and self._zero_is_unstamped:
            stamp_ns = message.received_ns
        self._stamps.append(stamp_ns)
        self._contents.append(content)

    def played(self, source: TimeSource, dropped: Counter[str]) -> tuple[list[int], list[Any]]:
        """Return the times that are played and the messages, in the order of these times."""
        received = np.array(self._received, dtype=np.int64)
        stamps = np.array(self._stamps, dtype=np.int64)
        if source is TimeSource.RECEIVE:
            kept, times = np.ones(len(received), dtype=bool), received
        else:
            kept, facts = usable(stamps, received)
            times = stamps
            counts = {
                'with stamp 0 (play it with time receive to use them): left out': facts.invalid,
                f'with a stamp more than {FAR_OFF_NS // 10**9} s off: left out': facts.far_off,
                'out of order: put into their order': facts.out_of_order,
                'with the stamp of another one: the last of them counts': facts.doubled,
            }
            dropped.update({reason: count for reason, count in counts.items() if count})
        order = [k for k in np.argsort(times, kind='stable').tolist() if kept[k]]
        return times[order].tolist(), [self._contents[k] for k in order]
