"""Both gateways of a link in one process and in virtual time: no sockets, no waiting."""

from __future__ import annotations

from collections.abc import Callable

from telesurgery_link.channels import ChannelTable, Side
from telesurgery_link.impairment import Impairment, Streams
from telesurgery_link.path import Path
from telesurgery_link.profiles import LinkProfile
from telesurgery_link.protection import Protection, Unprotected
from telesurgery_link.receiving import Delivery
from telesurgery_link.session import Session

_TO = tuple(zip(Side, reversed(Side), strict=True))
MAIN = 'main'
"""Name of the path of a link that has but one."""


Protect = Callable[[Side, int, int], Protection]
"""Gives a session its protection: side, session number, now [ns]."""


class VirtualLink:
    """Two sessions and the wires between them. Whoever holds it turns the clock.

    Attributes:
        ends: the session of each side.
    """

    def __init__(
        self,
        table: ChannelTable,
        impairments: dict[Side, dict[str, Impairment]],
        now_ns: int,
        protect: Protect | None = None,
    ) -> None:
        """Connect two gateways.

        ``impairments[side][path]`` is met by what that side sends on the path of that name; both
        sides have the same paths. ``protect`` seals the link; without it, it is insecure.
        """
        self.ends: dict[Side, Session] = {}
        self._table = table
        self._impairments = impairments
        self._protect = protect or (lambda _side, _session, _now_ns: Unprotected())
        self._sessions = 0
        self._shift_ns = dict.fromkeys(Side, 0)
        for side in Side:
            self.restart(side, now_ns)

    @classmethod
    def of_profile(
        cls,
        table: ChannelTable,
        profile: LinkProfile,
        seed: int,
        now_ns: int,
        protect: Protect | None = None,
    ) -> VirtualLink:
        """Connect two gateways as two nodes with this profile and seed would be."""
        impairments: dict[Side, dict[str, Impairment]] = {
            side: {
                MAIN: profile.impairment(
                    side.sends,
                    Streams.seeded(seed, side.sends.index),
                    now_ns,
                    table.channels,
                )
            }
            for side in Side
        }
        return cls(table, impairments, now_ns, protect)

    def restart(self, side: Side, now_ns: int) -> None:
        """Let the gateway of one side begin anew; what it had in flight is gone."""
        self._sessions += 1
        self.ends[side] = Session(
            session=self._sessions,
            side=side,
            table=self._table,
            paths={name: Path(given) for name, given in self._impairments[side].items()},
            protection=self._protect(side, self._sessions, self.clock_ns(side, now_ns)),
            now_ns=self.clock_ns(side, now_ns),
        )

    def exchange(self, now_ns: int) -> dict[Side, list[Delivery]]:
        """Carry over what is due; return the messages that come out on each side."""
        carried = True
        while carried:  # an answer may be due at once
            carried = False
            for side, other in _TO:
                clock_ns = self.clock_ns(side, now_ns)
                for path, datagram in self.ends[side].datagrams_to_send(clock_ns):
                    self._carry(other, path, datagram, now_ns)
                    carried = True
        return {side: self.ends[side].deliveries() for side in Side}

    def _carry(self, to: Side, path: int, datagram: bytes, now_ns: int) -> None:
        self.ends[to].receive_datagram(datagram, self.clock_ns(to, now_ns), path)

    def next_deadline_ns(self) -> int:
        """Return when ``exchange`` must be called next [ns]."""
        return min(
            end.next_deadline_ns() - self._shift_ns[side] for side, end in self.ends.items()
        )

    def shift_clock(self, side: Side, shift_ns: int) -> None:
        """Set the clock that one side goes by forward or back from now on."""
        self._shift_ns[side] += shift_ns

    def clock_ns(self, side: Side, now_ns: int) -> int:
        """Return what the clock of one side says at the link's time ``now_ns``."""
        return now_ns + self._shift_ns[side]
