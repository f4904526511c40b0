"""What an impairment is: something that gives frames their fates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from telesurgery_link.impairment.bandwidth import Bandwidth


class Fate(NamedTuple):
    """What happens to one copy of a frame that is not lost."""

    delay_ns: int
    flipped: float | None
    """Where its flipped bit is, as a share of its length (0 <= share < 1); None: unharmed."""
    in_place: bool
    """Whether it waits for the frames before it; False: it may overtake and be overtaken."""


class Impairment(Protocol):
    """A path's behaviour in one direction."""

    @property
    def bandwidth(self) -> Bandwidth | None:
        """The bottleneck at its end; None: none."""
        ...

    @property
    def limit_frames(self) -> int | None:
        """Most frames on the way at once; None: no bound."""
        ...

    def at(self, now_ns: int) -> Impairment:
        """Return what is in force at ``now_ns``: itself, unless it is a schedule."""
        ...

    def fates(self, now_ns: int, channel: int) -> Sequence[Fate]:
        """Return the fates of the copies of the channel's next frame; none: it is lost."""
        ...

    def priority(self, channel: int) -> int:
        """Return the channel's priority at the bottleneck; 0 goes first."""
        ...


def flip_bit(datagram: bytes, where: float) -> bytes:
    """Return the datagram with one bit flipped, the one at the share ``where`` of its length."""
    index = int(where * len(datagram) * 8)
    flipped = bytearray(datagram)
    flipped[index // 8] ^= 0x80 >> (index % 8)
    return bytes(flipped)
