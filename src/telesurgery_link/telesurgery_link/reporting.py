"""Puts together what a session has measured into the report of one moment."""

from __future__ import annotations

import math
from collections.abc import Iterable

from telesurgery_link.measurement import Measurement
from telesurgery_link.peer import Peer
from telesurgery_link.protection import Protection
from telesurgery_link.report import LinkReport
from telesurgery_link.route import Route, RouteChoice


def link_report(
    *,
    measured: Measurement,
    peer: Peer,
    protection: Protection,
    routes: tuple[Route, ...],
    media: RouteChoice,
    frames_sent: int,
    frames_refused: int,
    peer_timeout_ns: int,
    now_ns: int,
) -> LinkReport:
    """Return what is known of the link at ``now_ns``."""
    arrivals = peer.arrivals
    heard = [r.arrivals.newest_ns for r in routes if r.arrivals.newest_ns is not None]
    newest_ns = max(heard, default=None)
    clock = measured.clock.estimate(now_ns)
    paths = tuple(route.report(route is media.chosen, now_ns) for route in routes)
    received = sum(route.arrivals.received_within(now_ns) for route in routes)
    return LinkReport(
        state=measured.watch.state(newest_ns, peer_timeout_ns, now_ns),
        sealed=protection.is_sealed,
        key_exchanges=protection.exchanges,
        round_trip_ms=measured.round_trip.percentiles_ms(now_ns),
        one_way_in_ms=measured.incoming.percentiles_ms(clock, now_ns),
        one_way_out_ms=measured.outgoing.percentiles_ms(clock, now_ns),
        clock=clock,
        clock_restarts=measured.clock.restarts,
        control_age_ms=measured.control.age_ms(clock, now_ns),
        control_gap_max_ms=measured.control.longest_gap_ms(now_ns),
        jitter_ms=arrivals.jitter_ns / 1e6,
        loss_ratio=arrivals.loss_ratio(now_ns),
        bursts=arrivals.bursts(now_ns),
        reordered_ratio=arrivals.reordered_ratio(now_ns),
        duplicate_ratio=measured.duplicate_ratio(received, now_ns),
        receive_hz=arrivals.rates(now_ns)[0],
        receive_mbit_s=_sum(path.receive_mbit_s for path in paths),
        send_hz=measured.sent.rates(now_ns)[0],
        send_mbit_s=_sum(path.send_mbit_s for path in paths),
        newest_age_ms=math.nan if newest_ns is None else (now_ns - newest_ns) / 1e6,
        frames_sent=frames_sent,
        frames_received=peer.received,
        frames_lost=peer.lost,
        frames_refused=frames_refused,
        media_switches=media.switches,
        paths=paths,
    )


def _sum(values: Iterable[float]) -> float:
    """Return the sum of what is known; NaN when nothing is."""
    known = [value for value in values if not math.isnan(value)]
    return sum(known) if known else math.nan
