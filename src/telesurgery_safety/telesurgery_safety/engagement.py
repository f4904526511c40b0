"""Fresh engagements: an operator's deliberate act, recognised by an epoch never seen before."""

from __future__ import annotations

from telesurgery_core.types import HandCommand

_EPOCHS = 2**32
"""Epochs travel as uint32 and wrap around."""


class Engagement:
    """Remembers the newest epoch of one hand, and which engagement of which arm was fresh.

    The first epoch that is ever seen, engaged or not, counts as old: a process that starts while
    the operator's hands move must not let an arm follow them.
    """

    def __init__(self) -> None:
        self._seen: int | None = None
        self._granted: tuple[str, int] | None = None

    def is_fresh(self, hand: HandCommand) -> bool:
        """Return whether the hand is newly engaged; its epoch counts as seen from now on."""
        seen = self._seen
        if seen is None:
            self._seen = hand.epoch
            return False
        if not _is_newer(hand.epoch, seen):
            return False
        self._seen = hand.epoch
        if hand.engaged:
            self._granted = (hand.arm, hand.epoch)
        return hand.engaged

    def is_granted(self, hand: HandCommand) -> bool:
        """Return whether this engagement, of this arm, was fresh once."""
        return hand.engaged and self._granted == (hand.arm, hand.epoch)


def _is_newer(epoch: int, than: int) -> bool:
    """Compare as serial numbers do (RFC 1982): ahead by less than half of the range."""
    return 0 < (epoch - than) % _EPOCHS < _EPOCHS // 2
