"""A path as one session uses it: what leaves by it, what is heard on it, whether it lives."""

from __future__ import annotations

from telesurgery_link import datagrams
from telesurgery_link.arrivals import Arrivals
from telesurgery_link.impairment import flip_bit
from telesurgery_link.meter import Meter
from telesurgery_link.path import Path
from telesurgery_link.report import PathReport
from telesurgery_link.round_trip import RoundTrip

STEADY_NS = 2_000_000_000
"""How long a path that has come back must live before media take it again."""


class Route:
    """One of the paths between the two gateways.

    Attributes:
        name: as both sides' tables call it.
        index: its place in both sides' tables, from 0.
        path: what datagrams pass before they are released.
        arrivals: what is measured of the peer's datagrams on it.
        round_trip: what its echoes say.
        sent: what leaves by it, past the impairment.
    """

    def __init__(self, name: str, index: int, path: Path, window_ns: int, timeout_ns: int) -> None:
        """Begin; without an answer for ``timeout_ns`` the path counts as dead."""
        self.name = name
        self.index = index
        self.path = path
        self.sent = Meter(window_ns)
        self._window_ns = window_ns
        self._timeout_ns = timeout_ns
        self.restart()

    def restart(self) -> None:
        """Forget what was measured: the peer is another one."""
        self.arrivals = Arrivals(self._window_ns)
        self.round_trip = RoundTrip(self._window_ns)
        self._answered_ns: int | None = None
        self._alive_since_ns: int | None = None

    def released(self, now_ns: int) -> list[bytes]:
        """Return the datagrams that leave now, past the impairment, as they leave."""
        leaving = []
        for datagram, injected_ns, flipped in self.path.released(now_ns):
            self.sent.note(len(datagram), now_ns)
            marked = datagrams.annotate(datagram, injected_ns)
            leaving.append(marked if flipped is None else flip_bit(marked, flipped))
        return leaving

    def take_round_trip(self, round_trip_ns: int, now_ns: int) -> None:
        """Take the round trip of a ping that was answered on this path."""
        if not self.is_alive(now_ns):
            self._alive_since_ns = now_ns
        self._answered_ns = now_ns
        self.round_trip.add(round_trip_ns, now_ns)

    def is_alive(self, now_ns: int) -> bool:
        """Return whether the peer has answered on it within the time-out, there and back."""
        return self._answered_ns is not None and now_ns - self._answered_ns <= self._timeout_ns

    def has_lived_ns(self, now_ns: int) -> int:
        """Return for how long it has been alive [ns]; -1: it is not."""
        if self._alive_since_ns is None or not self.is_alive(now_ns):
            return -1
        return now_ns - self._alive_since_ns

    def report(self, carries_media: bool, now_ns: int) -> PathReport:
        """Return what is known of the path."""
        return PathReport(
            self.name,
            self.is_alive(now_ns),
            carries_media,
            self.round_trip.percentiles_ms(now_ns),
            self.arrivals.jitter_ns / 1e6,
            self.arrivals.loss_ratio(now_ns),
            self.arrivals.rates(now_ns)[1],
            self.sent.rates(now_ns)[1],
        )


class RouteChoice:
    """Which path media take: the first of the table that is alive.

    A path that has died is left at once; one that has come back must have lived for ``STEADY_NS``
    before it is preferred again, so that a flapping path does not tear every second picture.

    Attributes:
        chosen: the path that media took last.
        switches: how often they have changed it.
    """

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self.chosen = routes[0]
        self.switches = 0
        self._routes = routes

    def best(self, now_ns: int) -> Route:
        """Return the path for media now; while none is alive, the last one chosen."""
        best = self._best(now_ns)
        if best is not self.chosen:
            self.chosen = best
            self.switches += 1
        return best

    def _best(self, now_ns: int) -> Route:
        chosen_lives = self.chosen.is_alive(now_ns)
        enough_ns = STEADY_NS if chosen_lives else 0
        for route in self._routes:
            if route is self.chosen and chosen_lives:
                return route
            if route is not self.chosen and route.has_lived_ns(now_ns) >= enough_ns:
                return route
        return self.chosen
