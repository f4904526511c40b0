"""How fresh the control messages of the peer are: ages, one-way times, gaps between arrivals."""

from __future__ import annotations

import math

import numpy as np

from telesurgery_link.clock import ClockEstimate
from telesurgery_link.samples import UNKNOWN, Percentiles, Samples, percentiles_ms


class OneWay:
    """Times of one direction, as the difference of two clocks; corrected when asked for.

    ``sign`` is -1 for what the peer has stamped on arrival (its clock less the own one), +1 for
    what it has stamped when sending (the own clock less its).
    """

    def __init__(self, sign: int, window_ns: int) -> None:
        self._sign = sign
        self._samples = Samples(window_ns)

    def add(self, difference_ns: int, now_ns: int) -> None:
        """Take the stamp of arrival less the stamp of sending."""
        self._samples.add(difference_ns, now_ns)

    def clear(self) -> None:
        """Forget everything: a clock has jumped."""
        self._samples.clear()

    def percentiles_ms(self, clock: ClockEstimate, now_ns: int) -> Percentiles:
        """Return p50, p95 and p99 [ms]; NaN while the peer's clock is not known."""
        if not clock.is_known:
            return UNKNOWN
        times, differences = self._samples.within(now_ns)
        drift = 0.0 if math.isnan(clock.drift) else clock.drift
        # The difference of two clocks may be years: take it off in whole numbers first.
        whole = round(clock.offset_ns)
        moved = drift * (times - now_ns)
        return percentiles_ms(
            (differences + self._sign * whole).astype(np.float64) + self._sign * moved
        )


class ControlFreshness:
    """What the newest control message says of the peer's state here."""

    def __init__(self, window_ns: int) -> None:
        self._gaps = Samples(window_ns)
        self._taken_ns: int | None = None
        self._arrived_ns: int | None = None

    def note(self, taken_ns: int, now_ns: int) -> None:
        """Take a control message that the peer took at ``taken_ns`` of its clock."""
        if self._arrived_ns is not None:
            self._gaps.add(now_ns - self._arrived_ns, now_ns)
        self._taken_ns, self._arrived_ns = taken_ns, now_ns

    def restart(self) -> None:
        """Forget the newest message: the peer is another one, or a clock has jumped."""
        self._taken_ns = self._arrived_ns = None

    def age_ms(self, clock: ClockEstimate, now_ns: int) -> float:
        """Return the age of the newest message [ms]; NaN: none came, or clocks are not known."""
        if self._taken_ns is None or not clock.is_known:
            return math.nan
        return (now_ns - self._taken_ns + round(clock.offset_ns)) / 1e6

    def longest_gap_ms(self, now_ns: int) -> float:
        """Return the longest time without one within the window [ms]; NaN: none came."""
        _, gaps = self._gaps.within(now_ns)
        if self._arrived_ns is None:
            return math.nan
        return float(max(gaps.max(initial=0), now_ns - self._arrived_ns)) / 1e6
