"""One tick, worked out: from the steps that are wanted to steps that keep every distance.

Whether a step is allowed is seen where it ends: no pair may have come nearer faster than its
damper allows, and none may be nearer than its margin, or than it was. A step that is not allowed
is replaced by the nearest one that is (``step``), with one row for every pair that it offends;
what curvature adds to that is corrected in the next round. After the last one it is shortened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from telesurgery_arm.guarding.checks import Check, look_at_all
from telesurgery_arm.guarding.contacts import Contacts
from telesurgery_arm.guarding.skeleton import Posture, Skeleton
from telesurgery_arm.guarding.step import ArmStep, Row
from telesurgery_core.transforms import Array

ROUNDS = 8
"""So often steps are worked out anew before they are shortened."""
SHARES = (0.5, 0.2, 0.0)
"""What they are shortened to then."""
OVERSHOOT = 1e-8
"""Corrections go this much further than it seems needed [m], so that few of them do."""
SAME = 1e-12
"""Distances that differ by less [m] are the same."""
FASTER = 5e-5
"""An approach that is faster than allowed by less [m/s] is not."""


@dataclass
class Watched:
    """A check in one tick: what it saw at the beginning, and what at the end of the step."""

    check: Check
    number: int
    before: Contacts
    after: Contacts
    speed: Array
    """Allowed speeds of approach ``(n,)`` [m/s]."""
    offended: bool = False

    def too_near(self) -> Array:
        """Return by how much each pair is nearer than allowed ``(n,)`` [m]; 0: it is not."""
        short = np.minimum(self.before.slack, 0.0) - self.after.slack
        return np.where(short > SAME, short, 0.0)

    def too_fast(self, dt: float) -> Array:
        """Return by how much each pair has approached too far in ``dt`` [s] ``(n,)`` [m]."""
        fast = self.before.slack - self.after.slack - (self.speed + FASTER) * dt
        return np.where(fast > 0.0, fast, 0.0)


class Resolution:
    """The steps of all arms in one tick.

    Attributes:
        watched: the checks that matter, with what was seen of them.
        ends: the postures at the ends of the steps, of the arms that were looked at.
    """

    def __init__(
        self,
        arms: Sequence[ArmStep],
        skeletons: Sequence[Skeleton],
        posture: Callable[[int], Posture],
        dt: float,
    ) -> None:
        self.watched: list[Watched] = []
        self.ends: dict[int, Posture] = {}
        self._arms = arms
        self._skeletons = skeletons
        self._posture = posture
        self._dt = dt

    def watch(self, checks: Sequence[tuple[int, Check]], before: Sequence[Contacts]) -> None:
        """Take numbered checks into account; ``before`` is how they stand now."""
        after = self._after(checks, before)
        self.watched += [
            Watched(check, number, now, then, check.damper.speeds(now.slack))
            for (number, check), now, then in zip(checks, before, after, strict=True)
        ]

    def settle(self) -> bool:
        """Work out the steps; return whether all checks agree to them now.

        If not, a step is shorter than it was, and more checks may matter: ask again.
        """
        for _ in range(ROUNDS):
            if not self._limit():
                return True
            self._look()
        return False

    def shorten(self, share: float) -> bool:
        """Shorten the steps that are still not allowed; return whether there were any."""
        arms = {
            arm for watch in self.watched if watch.too_near().any() for arm in watch.check.arms
        }
        for arm in arms:
            self._arms[arm].shorten(share)
        if arms:
            self._look()
        return bool(arms)

    def limited(self, watch: Watched) -> list[tuple[int, int]]:
        """Return which arms were limited by which pairs of a check: arm, pair."""
        return [
            (arm, item)
            for item, pair in enumerate(watch.before.items.tolist())
            for arm in watch.check.arms
            if (watch.number, pair) in self._arms[arm].rows
        ]

    def _limit(self) -> bool:
        """Add or tighten a row for every pair that is offended; return whether any is."""
        concerned: set[int] = set()
        for watch in self.watched:
            near, fast = watch.too_near(), watch.too_fast(self._dt)
            for item in np.nonzero(near + fast)[0].tolist():
                watch.offended = True
                key = (watch.number, int(watch.before.items[item]))
                excess = float(max(near[item], fast[item]))
                concerned |= self._offend(watch, item, key, excess)
        for arm in concerned:
            self._arms[arm].solve(self._posture(arm), self._dt)
        return bool(concerned)

    def _offend(self, watch: Watched, item: int, key: tuple[int, int], excess: float) -> set[int]:
        """Limit the arms of one pair; return those that were."""
        rows = {
            arm: -np.array(watch.before.row(item, side, self._posture(arm)))
            for side, arm in enumerate(watch.check.arms)
        }
        speeds = {arm: float(row @ self._arms[arm].wanted) for arm, row in rows.items()}
        approach = sum(speed for speed in speeds.values() if speed > 0.0)
        allowed = float(watch.speed[item]) * self._dt
        if allowed > 0.0:  # who leaves makes room for who follows
            allowed -= sum(speed for speed in speeds.values() if speed < 0.0)
        for arm in self._culprits(rows, speeds, key):
            step, row = self._arms[arm], rows[arm]
            known = step.rows.get(key)
            if known is not None:
                bound = min(known.bound, float(row @ step.allowed)) - excess - OVERSHOOT
            elif speeds[arm] > 0.0:
                bound = min(allowed * speeds[arm] / approach, speeds[arm])
            else:
                bound = float(row @ step.allowed) - excess - OVERSHOOT
            step.rows[key] = Row(row, bound)
        return {arm for arm in rows if key in self._arms[arm].rows}

    def _culprits(
        self, rows: dict[int, Array], speeds: dict[int, float], key: tuple[int, int]
    ) -> list[int]:
        """Return the arms that brought a pair together; one that stands is not pushed away."""
        culprits = [
            arm
            for arm, row in rows.items()
            if key in self._arms[arm].rows
            or speeds[arm] > SAME
            or float(row @ self._arms[arm].allowed) > SAME
        ]
        return culprits or [arm for arm in rows if self._arms[arm].moves]

    def _look(self) -> None:
        self.ends.clear()
        checks = [(watch.number, watch.check) for watch in self.watched]
        after = self._after(checks, [watch.before for watch in self.watched])
        for watch, seen in zip(self.watched, after, strict=True):
            watch.after = seen

    def _after(
        self, checks: Sequence[tuple[int, Check]], before: Sequence[Contacts]
    ) -> list[Contacts]:
        wanted = [
            (check, [self._end(arm) for arm in check.arms], now.items)
            for (_, check), now in zip(checks, before, strict=True)
        ]
        return look_at_all(wanted)

    def _end(self, arm: int) -> Posture:
        if arm not in self.ends:
            step = self._arms[arm]
            self.ends[arm] = (
                self._skeletons[arm].at(step.end()) if step.moves else self._posture(arm)
            )
        return self.ends[arm]
