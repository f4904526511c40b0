"""Joint states as messages name them, brought into the order of ``joint_names``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from telesurgery_core.errors import TelesurgeryError, one_of
from telesurgery_core.transforms import Array
from telesurgery_core.types import JointSample


class JointStatesError(TelesurgeryError):
    """Joint states that do not tell where the robot is."""


class JointOrder:
    """Sorts joint states; the order of the last message is remembered, it hardly ever changes."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self._seen: list[str] = []
        self._order: list[int] = []

    def sample(
        self,
        stamp_ns: int,
        names: Sequence[str],
        position: Sequence[float],
        velocity: Sequence[float],
    ) -> JointSample:
        """Return the sample of all joints; velocities that are not given are zero.

        Raises JointStatesError when a joint is missing or a number is not finite.
        """
        if names != self._seen:
            self._learn(list(names))
        q = self._sorted('position', position)
        qd = self._sorted('velocity', velocity) if len(velocity) else np.zeros_like(q)
        return JointSample(stamp_ns, q, qd)

    def _learn(self, names: list[str]) -> None:
        missing = [name for name in self._names if name not in names]
        if missing:
            raise JointStatesError(
                one_of(
                    'missing joint', missing[0], 'all joints of arms.yaml', 'start its simulator'
                )
            )
        self._order = [names.index(name) for name in self._names]
        self._seen = names

    def _sorted(self, what: str, values: Sequence[float]) -> Array:
        if len(values) != len(self._seen):
            raise JointStatesError(
                f'{what} has {len(values)} values; allowed: one per name ({len(self._seen)}); '
                'correct the simulator'
            )
        result: Array = np.asarray(values, dtype=float)[self._order]
        if not np.isfinite(result).all():
            wrong = int(np.argmin(np.isfinite(result)))
            raise JointStatesError(
                f'{what} of {self._names[wrong]} is {result[wrong]}; allowed: a finite number; '
                'correct the simulator'
            )
        return result
