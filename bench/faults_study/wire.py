"""The link of the campaign: sealed, its wire tapped, and able to be cut, changed and forged."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from telesurgery_link.channels import ChannelTable, Side
from telesurgery_link.impairment import StagedImpairment, Streams, Treatment
from telesurgery_link.keys import PreSharedKey
from telesurgery_link.profiles import LinkProfile
from telesurgery_link.sealed import Sealed
from telesurgery_link.virtual import MAIN, VirtualLink

KEY = PreSharedKey(bytes(range(32)))
KEPT = 4000
"""So many of the newest datagrams does a stranger on the wire remember."""

Tamper = Callable[[Side, bytes], list[bytes]]
"""What becomes of a datagram on the wire to a side."""


class TappedLink(VirtualLink):
    """A sealed link with a stranger on its wire.

    Attributes:
        heard: the newest datagrams that have passed, with the side that each went to.
        tamper: what the stranger makes of each; None: nothing.
        out_of_order: whether the gateway of a side is not there.
    """

    def __init__(self, table: ChannelTable, profile: LinkProfile, seed: int, now_ns: int) -> None:
        self.heard: list[tuple[Side, bytes]] = []
        self.tamper: Tamper | None = None
        self.out_of_order = dict.fromkeys(Side, False)
        self._rng = np.random.default_rng(seed)
        self._seed = seed
        self._given = {side: profile.direction(side.sends) for side in Side}
        impairments = {
            side: {MAIN: self._process(side, self._given[side], now_ns)} for side in Side
        }
        super().__init__(table, impairments, now_ns, self._seal)  # type: ignore[arg-type]

    def suffer(self, side: Side, now_ns: int, **changes: object) -> None:
        """Let what ``side`` sends meet other conditions from now on: fields of ``Treatment``."""
        given = self._given[side]
        treatment = Treatment(
            **{
                'base_delay_ms': given.base_delay_ms,
                'jitter': given.jitter,
                'order': given.order,
                **changes,
            }  # type: ignore[arg-type]
        )
        self.ends[side].routes[MAIN].path.impairment = self._process(side, treatment, now_ns)

    def inject(self, side: Side, datagram: bytes, now_ns: int) -> None:
        """Let a stranger's datagram arrive at ``side``."""
        self.ends[side].receive_datagram(datagram, self.clock_ns(side, now_ns), 0)

    def _carry(self, to: Side, path: int, datagram: bytes, now_ns: int) -> None:
        self.heard.append((to, datagram))
        if len(self.heard) > 2 * KEPT:
            del self.heard[:KEPT]
        arriving = [datagram] if self.tamper is None else self.tamper(to, datagram)
        if self.out_of_order[to] or self.out_of_order[to.other]:
            return
        for one in arriving:
            super()._carry(to, path, one, now_ns)

    def _process(self, side: Side, treatment: Treatment, now_ns: int) -> StagedImpairment:
        return StagedImpairment(treatment, Streams.seeded(self._seed, side.sends.index), now_ns)

    def _seal(self, side: Side, session: int, now_ns: int) -> Sealed:
        return Sealed(
            side=side, session=session, keys=KEY, randomness=self._rng.bytes, now_ns=now_ns
        )
