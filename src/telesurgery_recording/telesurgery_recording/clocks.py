"""How far apart the two sides' clocks were, as their gateways measured it (``/link/status``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_recording.errors import RecordingError
from telesurgery_recording.metadata import SESSION
from telesurgery_recording.reader import Recording

STATUS = '/link/status'
STATUS_TYPE = 'telesurgery_msgs/msg/LinkStatus'


@dataclass(frozen=True, slots=True)
class ClockComparison:
    """The peer's clock less the own one, over the own clock's time.

    Attributes:
        times_ns: when it was measured ``(n,)``, in order.
        offset_ns: the difference ``(n,)``.
        uncertainty_ms: the true one was within this; NaN: never measured.
    """

    times_ns: NDArray[np.int64]
    offset_ns: NDArray[np.float64]
    uncertainty_ms: float

    @property
    def known(self) -> bool:
        """Whether it was ever measured."""
        return len(self.times_ns) > 0

    def at(self, time_ns: int) -> int:
        """Return the difference [ns] at a time; between measurements in a straight line."""
        return round(float(np.interp(time_ns, self.times_ns, self.offset_ns)))

    def reversed(self) -> ClockComparison:
        """Return the same as the peer would have measured it."""
        order = self.times_ns + self.offset_ns.astype(np.int64)
        return ClockComparison(order, -self.offset_ns, self.uncertainty_ms)


def side_of(recording: Recording) -> str:
    """Return which side a recording is of; empty: it does not say."""
    told = recording.metadata.get(SESSION, {}).get('side') or recording.custom_data.get('side', '')
    return told or next((side for side, _, _, _ in _statuses(recording)), '')


def compare_clocks(recording: Recording) -> ClockComparison:
    """Return what a recording says of the two clocks; nothing measured is no error."""
    rows = [
        (time_ns, offset_ms * 1e6, uncertainty_ms)
        for _, time_ns, offset_ms, uncertainty_ms in _statuses(recording)
        if math.isfinite(offset_ms)
    ]
    return ClockComparison(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=float),
        _largest([row[2] for row in rows]),
    )


def _statuses(recording: Recording) -> list[tuple[str, int, float, float]]:
    topic = recording.topics.get(STATUS)
    if topic is None or topic.type != STATUS_TYPE:
        return []
    rows = []
    for message in recording.messages([STATUS]):
        status = recording.decode(message)
        try:
            rows.append(
                (
                    str(status.side),
                    message.received_ns,
                    float(status.clock_offset_ms),
                    float(status.clock_uncertainty_ms),
                )
            )
        except AttributeError as error:
            raise RecordingError(
                f'{STATUS} of recording {str(recording.path)!r} tells no clocks ({error}); '
                'allowed: one of this workspace; merge with --offset-ms'
            ) from error
    return rows


def _largest(values: Sequence[float]) -> float:
    finite = [value for value in values if math.isfinite(value)]
    return max(finite, default=math.nan)
