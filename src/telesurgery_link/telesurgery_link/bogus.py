"""Datagrams that a sealed gateway must refuse: what somebody on the way could send.

Made out of overheard ones, for tests and measurements (bench/sealing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np

from telesurgery_link import datagrams
from telesurgery_link.channels import Side
from telesurgery_link.credentials import credential
from telesurgery_link.datagrams import DATAGRAM_LIMIT, MAGIC, VERSION, Kind
from telesurgery_link.handshake import Hello, hello, knock
from telesurgery_link.keys import KEY_BYTES, PreSharedKey
from telesurgery_link.protection import Unprotected
from telesurgery_link.sealing import Sealer


class Trick(Enum):
    """A way to make a datagram that is not the peer's."""

    RANDOM = 'random bytes, some behind a good start'
    TRUNCATED = 'an overheard one, cut'
    REPLAYED = 'an overheard one, again'
    FLIPPED = 'an overheard one, with a flipped bit'
    FOREIGN = 'well made, with other keys, another version, or unsealed'


class Attacker:
    """Makes bogus datagrams for one end of a link."""

    def __init__(self, overheard: Sequence[bytes], rng: np.random.Generator) -> None:
        """Take what the end has received so far."""
        self._overheard = list(overheard)
        self._rng = rng
        keys = PreSharedKey(rng.bytes(KEY_BYTES))
        self._credential = credential(keys, Side.SURGEON)
        self._sealer = Sealer(keys.secret, int(rng.integers(2**32)))
        self._open = Unprotected()
        self._made = 0

    def datagram(self, trick: Trick) -> bytes:
        """Return a bogus datagram."""
        self._made += 1
        if trick is Trick.RANDOM:
            return self._random()
        if trick is Trick.FOREIGN:
            return self._foreign()
        original = self._overheard[int(self._rng.integers(len(self._overheard)))]
        if trick is Trick.TRUNCATED:
            return original[: int(self._rng.integers(len(original)))]
        if trick is Trick.FLIPPED:
            changed = bytearray(original)
            changed[int(self._rng.integers(len(changed)))] ^= 1 << int(self._rng.integers(8))
            return bytes(changed)
        return original

    def _random(self) -> bytes:
        noise = self._rng.bytes(int(self._rng.integers(DATAGRAM_LIMIT)))
        if self._made % 2:
            return noise
        kind = list(Kind)[self._made // 2 % len(Kind)]
        return datagrams.compose(kind, noise)

    def _foreign(self) -> bytes:
        frame = self._rng.bytes(100)
        made = (
            lambda: self._sealer.seal(0, self._made, frame),
            lambda: knock(Side.SURGEON, self._made, self._credential),
            lambda: knock(Side.PATIENT, self._made, self._credential),
            lambda: hello(
                Hello(self._made, self._made, self._made, self._rng.bytes(32)), self._credential
            ),
            lambda: self._open.protect(0, frame, 0),
            lambda: MAGIC + bytes([VERSION + 1]) + frame,
        )
        return made[self._made % len(made)]()
