"""A bottleneck: frames leave one after another at its rate, those of a low priority number first.

A frame that is being sent is finished; then the next one is taken from the queue of the lowest
priority number. Each priority has a queue of its own with a limit, and drops at its tail what does
not fit: video that fills its queue takes nothing away from control.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter

T = TypeVar('T')

HEADERS_BYTES = 42
"""Ethernet, IPv4 and UDP headers of a datagram."""
PRIORITIES = 8
DEFAULT_PRIORITIES = {'link': 0, 'ordered': 0, 'latest': 0, 'media': 1}
"""Control before video."""
NS_PER_S = 1_000_000_000


@dataclass(frozen=True)
class Bandwidth:
    """The rate of the bottleneck, its queues, and who goes first."""

    rate_mbit_per_s: float = parameter(
        doc='Rate, headers included.', unit='Mbit/s', low=1e-3, high=1e6
    )
    queue_ms: float | None = parameter(
        100.0,
        doc='Room of each queue, as the time it takes to send; null: no bound.',
        unit='ms',
        low=0.0,
        high=1e7,
    )
    overhead_bytes: int = parameter(
        HEADERS_BYTES,
        doc='Bytes that each datagram takes besides its own.',
        low=-65_535,
        high=65_535,
    )
    cell_bytes: int = parameter(
        0, doc='Sent in cells of so many bytes; 0: in one piece.', low=0, high=65_535
    )
    cell_overhead_bytes: int = parameter(
        0, doc='Bytes that each cell takes besides.', low=-65_535, high=65_535
    )
    priorities: dict[str, int] | None = parameter(
        None,
        doc='Priority 0 (first) to 7 by topic, by policy, or of "link" (pings, '
        'acknowledgements); null: control 0, media 1.',
    )

    def __post_init__(self) -> None:
        for name, priority in (self.priorities or {}).items():
            if not 0 <= priority < PRIORITIES:
                raise ParameterError(
                    f'priority of {name} is {priority}; allowed: 0 .. {PRIORITIES - 1}; correct it'
                )

    def sending_ns(self, size_bytes: int) -> int:
        """Return how long a datagram of ``size_bytes`` takes to be sent [ns]."""
        size = size_bytes + self.overhead_bytes
        if self.cell_bytes:
            cells = math.ceil(size / self.cell_bytes)
            size = cells * (self.cell_bytes + self.cell_overhead_bytes)
        return max(0, round(size * 8000 / self.rate_mbit_per_s))

    @property
    def queue_ns(self) -> float:
        """Room of each queue [ns]."""
        return math.inf if self.queue_ms is None else self.queue_ms * 1e6


class Bottleneck(Generic[T]):
    """What waits and what is being sent.

    Attributes:
        bandwidth: may be exchanged; None: no bottleneck, what waits leaves at once.
        dropped: number of frames that found their queue full.
    """

    def __init__(self) -> None:
        self.bandwidth: Bandwidth | None = None
        self.dropped = 0
        self._queues: list[deque[tuple[int, T]]] = [deque() for _ in range(PRIORITIES)]
        self._waiting_bytes = [0] * PRIORITIES
        self._sending: tuple[int, T] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits or is being sent."""
        return self._sending is None

    @property
    def next_ns(self) -> int | None:
        """When the frame that is being sent has left [ns]; None: there is none."""
        return None if self._sending is None else self._sending[0]

    @property
    def held(self) -> int:
        """Number of frames inside."""
        return sum(map(len, self._queues)) + (self._sending is not None)

    def arrive(self, now_ns: int, size_bytes: int, priority: int, frame: T) -> None:
        """Take a frame; it is sent, waits, or is dropped. Call ``leave`` for what is due first."""
        if self._sending is None:
            self._sending = (now_ns + self._sending_ns(size_bytes), frame)
            return
        if not self._fits(size_bytes, priority):
            self.dropped += 1
            return
        self._queues[priority].append((size_bytes, frame))
        self._waiting_bytes[priority] += size_bytes

    def leave(self) -> tuple[int, T]:
        """Return the frame that is being sent and when it has left [ns]; the next one follows."""
        assert self._sending is not None, 'ask next_ns first'
        left_ns, frame = self._sending
        self._sending = None
        for priority, queue in enumerate(self._queues):
            if queue:
                size_bytes, following = queue.popleft()
                self._waiting_bytes[priority] -= size_bytes
                self._sending = (left_ns + self._sending_ns(size_bytes), following)
                break
        return left_ns, frame

    def _fits(self, size_bytes: int, priority: int) -> bool:
        if self.bandwidth is None:
            return True
        waiting = len(self._queues[priority])
        total = self._waiting_bytes[priority] + size_bytes
        # The queue as one datagram, and the headers of the others.
        sending_ns = self.bandwidth.sending_ns(total + waiting * self.bandwidth.overhead_bytes)
        return sending_ns <= self.bandwidth.queue_ns

    def _sending_ns(self, size_bytes: int) -> int:
        return 0 if self.bandwidth is None else self.bandwidth.sending_ns(size_bytes)
