"""What happens to a path at a given time: a step of its delay, a ramp, another route."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import parameter

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000


@dataclass(frozen=True)
class Event:
    """A change of the delay, and how long nothing passes while it happens.

    A step has neither length nor gap, a ramp a length, a change of route a gap.
    """

    at_s: float = parameter(
        doc='When, after the profile came into force.', unit='s', low=0.0, high=1e9
    )
    delay_ms: float = parameter(
        doc='How much longer every delay is from then on; negative: shorter.',
        unit='ms',
        low=-1e4,
        high=1e4,
    )
    length_s: float = parameter(
        0.0, doc='How long the change takes: a ramp.', unit='s', low=0.0, high=1e9
    )
    gap_s: float = parameter(
        0.0, doc='How long nothing passes from then on: a change of route.', unit='s', low=0.0
    )


class Offsets:
    """The sum of all events as a function of time: straight lines between corners."""

    def __init__(self, events: Sequence[Event], start_ns: int) -> None:
        """Count the times of ``events`` from ``start_ns``."""
        corners = sorted({t for e in events for t in (e.at_s, e.at_s + e.length_s)})
        self._times_ns = [start_ns + round(t * NS_PER_S) for t in corners]
        # Just after each corner, and its slope from there on.
        self._values_ns = [
            sum(_share(e, t) * e.delay_ms for e in events) * NS_PER_MS for t in corners
        ]
        self._slopes = [
            sum(
                e.delay_ms * NS_PER_MS / (e.length_s * NS_PER_S)
                for e in events
                if e.length_s and e.at_s <= t < e.at_s + e.length_s
            )
            for t in corners
        ]

    def at(self, now_ns: int) -> int:
        """Return what adds to every delay at ``now_ns`` [ns]."""
        index = bisect_right(self._times_ns, now_ns) - 1
        if index < 0:
            return 0
        since_ns = now_ns - self._times_ns[index]
        return round(self._values_ns[index] + self._slopes[index] * since_ns)


def least_offset_ms(events: Sequence[Event]) -> float:
    """Return the smallest value [ms] that the sum of all events takes."""
    offsets = Offsets(events, 0)
    corners = {t for e in events for t in (e.at_s, e.at_s + e.length_s)}
    return min([0.0, *(offsets.at(round(t * NS_PER_S)) / NS_PER_MS for t in corners)])


def _share(event: Event, time_s: float) -> float:
    if time_s < event.at_s:
        return 0.0
    if not event.length_s:
        return 1.0
    return min(1.0, (time_s - event.at_s) / event.length_s)


def check_events(events: Sequence[Event], least_ms: float) -> None:
    """Raise ParameterError when the events would make a delay negative."""
    least = least_ms + least_offset_ms(events)
    if least < -1e-9:
        raise ParameterError(
            f'events shorten the delay to {least:g} ms; allowed: 0 or more; take less away, or '
            'raise base_delay_ms'
        )
