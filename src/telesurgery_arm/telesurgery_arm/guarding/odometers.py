"""How far the arms have gone, so that who saw a distance knows by how much it may have shrunk.

A move is the ways of an arm's joints in one tick ``(joints,)`` [rad or m], None: it stands. By the
levers of the bodies it is at most so far for the tool, and so far for whatever moves most.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from telesurgery_arm.guarding.checks import Check
from telesurgery_arm.guarding.skeleton import Skeleton
from telesurgery_core.transforms import Array

Move = list[float] | None
Step = tuple[float, float]
"""Of the tool, and of all of an arm [m]."""


class Odometers:
    """The ways of all joints, and of what they carry, since the start.

    Attributes:
        together: how far all arms have gone, one added to the other: no check sees more.
    """

    def __init__(self, skeletons: Sequence[Skeleton]) -> None:
        self.together: Step = (0.0, 0.0)
        self._levers = [tuple(lever.tolist() for lever in s.levers) for s in skeletons]
        self._ways = [[0.0] * skeleton.joints for skeleton in skeletons]
        self._gone: list[Step] = [(0.0, 0.0)] * len(skeletons)

    def steps(self, moves: Sequence[Move]) -> list[Step]:
        """Return how far the arms go by their moves."""
        return [
            (0.0, 0.0) if move is None else (_way(tool, move), _way(outer, move))
            for (tool, outer), move in zip(self._levers, moves, strict=True)
        ]

    def advance(self, moves: Sequence[Move], steps: Sequence[Step]) -> None:
        """Take note that the arms have gone so far."""
        tools, alls = self.together
        for arm, (move, (by_tool, by_all)) in enumerate(zip(moves, steps, strict=True)):
            if move is not None:
                self._ways[arm] = [way + d for way, d in zip(self._ways[arm], move, strict=True)]
                tool, outer = self._gone[arm]
                self._gone[arm] = tool + by_tool, outer + by_all
                tools, alls = tools + by_tool, alls + by_all
        self.together = tools, alls

    def of(self, check: Check) -> float:
        """Return how far the arms of a check have gone, by the odometer that counts for it [m]."""
        return sum(self._gone[arm][check.outer] for arm in check.arms)

    def ways(self, check: Check) -> list[Array]:
        """Return the ways of the joints ``(joints,)`` of a check's arms."""
        return [np.array(self._ways[arm]) for arm in check.arms]


def _way(levers: Sequence[float], move: Sequence[float]) -> float:
    return sum(map(float.__mul__, levers, move))
