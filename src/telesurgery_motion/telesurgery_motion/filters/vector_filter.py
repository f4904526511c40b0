"""What every tremor filter is, below the pose: a filter of several vectors side by side.

A hand gives two vectors, its position and its turning (as metres on a lever arm); a study gives as
many as it has signals. All arrays are ``(b, 3)``: b vectors of three axes that share one unit, so
that a filter that adapts may look at a vector as a whole and its result does not depend on the
axes chosen.
"""

from __future__ import annotations

from typing import Protocol

from telesurgery_core.transforms import Array

SHORTEST_DT_S = 0.5e-9
"""Stamps are whole nanoseconds: less than half of one is no time at all."""


class VectorFilter(Protocol):
    """Estimates where the hand is meant to be from where it is."""

    def reset(self, x: Array) -> None:
        """Forget everything and start at rest at ``x`` ``(b, 3)`` [m]."""

    def step(self, x: Array, dt: float) -> Array:
        """Return the intended ``x`` ``(b, 3)`` [m], ``dt`` [s] > 0 after the sample before."""

    def shift(self, offset: Array) -> None:
        """Go on ``offset`` ``(b, 3)`` [m] further, as if the signal had always been there."""
