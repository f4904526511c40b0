"""The clutch of one hand: the state machine of its engagement, and displacement since it began.

The machine is the table ``TRANSITIONS``. Displacement is absolute since the engagement, never a
sum of increments, so that no lost sample is lost motion. An engagement begins only by an act of
the operator: it has an epoch of its own, and by that the far side knows it (a hold ends only so).
"""

from __future__ import annotations

from enum import Enum

from telesurgery_core.transforms import Array, frozen, pose
from telesurgery_core.types import IDENTITY


class ClutchState(Enum):
    """Whether a hand drives its arm."""

    FREE = 'free'
    """The hand moves, its arm does not, and the operator does not want it to."""
    WAITING = 'waiting'
    """The operator wants motion, and something that he can put right stands in the way."""
    ENGAGED = 'engaged'
    MUST_RELEASE = 'must_release'
    """Something other than the operator ended it: he must let go before he drives again."""

    __hash__ = object.__hash__  # of the member itself; Enum's is a Python function of its name


class ClutchEvent(Enum):
    """What one sample says about the operator's wish."""

    WANTED = 'wanted'
    """Present, no pedal in the way, the master's pose is known, nothing stands in the way."""
    HINDERED = 'hindered'
    """The same, but the hand is not aligned, or has made no sign of presence yet."""
    RELEASED = 'released'
    """The operator does not want motion."""
    VANISHED = 'vanished'
    """The operator wants motion but the master says nothing."""
    INTERRUPTED = 'interrupted'
    """The operator wants motion but a program forbade it, or gave the hand another arm."""

    __hash__ = object.__hash__


TRANSITIONS = {
    (ClutchState.FREE, ClutchEvent.WANTED): ClutchState.ENGAGED,
    (ClutchState.FREE, ClutchEvent.HINDERED): ClutchState.WAITING,
    (ClutchState.FREE, ClutchEvent.RELEASED): ClutchState.FREE,
    (ClutchState.FREE, ClutchEvent.VANISHED): ClutchState.FREE,
    (ClutchState.FREE, ClutchEvent.INTERRUPTED): ClutchState.MUST_RELEASE,
    (ClutchState.WAITING, ClutchEvent.WANTED): ClutchState.ENGAGED,
    (ClutchState.WAITING, ClutchEvent.HINDERED): ClutchState.WAITING,
    (ClutchState.WAITING, ClutchEvent.RELEASED): ClutchState.FREE,
    (ClutchState.WAITING, ClutchEvent.VANISHED): ClutchState.MUST_RELEASE,
    (ClutchState.WAITING, ClutchEvent.INTERRUPTED): ClutchState.MUST_RELEASE,
    (ClutchState.ENGAGED, ClutchEvent.WANTED): ClutchState.ENGAGED,
    (ClutchState.ENGAGED, ClutchEvent.HINDERED): ClutchState.ENGAGED,
    (ClutchState.ENGAGED, ClutchEvent.RELEASED): ClutchState.FREE,
    (ClutchState.ENGAGED, ClutchEvent.VANISHED): ClutchState.MUST_RELEASE,
    (ClutchState.ENGAGED, ClutchEvent.INTERRUPTED): ClutchState.MUST_RELEASE,
    (ClutchState.MUST_RELEASE, ClutchEvent.WANTED): ClutchState.MUST_RELEASE,
    (ClutchState.MUST_RELEASE, ClutchEvent.HINDERED): ClutchState.MUST_RELEASE,
    (ClutchState.MUST_RELEASE, ClutchEvent.RELEASED): ClutchState.FREE,
    (ClutchState.MUST_RELEASE, ClutchEvent.VANISHED): ClutchState.MUST_RELEASE,
    (ClutchState.MUST_RELEASE, ClutchEvent.INTERRUPTED): ClutchState.MUST_RELEASE,
}


class Clutch:
    """Engagement of one hand; ``epoch`` counts the engagements."""

    def __init__(self, epoch: int = 0) -> None:
        self.epoch = epoch
        self.state = ClutchState.FREE
        self._latched = IDENTITY
        self._must_latch = True

    @property
    def engaged(self) -> bool:
        """Whether the hand drives its arm."""
        return self.state is ClutchState.ENGAGED

    def handle(self, event: ClutchEvent) -> None:
        """Take one step through the table."""
        before, self.state = self.state, TRANSITIONS[self.state, event]
        if before is not ClutchState.ENGAGED:
            self._must_latch = True

    def latch(self, T_view_hand: Array) -> bool:
        """Begin an engagement at this pose ``(4, 4)`` if one is due; return whether it began."""
        due = self.engaged and self._must_latch
        if due:
            self.epoch = (self.epoch + 1) % 2**32  # it travels as uint32
            self._latched = frozen(T_view_hand)
            self._must_latch = False
        return due

    def displacement(self, T_view_hand: Array) -> Array:
        """Return how the hand has moved since the engagement began ``(4, 4)``.

        Translation is the difference of points and rotation is ``R_now @ R_latched^T``, both in
        the view frame, so that the two are independent of each other.
        """
        R = T_view_hand[:3, :3] @ self._latched[:3, :3].T
        return pose(R, T_view_hand[:3, 3] - self._latched[:3, 3])
