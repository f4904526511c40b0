"""A path as one session uses it: what leaves by it, what is heard on it, whether it lives."""

from __future__ import annotations

from telesurgery_link.path import Path
from telesurgery_link.statistics import Arrivals, RoundTrip


class Route:
    """One of the paths between the two gateways.

    Attributes:
        name: as both sides' tables call it.
        index: its place in both sides' tables, from 0.
        path: what datagrams pass before they are released.
        arrivals: what is measured of the peer's datagrams on it.
        round_trip: what its echoes say.
    """

    def __init__(self, name: str, index: int, path: Path, window_ns: int) -> None:
        self.name = name
        self.index = index
        self.path = path
        self._window_ns = window_ns
        self.restart()

    def restart(self) -> None:
        """Forget what was measured: the peer is another one."""
        self.arrivals = Arrivals(self._window_ns)
        self.round_trip = RoundTrip(self._window_ns)
        self._answered_ns: int | None = None
        self._alive_since_ns: int | None = None

    def take_round_trip(self, round_trip_ns: int, now_ns: int, timeout_ns: int) -> None:
        """Take the round trip of a ping that was answered on this path."""
        if not self.is_alive(now_ns, timeout_ns):
            self._alive_since_ns = now_ns
        self._answered_ns = now_ns
        self.round_trip.add(round_trip_ns, now_ns)

    def is_alive(self, now_ns: int, timeout_ns: int) -> bool:
        """Return whether the peer has answered on it within the time-out, there and back."""
        return self._answered_ns is not None and now_ns - self._answered_ns <= timeout_ns

    def lives_since(self, now_ns: int, timeout_ns: int) -> int | None:
        """Return since when it is alive [ns]; None: it is not."""
        return self._alive_since_ns if self.is_alive(now_ns, timeout_ns) else None


class RouteChoice:
    """Which path media take: the first of the table that is alive.

    A path that has died is left at once; one that has come back must have lived for ``steady_ns``
    before it is preferred again, so that a flapping path does not tear every second picture.
    """

    def __init__(self, routes: tuple[Route, ...], timeout_ns: int, steady_ns: int) -> None:
        self._routes = routes
        self._timeout_ns = timeout_ns
        self._steady_ns = steady_ns
        self._chosen = routes[0]
        self.switches = 0

    def best(self, now_ns: int) -> Route:
        """Return the path for media now; while none is alive, the last one chosen."""
        if len(self._routes) == 1:
            return self._chosen
        best = self._best(now_ns)
        if best is not self._chosen:
            self._chosen = best
            self.switches += 1
        return best

    def _best(self, now_ns: int) -> Route:
        chosen_lives = self._chosen.is_alive(now_ns, self._timeout_ns)
        for route in self._routes:
            since_ns = route.lives_since(now_ns, self._timeout_ns)
            if route is self._chosen:
                if chosen_lives:
                    return route
            elif since_ns is not None and (
                not chosen_lives or now_ns - since_ns >= self._steady_ns
            ):
                return route
        return self._chosen
