"""How one arm follows a hand (law 1): it latches its own pose when the engagement changes.

The wanted pose is absolute since the engagement, so that any command may be lost and the next one
puts everything right. What a hand asks for is meant in the view as the operator sees it now.

An instrument in a view that moves is kept still in the world, or in the view, by choice. In the
world: the displacement counts on in the new view from where it was when the view moved; the tip
stays. In the view: the tip goes with the view. The endoscope carries the view itself, so what a
hand asks of it is meant in the view that it had when the engagement began.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Protocol

import numpy as np

from telesurgery_arm.horizon import Horizon
from telesurgery_core.transforms import Array, frozen, inverse, pose
from telesurgery_core.types import HandCommand

_IDENTITY = frozen(np.eye(4))
_LEVELLING_M = 0.02
"""Way of the endoscope [m] on which a tilted horizon loses 63 % of its tilt."""


class Keep(Enum):
    """In what an instrument stays where it is while the view moves."""

    WORLD = 'world'
    VIEW = 'view'


class Following(Protocol):
    """The tip's pose when its arm first saw an engagement, and where the hand wants it since."""

    def has_latched(self, epoch: int) -> bool:
        """Return whether the pose at the beginning of this engagement is latched."""

    def latch(self, epoch: int, T_rcm_tip: Array, T_rcm_view: Array) -> None:
        """Latch the tip's pose for an engagement; both poses are ``(4, 4)``."""

    def release(self) -> None:
        """End the engagement."""

    def target(self, hand: HandCommand, T_rcm_view: Array) -> Array:
        """Return the wanted ``T_rcm_tip`` ``(4, 4)``, with the view where it is now ``(4, 4)``.

        Translation and rotation do not depend on each other: turning the hand turns the tip on
        the spot.
        """


class InstrumentFollowing:
    """Of an instrument: relative to the view as it is now."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._epoch: int | None = None
        # Where the tip was in the view when the displacement was the one beside it.
        self._T_view_tip = self._displacement = _IDENTITY
        self._T_rcm_view = self._newest = _IDENTITY

    def has_latched(self, epoch: int) -> bool:
        """Return whether the pose at the beginning of this engagement is latched."""
        return self._epoch == epoch

    def latch(self, epoch: int, T_rcm_tip: Array, T_rcm_view: Array) -> None:
        """Latch the tip's pose for an engagement; both poses are ``(4, 4)``."""
        self._epoch = epoch
        self._T_rcm_view = T_rcm_view
        self._T_view_tip = inverse(T_rcm_view) @ T_rcm_tip
        self._displacement = self._newest = _IDENTITY

    def release(self) -> None:
        """End the engagement."""
        self._epoch = None

    def target(self, hand: HandCommand, T_rcm_view: Array) -> Array:
        """Return the wanted ``T_rcm_tip`` ``(4, 4)`` with the view where it is now ``(4, 4)``."""
        if T_rcm_view is not self._T_rcm_view:  # a view that stands is the same object
            self._move_view(T_rcm_view)
        self._newest = hand.T_displacement
        T: Array = self._T_rcm_view @ self._in_view(hand.T_displacement)
        return T

    def _in_view(self, displacement: Array) -> Array:
        T, since = self._T_view_tip, self._displacement
        R = displacement[:3, :3] @ since[:3, :3].T
        return pose(R @ T[:3, :3], displacement[:3, 3] - since[:3, 3] + T[:3, 3])

    def _move_view(self, T_rcm_view: Array) -> None:
        if self._keep is Keep.WORLD:
            T_rcm_tip = self._T_rcm_view @ self._in_view(self._newest)
            self._T_view_tip = inverse(T_rcm_view) @ T_rcm_tip
            self._displacement = self._newest
        self._T_rcm_view = T_rcm_view


class EndoscopeFollowing:
    """Of the endoscope: relative to the view that it had when the engagement began."""

    def __init__(self, horizon: Horizon | None) -> None:
        """Bring a horizon level while the endoscope moves, whatever the hand rolls; None: do not.

        The tilt that it has at an engagement shrinks with the distance from there, so that the
        engagement itself turns nothing, and every command is complete in itself.
        """
        self._horizon = horizon
        self._epoch: int | None = None
        self._T_rcm_tip = _IDENTITY
        self._tilt: float | None = None

    def has_latched(self, epoch: int) -> bool:
        """Return whether the pose at the beginning of this engagement is latched."""
        return self._epoch == epoch

    def latch(self, epoch: int, T_rcm_tip: Array, T_rcm_view: Array) -> None:
        """Latch the tip's pose for an engagement; the view ``(4, 4)`` is the tip's pose itself."""
        self._epoch = epoch
        self._T_rcm_tip = T_rcm_tip
        self._tilt = None if self._horizon is None else self._horizon.tilt(T_rcm_tip)

    def release(self) -> None:
        """End the engagement."""
        self._epoch = None

    def target(self, hand: HandCommand, T_rcm_view: Array) -> Array:
        """Return the wanted ``T_rcm_tip`` ``(4, 4)``; where the view is now does not matter."""
        wanted: Array = self._T_rcm_tip @ hand.T_displacement
        if self._horizon is None or self._tilt is None:
            return wanted
        way = float(np.linalg.norm(hand.T_displacement[:3, 3]))
        return self._horizon.levelled(wanted, self._tilt * math.exp(-way / _LEVELLING_M))
