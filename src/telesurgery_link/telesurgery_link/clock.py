"""How far the peer's clock is from this side's, and how far wrong that may be.

An echo carries four stamps: ping sent (own clock), ping received and echo sent (peer's clock),
echo received (own). Nothing arrives before it was sent, so each echo bounds the offset (peer's
clock less own) whatever the delays were:

    echo sent - echo received  <=  offset  <=  ping received - ping sent

The tightest bounds of the last seconds, each widened by the most that two clocks can drift apart
since, enclose the true offset: no assumption on the path is in them. Their width is the smallest
round trip, for how it divides into there and back cannot be seen from the ends. Within them the
estimate is the middle between the two lower envelopes of the delays, carried on at the drift that
these envelopes show (Moon, Skelly, Towsley: Estimation and removal of clock skew, 1999).

Bounds that contradict one another, or that move together, mean that a clock was set: what was
known is forgotten and the estimate begins anew.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections import deque
from dataclasses import dataclass

MOST_DRIFT = 600e-6
"""Two clocks drift apart by no more: 500 ppm is the most that NTP slews one, 100 ppm a crystal."""

SLOT_NS = 500_000_000
"""Of each slot of time the tightest bounds are kept."""

BOUND_NS = 10_000_000_000
"""How old a bound may be that the offset is enclosed by."""

DRIFT_NS = 60_000_000_000
"""How far back the envelopes reach that the drift is read from."""

DRIFT_FROM_NS = 5_000_000_000
"""The drift is not known before the envelopes are so long."""

STEP_NS = 5_000_000
"""Both bounds moved together by more from slot to slot: a clock was set."""

SCATTERS = 6
"""How many times the usual change from slot to slot a step must be."""

SCATTER_SLOTS = 8
"""How many slots, the unfinished one included, say what is usual."""

NAN = math.nan

Point = tuple[int, int]
"""Own time and bound [ns]."""


@dataclass(frozen=True, slots=True)
class ClockEstimate:
    """What is known of the peer's clock at one moment; NaN: not known."""

    offset_ns: float
    """The peer's clock less the own one."""
    uncertainty_ns: float
    """The true offset is no further than this from ``offset_ns``."""
    drift: float
    """How much faster the peer's clock runs, as a ratio."""

    @property
    def is_known(self) -> bool:
        """Return whether there is an estimate."""
        return not math.isnan(self.offset_ns)


UNKNOWN = ClockEstimate(NAN, NAN, NAN)


@dataclass(slots=True)
class _Slot:
    begun_ns: int
    upper: Point
    lower: Point


class PeerClock:
    """Estimates the peer's clock from echoes.

    Attributes:
        restarts: how often the estimate was begun anew because a clock jumped.
    """

    def __init__(self) -> None:
        self.restarts = 0
        self._slots: deque[_Slot] = deque()

    def take(self, asked_ns: int, received_ns: int, answered_ns: int, now_ns: int) -> bool:
        """Take an echo's four stamps; return whether a clock has jumped since the last one."""
        upper = (asked_ns, received_ns - asked_ns)
        lower = (now_ns, answered_ns - now_ns)
        jumped = self._contradicted(upper, lower)
        if jumped:
            self._slots.clear()
            self.restarts += 1
        self._insert(upper, lower, now_ns)
        if not jumped and self._moved_together():
            newest = self._slots[-1]
            self._slots.clear()
            self._slots.append(newest)
            self.restarts += 1
            return True
        return jumped

    def estimate(self, now_ns: int) -> ClockEstimate:
        """Return what is known at ``now_ns``."""
        slots = [s for s in self._slots if s.begun_ns >= now_ns - BOUND_NS]
        if not slots:
            return UNKNOWN
        highest = min(_carried(slot.upper, now_ns, MOST_DRIFT) for slot in slots)
        lowest = max(_carried(slot.lower, now_ns, -MOST_DRIFT) for slot in slots)
        drift = self._drift()
        carried = 0.0 if math.isnan(drift) else drift
        upper = min(_carried(slot.upper, now_ns, carried) for slot in slots)
        lower = max(_carried(slot.lower, now_ns, carried) for slot in slots)
        offset = min(max((upper + lower) / 2, lowest), highest)
        return ClockEstimate(offset, max(highest - offset, offset - lowest), drift)

    def _contradicted(self, upper: Point, lower: Point) -> bool:
        """Return whether new bounds cannot be true together with those of the last seconds."""
        now_ns = max(upper[0], lower[0])
        return any(
            _carried(lower, now_ns, -MOST_DRIFT) > _carried(slot.upper, now_ns, MOST_DRIFT)
            or _carried(slot.lower, now_ns, -MOST_DRIFT) > _carried(upper, now_ns, MOST_DRIFT)
            for slot in self._slots
            if slot.begun_ns >= now_ns - BOUND_NS
        )

    def _insert(self, upper: Point, lower: Point, now_ns: int) -> None:
        while self._slots and self._slots[0].begun_ns < now_ns - DRIFT_NS:
            self._slots.popleft()
        if not self._slots or now_ns - self._slots[-1].begun_ns >= SLOT_NS:
            self._slots.append(_Slot(now_ns, upper, lower))
            return
        slot = self._slots[-1]
        slot.upper = min(slot.upper, upper, key=lambda point: point[1])
        slot.lower = max(slot.lower, lower, key=lambda point: point[1])

    def _moved_together(self) -> bool:
        """Return whether the last whole slot's bounds lie beside those of the one before it.

        Delays that change move them apart or towards one another; that both move the same way by
        far more than they usually do, only a clock explains.
        """
        slots = list(self._slots)[-SCATTER_SLOTS:-1]
        if len(slots) < SCATTER_SLOTS - 1:
            return False
        pairs = list(itertools.pairwise(slots))
        ups = [after.upper[1] - before.upper[1] for before, after in pairs]
        downs = [after.lower[1] - before.lower[1] for before, after in pairs]
        scatter_ns = statistics.median(map(abs, ups + downs))
        bound_ns = max(STEP_NS, SCATTERS * scatter_ns)
        return min(ups[-1], downs[-1]) > bound_ns or max(ups[-1], downs[-1]) < -bound_ns

    def _drift(self) -> float:
        if not self._slots or self._slots[-1].begun_ns - self._slots[0].begun_ns < DRIFT_FROM_NS:
            return NAN
        uppers = [slot.upper for slot in self._slots]
        lowers = [(at, -bound) for at, bound in (slot.lower for slot in self._slots)]
        drift = (_slope_below(uppers) - _slope_below(lowers)) / 2
        return min(max(drift, -MOST_DRIFT), MOST_DRIFT)


def _carried(bound: Point, now_ns: int, drift: float) -> float:
    """Return a bound carried to another time at a drift [ns]."""
    at_ns, offset_ns = bound
    return offset_ns + drift * (now_ns - at_ns)


def _slope_below(points: list[Point]) -> float:
    """Return the slope of the line below all points that lies closest to them.

    It is the edge of the lower convex hull above whose span the points' mean time lies.
    """
    hull: list[Point] = []
    for point in sorted(points):
        while len(hull) >= 2 and _turns_right(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    middle = sum(at for at, _ in points) / len(points)
    for (left, low), (right, high) in itertools.pairwise(hull):
        if left <= middle <= right and right > left:
            return (high - low) / (right - left)
    return 0.0


def _turns_right(first: Point, second: Point, third: Point) -> bool:
    cross = (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (
        third[0] - first[0]
    )
    return cross <= 0
