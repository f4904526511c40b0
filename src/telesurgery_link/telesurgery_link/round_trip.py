"""Round-trip times: their distribution over a window, and a smoothed estimate (RFC 6298)."""

from __future__ import annotations

import math

from telesurgery_link.samples import Percentiles, Samples


class RoundTrip:
    """The round trips of one path, or of the link as a whole."""

    def __init__(self, window_ns: int) -> None:
        self._samples = Samples(window_ns)
        self._smoothed_ns = math.nan
        self._variation_ns = math.nan

    def add(self, round_trip_ns: int, now_ns: int) -> None:
        """Take a measured round trip."""
        self._samples.add(round_trip_ns, now_ns)
        if math.isnan(self._smoothed_ns):
            self._smoothed_ns = float(round_trip_ns)
            self._variation_ns = round_trip_ns / 2
            return
        self._variation_ns += (abs(round_trip_ns - self._smoothed_ns) - self._variation_ns) / 4
        self._smoothed_ns += (round_trip_ns - self._smoothed_ns) / 8

    def percentiles_ms(self, now_ns: int) -> Percentiles:
        """Return p50, p95 and p99 [ms] over the window; NaN without samples."""
        return self._samples.percentiles_ms(now_ns)

    def timeout_ns(self, least_ns: int, unknown_ns: int) -> int:
        """Return how long to wait for an answer [ns]: the mean and four deviations (RFC 6298)."""
        if math.isnan(self._smoothed_ns):
            return unknown_ns
        return max(least_ns, round(self._smoothed_ns + 4 * self._variation_ns))
