"""Interruptions: spans in which no control frame came, and the availability that they leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from telesurgery_qualify.confidence import Bounds, share_bounds
from telesurgery_qualify.samples import Samples

LIMIT_MS = 100.0
"""A longer gap makes the arms hold: ``command_gap_limit_s`` of config/safety.yaml."""

NS_PER_S = 1e9


@dataclass(frozen=True, slots=True)
class Interruption:
    """A span without a control frame."""

    start_s: float
    """Since the first control frame."""
    length_ms: float


@dataclass(frozen=True, slots=True)
class Continuity:
    """How steadily the control frames of a direction came."""

    seconds: int
    """Number of whole seconds that were watched."""
    bad_seconds: int
    """Those of them that an interruption touched."""
    interruptions: tuple[Interruption, ...]
    longest_gap_ms: float
    """NaN: nothing came at all."""

    @property
    def availability(self) -> Bounds:
        """Share of seconds without an interruption, 0..1, taking seconds as independent."""
        bad = share_bounds(self.bad_seconds, self.seconds)
        return Bounds(1.0 - bad.value, 1.0 - bad.high, 1.0 - bad.low)


def continuity(control: Samples, period_ns: int, ended_ns: int) -> Continuity:
    """Return the gaps between the arrivals of control frames that are due every ``period_ns``.

    The time until ``ended_ns`` counts as a gap, too. A pause that the sender made (frames without
    a number missing between them, sent later than they were due) is no gap of the link.
    """
    if len(control) == 0:
        return Continuity(0, 0, (), float('nan'))
    arrival_ns = control.arrival_ns
    gaps_ns = np.diff(arrival_ns).astype(float)
    due_ns = np.diff(control.number) * period_ns
    gaps_ns -= np.clip(np.diff(control.sent_ns) - due_ns, 0.0, None)
    first_ns, last_ns = int(arrival_ns[0]), int(arrival_ns[-1])
    gaps_ns = np.append(gaps_ns, float(max(0, ended_ns - last_ns)))
    long = np.flatnonzero(gaps_ns > LIMIT_MS * 1e6)
    spans = [(int(arrival_ns[at]) - first_ns, gaps_ns[at]) for at in long]
    seconds = int(max(ended_ns, last_ns) - first_ns) // int(NS_PER_S)
    bad = {
        second
        for start_ns, gap_ns in spans
        for second in range(int(start_ns // NS_PER_S), int((start_ns + gap_ns) // NS_PER_S) + 1)
        if second < seconds
    }
    return Continuity(
        seconds,
        len(bad),
        tuple(Interruption(start_ns / NS_PER_S, gap_ns / 1e6) for start_ns, gap_ns in spans),
        float(gaps_ns.max()) / 1e6,
    )
