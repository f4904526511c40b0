"""How one arm follows a hand (law 1): it latches its own pose when the engagement changes.

The wanted pose is absolute since the engagement, so that any command may be lost and the next one
puts everything right.
"""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array, frozen, inverse, pose
from telesurgery_core.types import HandCommand


class Following:
    """The tip's pose when its arm first saw an engagement, and where the hand wants it since.

    An instrument is wanted relative to the view as it is now. The endoscope carries the view, so
    it is wanted relative to the view as it was when the engagement began.
    """

    def __init__(self, *, carries_view: bool) -> None:
        self._carries_view = carries_view
        self._epoch: int | None = None
        self._T_view_tip = self._T_rcm_view = frozen(np.eye(4))

    def has_latched(self, epoch: int) -> bool:
        """Return whether the pose at the beginning of this engagement is latched."""
        return self._epoch == epoch

    def latch(self, epoch: int, T_rcm_tip: Array, T_rcm_view: Array) -> None:
        """Latch the tip's pose for an engagement; both poses are ``(4, 4)``."""
        self._epoch = epoch
        self._T_rcm_view = T_rcm_tip if self._carries_view else T_rcm_view
        self._T_view_tip = inverse(self._T_rcm_view) @ T_rcm_tip

    def release(self) -> None:
        """End the engagement."""
        self._epoch = None

    def target(self, hand: HandCommand, T_rcm_view: Array) -> Array:
        """Return the wanted ``T_rcm_tip`` ``(4, 4)``, with the view where it is now ``(4, 4)``.

        Translation and rotation do not depend on each other: turning the hand turns the tip on
        the spot.
        """
        T, D = self._T_view_tip, hand.T_displacement
        T_view_tip = pose(D[:3, :3] @ T[:3, :3], D[:3, 3] + T[:3, 3])
        wanted: Array = (self._T_rcm_view if self._carries_view else T_rcm_view) @ T_view_tip
        return wanted
