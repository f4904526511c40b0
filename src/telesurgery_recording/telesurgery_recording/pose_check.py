"""What keeps a recorded pose from being one."""

from __future__ import annotations

import math

FARTHEST_M = 1e6
"""Nothing that a hand or an arm does is as far from any origin: it is damage, or another unit."""
UNIT_TOLERANCE = 1e-3
"""How far the norm of a quaternion may be from one."""

Point = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]
"""x, y, z, w."""


def fault_of(p: Point, q: Quaternion) -> str:
    """Return what is wrong with a position [m] and a quaternion; empty: nothing."""
    if not all(map(math.isfinite, (*p, *q))):
        return 'a pose that is not finite'
    if max(map(abs, p)) > FARTHEST_M:
        return f'a position beyond {FARTHEST_M:g} m'
    if abs(math.hypot(*q) - 1.0) > UNIT_TOLERANCE:
        return 'a quaternion that is not of length one'
    return ''
