"""Motion scaling: the tip moves a fraction of what the hand moves, and turns as the hand turns."""

from __future__ import annotations

from telesurgery_core.transforms import Array


def scaled(T_displacement: Array, scale: float) -> Array:
    """Return a displacement ``(4, 4)`` with its translation scaled and its rotation kept 1:1."""
    T = T_displacement.copy()
    T[:3, 3] *= scale
    return T
