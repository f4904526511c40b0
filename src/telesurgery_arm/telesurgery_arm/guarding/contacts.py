"""Places where an arm is near to something, and how the distance there changes with its joints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_arm.guarding.skeleton import Posture
from telesurgery_core.transforms import Array


@dataclass(frozen=True, slots=True)
class Contacts:
    """Pairs of nearest points, at one posture of the arms concerned."""

    items: NDArray[np.intp]
    """Which pairs of the check these are ``(n,)``."""
    slack: Array
    """Distances less margin ``(n,)`` [m]."""
    away: Array
    """Directions ``(n, 3)`` in which the first arm leaves; the second leaves against them."""
    bodies: tuple[NDArray[np.intp], ...]
    """Per arm: which of its bodies ``(n,)``."""
    points: tuple[Array, ...]
    """Per arm: the nearest points on its bodies' axes ``(n, 3)``."""

    def row(self, index: int, side: int, posture: Posture) -> list[float]:
        """Return how the distance changes with the joints ``(joints,)`` of arm ``side``.

        The nearest points wander, but as they are the nearest, to first order that changes
        nothing.
        """
        n = self.away[index] if side == 0 else -self.away[index]
        body = int(self.bodies[side][index])
        p = self.points[side][index]
        return posture.skeleton.column(posture.frames, body, tuple(p.tolist()), tuple(n.tolist()))
