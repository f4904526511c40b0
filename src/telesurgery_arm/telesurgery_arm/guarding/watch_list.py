"""Which checks a step may wake: in most ticks none, and then none is looked at.

What the arms of a check go is at most what all arms go together. So of the checks that have long
to sleep only the one that has least is remembered; those that may wake soon are asked every tick.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from telesurgery_arm.guarding.checks import STRETCH, Check
from telesurgery_arm.guarding.odometers import Odometers, Step

_ROUNDING = 1e-9
"""Ways are summed up in another order for one check than for all [m]."""

Numbered = tuple[int, Check]


class WatchList:
    """The checks that are switched on.

    Attributes:
        checks: all of them, with their numbers.
    """

    def __init__(self, checks: Sequence[Numbered], odometers: Odometers) -> None:
        self.checks = tuple(checks)
        self._odometers = odometers
        # The two kinds of check: without bodies of outer arms, and with them.
        self._dampers = [
            {check.damper for _, check in checks if check.outer is outer}
            for outer in (False, True)
        ]
        self._restless = list(checks)
        self.wake_all()

    def wake_all(self) -> None:
        """Take note that an arm is somewhere else, or that something was forgotten."""
        self._sleep_to = [-math.inf, -math.inf]

    def may_wake(self, steps: Sequence[Step], dt: float) -> list[Numbered]:
        """Return the checks that may matter to steps of the arms in ``dt`` [s], in their order."""
        ways = [sum(column) for column in zip(*steps, strict=True)]
        if not any(ways):
            return []
        needs = []
        for way, dampers in zip(ways, self._dampers, strict=True):
            safe = (damper.safe_distance(way / dt) for damper in dampers)
            needs.append(way + max(safe, default=0.0) + _ROUNDING)
        if any(
            gone + need >= sleep_to
            for gone, need, sleep_to in zip(
                self._odometers.together, needs, self._sleep_to, strict=True
            )
        ):
            self._divide(needs)
        return self._restless

    def _divide(self, needs: Sequence[float]) -> None:
        """Part those that steps like these may soon wake from those that sleep for long.

        It is done anew when one of these may wake, or one of those may have fallen asleep.
        """
        self._restless = []
        least = [math.inf, math.inf]
        for number, check in self.checks:
            left, need = check.left(self._odometers.of(check)), needs[check.outer]
            if left <= need + STRETCH:
                self._restless.append((number, check))
                left = need + 2.0 * STRETCH
            least[check.outer] = min(least[check.outer], left)
        self._sleep_to = [
            gone + left for gone, left in zip(self._odometers.together, least, strict=True)
        ]
