"""What the numbers and times of arriving frames tell: loss, bursts, order, jitter, rate."""

from __future__ import annotations

import math

from telesurgery_link.gaps import Bursts, Gaps
from telesurgery_link.history import History
from telesurgery_link.novelty import Novelty, NumberWindow


class Arrivals:
    """The frames of one session of the peer, or its datagrams on one path.

    Attributes:
        received: how many distinct ones came.
        repeated: how many came again, or too late to tell.
        reordered: how many came after one with a higher number (RFC 4737).
        newest_ns: when the last new one came, or None.
        jitter_ns: interarrival jitter, RFC 3550 section 6.4.1; NaN before the second one.
    """

    def __init__(self, window_ns: int) -> None:
        self.received = 0
        self.repeated = 0
        self.reordered = 0
        self.newest_ns: int | None = None
        self.jitter_ns = math.nan
        self._bytes = 0
        self._first = 0
        self._numbers = NumberWindow()
        self._gaps = Gaps(window_ns)
        self._history = History(window_ns)
        self._last_transit_ns: int | None = None

    def note(self, number: int, sent_ns: int, now_ns: int, size_bytes: int = 0) -> Novelty:
        """Take a number, the sender's stamp of it, and the size of what came."""
        highest = self._numbers.highest
        novelty = self._numbers.take(number)
        if novelty is not Novelty.NEW:
            self.repeated += 1
            return novelty
        self._first = min(self._first or number, number)
        self.received += 1
        self._bytes += size_bytes
        self.newest_ns = now_ns
        if number < highest:
            self.reordered += 1
            self._gaps.fill(number)
        elif highest and number > highest + 1:
            self._gaps.open(highest + 1, number - 1, now_ns)
        self._update_jitter(now_ns - sent_ns)
        if self._history.is_due(now_ns):
            self._history.remember(self._totals(), now_ns)
        return novelty

    @property
    def expected(self) -> int:
        """How many should have come, from the first to the highest number."""
        highest = self._numbers.highest
        return highest - self._first + 1 if highest else 0

    @property
    def lost(self) -> int:
        """How many have not come; one that comes late is counted no longer."""
        return self.expected - self.received

    def loss_ratio(self, now_ns: int) -> float:
        """Return the share lost within the window, 0..1; NaN if none was due."""
        _, due, received, _, _ = self._growth(now_ns)
        return min(1.0, max(0.0, 1.0 - received / due)) if due > 0 else math.nan

    def reordered_ratio(self, now_ns: int) -> float:
        """Return the share that came after a later one within the window, 0..1; NaN: none came."""
        _, _, received, reordered, _ = self._growth(now_ns)
        return reordered / received if received else math.nan

    def received_within(self, now_ns: int) -> int:
        """Return how many came within the window."""
        return self._growth(now_ns)[2]

    def rates(self, now_ns: int) -> tuple[float, float]:
        """Return number [1/s] and volume [Mbit/s] of what came within the window."""
        span_ns, _, received, _, size_bytes = self._growth(now_ns)
        if not span_ns:
            return math.nan, math.nan
        return received / span_ns * 1e9, size_bytes * 8e3 / span_ns

    def bursts(self, now_ns: int) -> Bursts:
        """Return the runs of losses within the window."""
        return self._gaps.bursts(now_ns)

    def forget_jitter(self) -> None:
        """Begin the jitter anew: a clock has jumped."""
        self.jitter_ns = math.nan
        self._last_transit_ns = None

    def _totals(self) -> tuple[int, ...]:
        return self.expected, self.received, self.reordered, self._bytes

    def _growth(self, now_ns: int) -> tuple[int, ...]:
        growth = self._history.growth(self._totals(), now_ns)
        if growth is None:
            return 0, 0, 0, 0, 0
        return growth[0], *growth[1]

    def _update_jitter(self, transit_ns: int) -> None:
        if self._last_transit_ns is not None:
            difference = abs(transit_ns - self._last_transit_ns)
            before = 0.0 if math.isnan(self.jitter_ns) else self.jitter_ns
            self.jitter_ns = before + (difference - before) / 16
        self._last_transit_ns = transit_ns
