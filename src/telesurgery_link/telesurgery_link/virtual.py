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
        for side in Side:
            self.restart(side, now_ns)

    @classmethod
    def of_profile(
        cls, table: ChannelTable, profile: LinkProfile, seed: int, now_ns: int
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
        return cls(table, impairments, now_ns)

    def restart(self, side: Side, now_ns: int) -> None:
        """Let the gateway of one side begin anew; what it had in flight is gone."""
        self._sessions += 1
        self.ends[side] = Session(
            session=self._sessions,
            side=side,
            table=self._table,
            paths={name: Path(given) for name, given in self._impairments[side].items()},
            protection=self._protect(side, self._sessions, now_ns),
            now_ns=now_ns,
        )

    def exchange(self, now_ns: int) -> dict[Side, list[Delivery]]:
        """Carry over what is due; return the messages that come out on each side."""
        sides = list(Side)
        carried = True
        while carried:  # an answer may be due at once
            carried = False
            for side, other in zip(sides, reversed(sides), strict=True):
                for path, datagram in self.ends[side].datagrams_to_send(now_ns):
                    self.ends[other].receive_datagram(datagram, now_ns, path)
                    carried = True
        return {side: self.ends[side].deliveries() for side in Side}

    def next_deadline_ns(self) -> int:
        """Return when ``exchange`` must be called next [ns]."""
        return min(end.next_deadline_ns() for end in self.ends.values())
