"""What the network did to the commands, and what it would have had to be like for no hold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_core.transforms import Array
from telesurgery_report.review.evidence import Evidence
from telesurgery_report.session import NS_PER_MS, NS_PER_S, Integers
from telesurgery_safety.parameters import SafetyParameters

LIMITS = SafetyParameters()
GAP_LIMIT_MS = 1e3 * LIMITS.command_gap_limit_s
AGE_LIMIT_MS = 1e3 * LIMITS.command_age_limit_s
LATE_NS = 2_000_000
"""The gateway takes a command so long after its stamp, at most."""


@dataclass(frozen=True, slots=True)
class Network:
    """The way of the commands; NaN and empty arrays where nothing was recorded."""

    sent_s: Array
    """When commands that arrived were sent ``(n,)`` [s] since the session began."""
    one_way_ms: Array
    """How long each was on the link ``(n,)``: two machines' clocks, if they are two."""
    injected_ms: Array
    gap_s: Array
    """When the gaps between arrivals ended ``(m,)`` [s], while the operator was at work."""
    gap_ms: Array
    rate_hz: float
    """Commands a second."""
    commands: int
    """Commands that were recorded as sent."""
    arrived: int
    """Arrivals that were recorded."""
    frames_sent: int | None
    frames_lost: int | None
    send_mbit_s: float
    """What the surgeon's side sent at the most (95 % of the time less)."""
    receive_mbit_s: float
    """What it received."""

    @property
    def long_gaps(self) -> int:
        """Gaps between arrivals that put the arms on hold."""
        return int((self.gap_ms > GAP_LIMIT_MS).sum())

    @property
    def longest_gap_ms(self) -> float:
        """The longest gap between arrivals."""
        return float(self.gap_ms.max()) if self.gap_ms.size else math.nan

    @property
    def loss_ratio(self) -> float:
        """Share of all frames, both ways, that never came."""
        if not self.frames_sent or self.frames_lost is None:
            return math.nan
        return self.frames_lost / self.frames_sent

    @property
    def allowed_run(self) -> int:
        """How many commands may be lost one after another without a hold."""
        period_ms = 1e3 / self.rate_hz if self.rate_hz > 0.0 else math.inf
        return max(math.floor(GAP_LIMIT_MS / period_ms) - 1, 0)


def network_of(evidence: Evidence) -> Network:
    """Return how the commands crossed the link."""
    session = evidence.session
    passages = session.link_passages
    start = session.start_ns
    order = np.argsort(passages.arrival_ns, kind='stable')
    arrivals = passages.arrival_ns[order]
    gaps = np.diff(arrivals) / NS_PER_MS
    working = _while_engaged(evidence, passages.sent_ns[order][1:])
    stamps = np.unique(np.concatenate([c.stamp_ns for c in evidence.commands] or [arrivals[:0]]))
    span = (stamps[-1] - stamps[0]) / NS_PER_S if len(stamps) > 1 else 0.0
    surgeon = evidence.links.get('surgeon')
    return Network(
        sent_s=(passages.sent_ns - start) / NS_PER_S,
        one_way_ms=(passages.arrival_ns - passages.sent_ns) / NS_PER_MS,
        injected_ms=passages.injected_ns / NS_PER_MS,
        gap_s=(arrivals[1:][working] - start) / NS_PER_S,
        gap_ms=gaps[working],
        rate_hz=(len(stamps) - 1) / span if span > 0.0 else math.nan,
        commands=len(stamps),
        arrived=len(arrivals),
        frames_sent=evidence.analysis.frames_sent,
        frames_lost=evidence.analysis.frames_lost,
        send_mbit_s=_most(surgeon.send_mbit_s) if surgeon else math.nan,
        receive_mbit_s=_most(surgeon.receive_mbit_s) if surgeon else math.nan,
    )


def needs_of(network: Network) -> list[str]:
    """Return, in sentences, what a network needs for such a session to go on without a hold."""
    needs = []
    if math.isfinite(network.rate_hz):
        needs.append(
            f'Commands left {network.rate_hz:.0f} times a second (n = {network.commands}). The '
            f'arms are put on hold after {GAP_LIMIT_MS:.0f} ms without one: at this rate at most '
            f'{network.allowed_run} may be lost in a row.'
        )
    if network.gap_ms.size:
        seen = network.long_gaps
        needs.append(
            f'The longest time between two arrivals was {network.longest_gap_ms:.0f} ms '
            f'(n = {network.gap_ms.size}); '
            + (
                f'{seen} of them {"was" if seen == 1 else "were"} longer than the '
                f'{GAP_LIMIT_MS:.0f} ms that are allowed: without '
                f'{"it" if seen == 1 else "them"} no arm would have been put on hold by a gap.'
                if seen
                else f'none was longer than the {GAP_LIMIT_MS:.0f} ms that are allowed.'
            )
        )
    if network.one_way_ms.size:
        p50, p99 = np.percentile(network.one_way_ms, (50.0, 99.0))
        late = int((network.one_way_ms > AGE_LIMIT_MS).sum())
        needs.append(
            f'Half of the commands were on the link for up to {p50:.1f} ms, 99 % for up to '
            f'{p99:.1f} ms (n = {network.one_way_ms.size}); '
            + (
                f'{late} were later than the {AGE_LIMIT_MS:.0f} ms after which a command is not '
                f'followed: the path would have to be {p99 - AGE_LIMIT_MS:.0f} ms shorter.'
                if late and p99 > AGE_LIMIT_MS
                else f'{AGE_LIMIT_MS:.0f} ms would have been allowed, {AGE_LIMIT_MS - p99:.0f} ms '
                'more.'
            )
        )
    if math.isfinite(network.send_mbit_s):
        needs.append(
            f'Capacity: {network.send_mbit_s:.2f} Mbit/s from the surgeon, '
            f'{network.receive_mbit_s:.2f} Mbit/s to the surgeon, for 95 % of the time.'
        )
    return needs or ['The bags do not say how commands crossed the link (/trace/link is missing).']


def _while_engaged(evidence: Evidence, sent_ns: Integers) -> NDArray[np.bool_]:
    """Return which arrivals were sent between the first engaged command and the last."""
    engaged = [c.stamp_ns[c.engaged] for c in evidence.commands if c.engaged.any()]
    if not engaged:
        return np.ones(len(sent_ns), dtype=bool)
    first, last = min(e[0] for e in engaged), max(e[-1] for e in engaged)
    within: NDArray[np.bool_] = (sent_ns >= first) & (sent_ns <= last + LATE_NS)
    return within


def _most(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.percentile(known, 95)) if known.size else math.nan
