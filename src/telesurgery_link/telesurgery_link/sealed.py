"""The sealed link of one side: agrees on keys, renews them, seals and opens with them."""

from __future__ import annotations

from collections import defaultdict

from telesurgery_link import datagrams, handshake
from telesurgery_link.channels import Side
from telesurgery_link.credentials import credential
from telesurgery_link.datagrams import Datagram, Kind, Label
from telesurgery_link.errors import Refusal, RefusedFrameError
from telesurgery_link.exchange import Answering, Asking, Exchange
from telesurgery_link.key_ring import LIFETIME_OF_REKEY, KeyRing
from telesurgery_link.keys import Keys, Randomness

REKEY_NS = 120_000_000_000
"""Age at which a key is replaced, unless told otherwise."""

REKEY_COUNT = 2**24
"""Number of datagrams after which a key is replaced, whatever its age."""

ALONE_NS = 500_000_000
"""Silence after which a gateway tries to agree on keys anew."""


class Sealed:
    """Seals and opens the frames of one session (``protection.Protection``).

    Both sides hold matching keys and run this; ``randomness`` is ``os.urandom``, or seeded in
    tests. Nothing is sealed before the two have agreed on a key, some 1.5 round trips after both
    are there, and nothing unsealed is ever taken.

    Attributes:
        is_sealed: True.
    """

    is_sealed = True

    def __init__(
        self,
        *,
        side: Side,
        session: int,
        keys: Keys,
        randomness: Randomness,
        now_ns: int,
        rekey_ns: int = REKEY_NS,
        rekey_count: int = REKEY_COUNT,
    ) -> None:
        self._credential = credential(keys, side)
        self._ring = KeyRing(LIFETIME_OF_REKEY * rekey_ns)
        self._session = session
        self._exchange: Exchange
        if side is Side.SURGEON:
            self._exchange = Asking(
                session, self._credential, self._ring, randomness, rekey_ns, rekey_count, now_ns
            )
        else:
            self._exchange = Answering(session, self._credential, self._ring, randomness, now_ns)
        self._numbers: defaultdict[int, int] = defaultdict(int)
        self._opened_ns = now_ns
        self._alone = True

    @property
    def exchanges(self) -> int:
        """How often a key has been put into use."""
        return self._ring.adopted

    def protect(self, path: int, frame: bytes, now_ns: int) -> bytes | None:
        """Return the sealed frame; None while no key is agreed on."""
        current = self._ring.current
        if current is None:
            return None
        self._numbers[path] += 1
        return current.sealer.seal(path, self._numbers[path], frame)

    def open(self, datagram: Datagram, now_ns: int) -> tuple[Label, bytes] | None:
        """Return label and frame of what the peer has sealed; None for a step of the exchange."""
        if datagram.kind is Kind.OPEN:
            raise RefusedFrameError(Refusal.NOT_SEALED)
        if datagram.kind is Kind.SEALED:
            return self._open_sealed(datagram, now_ns)
        claim = handshake.read(datagram, self._credential)
        self._exchange.take(claim, datagram.body, self._alone, now_ns)
        return None

    def datagrams_to_send(self, now_ns: int) -> list[bytes]:
        """Return the steps of the exchange that are due."""
        self._ring.expire(now_ns)
        self._alone |= now_ns - self._opened_ns >= ALONE_NS
        return self._exchange.datagrams_to_send(self._alone, now_ns)

    def next_deadline_ns(self) -> int | None:
        """Return when the exchange goes on."""
        deadline_ns = self._exchange.next_deadline_ns(self._alone)
        if self._alone:
            return deadline_ns
        alone_ns = self._opened_ns + ALONE_NS
        return alone_ns if deadline_ns is None else min(deadline_ns, alone_ns)

    def _open_sealed(self, datagram: Datagram, now_ns: int) -> tuple[Label, bytes]:
        label, covered, content = datagrams.split(datagram)
        generation = self._ring.find(label.key)
        if generation is None:
            raise RefusedFrameError(Refusal.UNKNOWN_KEY)
        replays = self._ring.replays(generation)
        replays.check(label)
        frame = generation.opener.open(label, covered, content)
        if int.from_bytes(frame[:8], 'big') != generation.peer_session:
            raise RefusedFrameError(Refusal.MALFORMED)
        replays.take(label)
        self._opened_ns = now_ns
        self._alone = False
        newest = self._ring.current
        if newest is not generation and (newest is None or generation.born_ns > newest.born_ns):
            self._ring.adopt(generation)
        return label, frame
