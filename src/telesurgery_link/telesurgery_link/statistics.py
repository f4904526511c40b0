"""What is measured of a link: round trip, jitter, loss. Times are nanoseconds, figures floats."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from telesurgery_link.novelty import Novelty, NumberWindow

NAN = math.nan
_SNAPSHOT_PERIOD_NS = 100_000_000


class RoundTrip:
    """Round-trip times: their distribution over a window, and a smoothed estimate (RFC 6298)."""

    def __init__(self, window_ns: int) -> None:
        self._window_ns = window_ns
        self._samples: deque[tuple[int, int]] = deque()
        self._smoothed_ns = NAN
        self._variation_ns = NAN

    def add(self, round_trip_ns: int, now_ns: int) -> None:
        """Take a measured round trip."""
        self._samples.append((now_ns, round_trip_ns))
        if math.isnan(self._smoothed_ns):
            self._smoothed_ns = float(round_trip_ns)
            self._variation_ns = round_trip_ns / 2
            return
        self._variation_ns += (abs(round_trip_ns - self._smoothed_ns) - self._variation_ns) / 4
        self._smoothed_ns += (round_trip_ns - self._smoothed_ns) / 8

    def percentiles_ms(self, now_ns: int) -> tuple[float, float, float]:
        """Return p50, p95 and p99 [ms] over the window; NaN without samples."""
        while self._samples and self._samples[0][0] < now_ns - self._window_ns:
            self._samples.popleft()
        if not self._samples:
            return NAN, NAN, NAN
        values = np.percentile([sample for _, sample in self._samples], (50, 95, 99)) / 1e6
        return float(values[0]), float(values[1]), float(values[2])

    def timeout_ns(self, least_ns: int, unknown_ns: int) -> int:
        """Return how long to wait for an answer [ns]: the mean and four deviations (RFC 6298)."""
        if math.isnan(self._smoothed_ns):
            return unknown_ns
        return max(least_ns, round(self._smoothed_ns + 4 * self._variation_ns))


class Arrivals:
    """Loss and jitter from the numbers and times of the datagrams of one session.

    Attributes:
        received: number of distinct datagrams that came.
        repeated: number of datagrams that came again, or too late to tell.
        newest_ns: when the last new datagram came, or None.
        jitter_ns: interarrival jitter, RFC 3550 section 6.4.1; NaN before the second datagram.
    """

    def __init__(self, window_ns: int) -> None:
        self.received = 0
        self.repeated = 0
        self.newest_ns: int | None = None
        self.jitter_ns = NAN
        self._window_ns = window_ns
        self._first = 0
        self._numbers = NumberWindow()
        self._last_transit_ns: int | None = None
        self._snapshots: deque[tuple[int, int, int]] = deque()

    def note(self, number: int, sent_ns: int, now_ns: int) -> Novelty:
        """Take a datagram's number and the sender's stamp of it."""
        novelty = self._numbers.take(number)
        if novelty is not Novelty.NEW:
            self.repeated += 1
            return novelty
        self._first = min(self._first or number, number)
        self.received += 1
        self.newest_ns = now_ns
        self._update_jitter(now_ns - sent_ns)
        if not self._snapshots or now_ns - self._snapshots[-1][0] >= _SNAPSHOT_PERIOD_NS:
            self._snapshots.append((now_ns, self.expected, self.received))
        return novelty

    @property
    def expected(self) -> int:
        """Number of datagrams that should have come, from the first to the highest number."""
        highest = self._numbers.highest
        return highest - self._first + 1 if highest else 0

    @property
    def lost(self) -> int:
        """Number of datagrams that have not come; one that comes late is counted no longer."""
        return self.expected - self.received

    def loss_ratio(self, now_ns: int) -> float:
        """Return the share of datagrams lost within the window, 0..1; NaN if none was due."""
        while len(self._snapshots) > 1 and self._snapshots[1][0] <= now_ns - self._window_ns:
            self._snapshots.popleft()
        if not self._snapshots:
            return NAN
        _, expected, received = self._snapshots[0]
        due = self.expected - expected
        if due <= 0:
            return NAN
        return min(1.0, max(0.0, 1.0 - (self.received - received) / due))

    def _update_jitter(self, transit_ns: int) -> None:
        if self._last_transit_ns is not None:
            difference = abs(transit_ns - self._last_transit_ns)
            before = 0.0 if math.isnan(self.jitter_ns) else self.jitter_ns
            self.jitter_ns = before + (difference - before) / 16
        self._last_transit_ns = transit_ns


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What one side knows of the link; quantities not known are NaN."""

    connected: bool
    round_trip_p50_ms: float
    round_trip_p95_ms: float
    round_trip_p99_ms: float
    jitter_ms: float
    loss_ratio: float
    newest_age_ms: float
    frames_sent: int
    frames_received: int
    frames_lost: int
    frames_refused: int
