"""Guarding of all arms together: from the steps that are wanted to the steps that are allowed.

In every tick each arm wants to go from its joint positions to others. What may come near to a
boundary is looked at (``checks``); where it would approach faster than the damper allows, the step
is replaced by the nearest one that does not (``projection``), measured by what the tip does: the
motion along the boundary stays free. An arm on a prescribed path is slowed down on it instead.
Then the end of the step is looked at: if a curvature led nearer than allowed the step is
corrected, and as a last resort shortened, down to nothing. So no distance ever falls below its
margin; one that is below it already (something was switched on, or begun inside) never falls.

Two arms that approach each other share the allowed speed in proportion to what each wants. An arm
that leaves makes room for one that follows. Standing still is always allowed, and so is leaving.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from telesurgery_arm.guarding.action import Action, ArmGuard
from telesurgery_arm.guarding.checks import Check, Indices
from telesurgery_arm.guarding.contacts import Contacts
from telesurgery_arm.guarding.skeleton import Posture, Skeleton
from telesurgery_arm.guarding.step import ArmStep, JointLimits, Row
from telesurgery_core.transforms import Array

ROUNDS = 5
"""So often a step is corrected for what curvature did before it is shortened."""
SHARES = (0.5, 0.25, 0.1, 0.0)
"""What it is shortened to then."""
OVERSHOOT = 1e-8
"""Corrections go this much further than it seems needed [m], so that few of them do."""
SAME = 1e-12
"""Distances that differ by less [m] are the same."""
ACTS = 1e-5
"""An approach that is this much too fast [m/s] is an intervention worth telling."""
AT_REST = 1e-3
"""An arm that may approach no faster than this [m/s] is stopped, not slowed."""
IS_INSIDE = 1e-6
"""Further in than this [m] is inside."""


@dataclass
class _Watched:
    """A check in one tick: what it saw at the beginning and at the end of the step."""

    check: Check
    index: int
    items: Indices
    before: Contacts
    after: Contacts | None = None


class Guard:
    """The guard of all arms.

    Attributes:
        skeletons: the arms' bodies, in the order of joint vectors.
        checks: what has to be kept apart.
    """

    def __init__(
        self,
        skeletons: Sequence[Skeleton],
        limits: Sequence[JointLimits],
        checks: Sequence[Check],
    ) -> None:
        self.skeletons = tuple(skeletons)
        self.checks = tuple(checks)
        self._limits = tuple(limits)
        self._on = {check.name: True for check in checks}
        count = len(self.skeletons)
        self._active = list(enumerate(self.checks))
        self._q: list[list[float]] = [[] for _ in range(count)]
        self._ways: list[list[float]] = [[0.0] * s.joints for s in self.skeletons]
        self._postures: list[Posture | None] = [None] * count
        self._ends: dict[int, Posture] = {}
        self._acted: list[ArmGuard | None] = [None] * count

    @property
    def names(self) -> dict[str, bool]:
        """What can be switched, and whether it is on."""
        return dict(self._on)

    def switch(self, name: str, on: bool) -> None:
        """Switch everything of a name on or off; KeyError for a name that does not exist."""
        if self._on[name] is on:
            return
        self._on[name] = on
        self._active = [
            (index, check) for index, check in enumerate(self.checks) if self._on[check.name]
        ]
        for check in self.checks:
            if check.name == name:
                check.forget()

    def step(
        self,
        q: Sequence[list[float]],
        wanted: Sequence[list[float]],
        on_path: Sequence[bool],
        dt: float,
    ) -> list[list[float]]:
        """Return where the arms may go in ``dt`` [s] > 0.

        All vectors are those of the arms' targets ``(joints,)`` [rad or m], arm by arm: where they
        are, where they want to be, and whether each may only be shortened. What is returned is
        the very vector that is wanted wherever nothing was in its way.
        """
        self._acted = [None] * len(self.skeletons)
        for arm, at in enumerate(q):
            if at != self._q[arm]:
                self._place(arm, at)
        steps = [
            None
            if there is at or there == at
            else [abs(b - a) for a, b in zip(at, there, strict=True)]
            for at, there in zip(q, wanted, strict=True)
        ]
        watched = self._watch(steps, dt)
        if not watched:
            self._arrive(steps, wanted)
            return list(wanted)
        arms = [
            ArmStep(np.array(at), np.array(there) - np.array(at), along, limits)
            for at, there, along, limits in zip(q, wanted, on_path, self._limits, strict=True)
        ]
        self._limit(arms, watched, dt)
        watched = self._verify(arms, watched, dt)
        ends = [
            there if arm.allowed is arm.wanted else arm.end().tolist()
            for arm, there in zip(arms, wanted, strict=True)
        ]
        moved = [
            None if there == at else [abs(b - a) for a, b in zip(at, there, strict=True)]
            for at, there in zip(q, ends, strict=True)
        ]
        postures = self._ends
        self._arrive(moved, ends)
        for arm, posture in postures.items():
            self._postures[arm] = posture
        for watch in watched:
            if watch.after is not None:
                watch.check.seen(watch.after, self._ways_of(watch.check))
        return ends

    def acted(self, arm: int) -> ArmGuard | None:
        """Return what was done to an arm in the newest step, or None."""
        return self._acted[arm]

    def nearest(self, arm: int) -> ArmGuard:
        """Return what is nearest to an arm within its band, where it is now."""
        name = self.skeletons[arm].name
        best: ArmGuard | None = None
        if not self._q[arm]:
            return ArmGuard(name)
        for _, check in self._active:
            if arm not in check.arms or not all(self._q[other] for other in check.arms):
                continue
            band = check.damper.band
            items = check.nearer_than(band, self._ways_of(check))
            if not len(items):
                continue
            contacts = check.look([self._posture(other) for other in check.arms], items)
            check.seen(contacts, self._ways_of(check))
            index = int(contacts.slack.argmin())
            if contacts.slack[index] < min(band, best.distance_m if best else math.inf):
                best = self._describe(arm, check, contacts, index, Action.FREE)
        return best or ArmGuard(name)

    def _place(self, arm: int, q: list[float]) -> None:
        """An arm is where it was not led to: what was seen of it is void."""
        self._q[arm] = q
        self._postures[arm] = None
        for check in self.checks:
            if arm in check.arms:
                check.forget()

    def _watch(self, steps: Sequence[list[float] | None], dt: float) -> list[_Watched]:
        """Return the checks in which a step may matter, as they stand at its beginning."""
        watched = []
        for index, check in self._active:
            moves = [steps[arm] for arm in check.arms]
            if not any(moves):
                continue
            filled = [
                move or [0.0] * self.skeletons[arm].joints
                for move, arm in zip(moves, check.arms, strict=True)
            ]
            ways = [self._ways[arm] for arm in check.arms]
            if not check.may_matter(ways, filled, dt):
                continue
            items = check.choose(self._ways_of(check), [np.array(move) for move in filled], dt)
            if len(items):
                watched.append(_Watched(check, index, items, self._before(check, items)))
        return watched

    def _before(self, check: Check, items: Indices) -> Contacts:
        """Return the contacts at the beginning of the step, looking only if it must."""
        known = check.contacts
        if known is not None and np.array_equal(known.items, items):
            return known
        contacts = check.look([self._posture(arm) for arm in check.arms], items)
        check.seen(contacts, self._ways_of(check))
        return contacts

    def _limit(self, arms: Sequence[ArmStep], watched: Sequence[_Watched], dt: float) -> None:
        """Limit the speeds of approach and solve for the steps."""
        for watch in watched:
            damper = watch.check.damper
            for item, slack in enumerate(watch.before.slack.tolist()):
                allowed = damper.speed(slack)
                rows = self._rows(watch, item)
                speeds = [
                    float(row @ arms[arm].wanted) / dt
                    for arm, row in zip(watch.check.arms, rows, strict=True)
                ]
                approaching = sum(speed for speed in speeds if speed > 0.0)
                leaving = -sum(speed for speed in speeds if speed < 0.0)
                if slack > 0.0:
                    allowed += leaving
                if approaching <= allowed:
                    continue
                for arm, row, speed in zip(watch.check.arms, rows, speeds, strict=True):
                    if speed > 0.0:
                        share = allowed * speed / approaching
                        arms[arm].rows[watch.index, item] = Row(row, share * dt)
                        if speed - share > ACTS:
                            self._note(arm, watch, item, allowed)
        for number, step in enumerate(arms):
            if step.rows:
                step.solve(self._posture(number), dt)

    def _rows(self, watch: _Watched, item: int) -> list[Array]:
        """Return per arm concerned how fast it approaches, per joint ``(joints,)``."""
        return [
            -np.array(watch.before.row(item, side, self._posture(arm)))
            for side, arm in enumerate(watch.check.arms)
        ]

    def _verify(
        self, arms: Sequence[ArmStep], watched: list[_Watched], dt: float
    ) -> list[_Watched]:
        """Look at the ends of the steps; correct, at last shorten, those that lead too near."""
        for _ in range(ROUNDS):
            watched = self._look_ahead(arms, watched, dt)
            if not self._correct(arms, watched, dt):
                return watched
        for share in SHARES:
            watched = self._look_ahead(arms, watched, dt)
            bad = [watch for watch in watched if self._too_near(watch).any()]
            if not bad:
                return watched
            for arm in {arm for watch in bad for arm in watch.check.arms}:
                arms[arm].shorten(share)
        while bad := [w for w in self._look_ahead(arms, watched, dt) if self._too_near(w).any()]:
            for arm in {arm for watch in bad for arm in watch.check.arms}:
                arms[arm].shorten(0.0)
        return watched

    def _look_ahead(
        self, arms: Sequence[ArmStep], watched: list[_Watched], dt: float
    ) -> list[_Watched]:
        """See the contacts at the ends of the steps, and what else those steps come near to."""
        self._ends = {}
        steps = [np.abs(arm.allowed).tolist() if arm.allowed.any() else None for arm in arms]
        for watch in watched:
            watch.after = watch.check.look(
                [self._end(arms, arm) for arm in watch.check.arms], watch.items
            )
        known = {watch.index for watch in watched}
        if all(arm.allowed is arm.wanted for arm in arms):
            return watched
        for extra in self._watch(steps, dt):
            if extra.index not in known:
                extra.after = extra.check.look(
                    [self._end(arms, arm) for arm in extra.check.arms], extra.items
                )
                watched = [*watched, extra]
        return watched

    def _end(self, arms: Sequence[ArmStep], arm: int) -> Posture:
        if arm not in self._ends:
            step = arms[arm]
            self._ends[arm] = (
                self.skeletons[arm].at(step.end().tolist())
                if step.allowed.any()
                else self._posture(arm)
            )
        return self._ends[arm]

    @staticmethod
    def _too_near(watch: _Watched) -> Array:
        """Return by how much each item is nearer than allowed ``(n,)`` [m]; 0: it is not."""
        if watch.after is None:
            return np.zeros(len(watch.items))
        short = np.minimum(watch.before.slack, 0.0) - watch.after.slack
        return np.where(short > SAME, short, 0.0)

    def _correct(self, arms: Sequence[ArmStep], watched: Sequence[_Watched], dt: float) -> bool:
        """Tighten the rows of what came too near and solve again; return whether any did."""
        concerned = set()
        for watch in watched:
            short = self._too_near(watch)
            for item in np.nonzero(short)[0].tolist():
                rows = self._rows(watch, item)
                movers = [
                    (arm, row)
                    for arm, row in zip(watch.check.arms, rows, strict=True)
                    if arms[arm].allowed.any()
                ]
                for arm, row in movers:
                    step = arms[arm]
                    now = float(row @ step.allowed)
                    bound = now - (float(short[item]) + OVERSHOOT)
                    known = step.rows.get((watch.index, item))
                    step.rows[watch.index, item] = Row(
                        row, bound if known is None else min(bound, known.bound)
                    )
                    concerned.add(arm)
        for arm in concerned:
            arms[arm].solve(self._posture(arm), dt)
        return bool(concerned)

    def _arrive(self, moved: Sequence[list[float] | None], ends: Sequence[list[float]]) -> None:
        for arm, (move, end) in enumerate(zip(moved, ends, strict=True)):
            self._q[arm] = end
            if move is not None:
                self._ways[arm] = [way + d for way, d in zip(self._ways[arm], move, strict=True)]
                self._postures[arm] = None
                for _, check in self._active:
                    if arm in check.arms:
                        check.contacts = None

    def _posture(self, arm: int) -> Posture:
        posture = self._postures[arm]
        if posture is None:
            posture = self._postures[arm] = self.skeletons[arm].at(self._q[arm])
        return posture

    def _ways_of(self, check: Check) -> list[Array]:
        return [np.array(self._ways[arm]) for arm in check.arms]

    def _note(self, arm: int, watch: _Watched, item: int, allowed: float) -> None:
        slack = float(watch.before.slack[item])
        action = (
            Action.INSIDE
            if slack < -IS_INSIDE
            else Action.STOPPED
            if allowed < AT_REST
            else Action.SLOWED
        )
        known = self._acted[arm]
        if known is None or slack < known.distance_m:
            self._acted[arm] = self._describe(arm, watch.check, watch.before, item, action)

    def _describe(
        self, arm: int, check: Check, contacts: Contacts, index: int, action: Action
    ) -> ArmGuard:
        side = check.arms.index(arm)
        others = [self.skeletons[other].name for other in check.arms if other != arm]
        away = contacts.away[index] if side == 0 else -contacts.away[index]
        x, y, z = away.tolist()
        body = int(contacts.bodies[side][index])
        return ArmGuard(
            self.skeletons[arm].name,
            action,
            others[0] if others else check.name,
            self.skeletons[arm].parts[body],
            float(contacts.slack[index]),
            (x, y, z),
        )
