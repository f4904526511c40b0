"""The keys of a session at one moment: the one in use, those before it, those offered."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from telesurgery_link.channels import Side
from telesurgery_link.handshake import SessionKeys
from telesurgery_link.sealing import Opener, ReplayWindows, Sealer

LIFETIME_OF_REKEY = 3
"""A key is used this many times the age at which it should have been replaced, then no more."""

MOST_KEYS = 8
"""Most keys held to open with, besides the one in use: older ones, and those offered."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The outcome of one exchange, seen from one side."""

    peer_session: int
    born_ns: int
    sealer: Sealer
    opener: Opener
    opens_id: int
    """What the peer names its key by."""

    @classmethod
    def of(cls, keys: SessionKeys, side: Side, peer_session: int, now_ns: int) -> Generation:
        """Return the generation that ``side`` gets out of an exchange."""
        return cls(
            peer_session,
            now_ns,
            Sealer(keys.key_of[side], keys.id_of[side]),
            Opener(keys.key_of[side.other]),
            keys.id_of[side.other],
        )


class KeyRing:
    """Holds the generations, seals with the current one and opens with every one of them.

    Attributes:
        current: what is sealed with; None: nothing is agreed on.
        adopted: how often ``current`` has been exchanged.
    """

    def __init__(self, lifetime_ns: int) -> None:
        self.current: Generation | None = None
        self.adopted = 0
        self._lifetime_ns = lifetime_ns
        self._held: OrderedDict[int, Generation] = OrderedDict()
        self._replays: dict[int, ReplayWindows] = {}
        self._next_expiry_ns = 0

    def offer(self, generation: Generation) -> None:
        """Hold a generation that nothing has been sealed with yet."""
        self._held[generation.opens_id] = generation
        self._replays.setdefault(generation.peer_session, ReplayWindows())
        spare = [held for held in self._held.values() if held is not self.current]
        if len(spare) > MOST_KEYS:
            self._drop(spare[0])

    def adopt(self, generation: Generation) -> None:
        """Seal with a generation from now on.

        Older ones of the same peer still open what is on its way; those of a peer that it has
        replaced open nothing any more.
        """
        self.offer(generation)
        self.current = generation
        self.adopted += 1
        for held in list(self._held.values()):
            if held.peer_session != generation.peer_session:
                self._drop(held)

    def find(self, key_id: int) -> Generation | None:
        """Return the generation that opens what names this key."""
        return self._held.get(key_id)

    def replays(self, generation: Generation) -> ReplayWindows:
        """Return what of the generation's peer has been opened."""
        return self._replays[generation.peer_session]

    def expire(self, now_ns: int) -> None:
        """Forget what is older than the lifetime."""
        if now_ns <= self._next_expiry_ns:
            return
        for held in list(self._held.values()):
            if now_ns - held.born_ns > self._lifetime_ns:
                self._drop(held)
        born_ns = [held.born_ns for held in self._held.values()]
        self._next_expiry_ns = min(born_ns, default=now_ns) + self._lifetime_ns

    def _drop(self, generation: Generation) -> None:
        del self._held[generation.opens_id]
        if self.current is generation:
            self.current = None
        if all(h.peer_session != generation.peer_session for h in self._held.values()):
            del self._replays[generation.peer_session]
