"""Guarding of all arms together: from the steps that are wanted to the steps that are allowed.

In every tick each arm wants to go from its joint positions to others. Most pairs are far apart and
sleep (``checks``, ``watch_list``). Where a step matters it is looked at, and replaced where it is
not allowed (``resolution``): the motion along a boundary stays free, an arm on a prescribed path
is slowed down on it. So no distance ever falls below its margin; one that is below it already
(something was switched on, or begun inside) never falls.

Two arms that approach each other share the allowed speed in proportion to what each wants. An arm
that leaves makes room for one that follows. Standing still is always allowed, and so is leaving.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from telesurgery_arm.guarding.action import Action, ArmGuard
from telesurgery_arm.guarding.checks import Check
from telesurgery_arm.guarding.contacts import Contacts
from telesurgery_arm.guarding.odometers import Move, Odometers, Step
from telesurgery_arm.guarding.resolution import SHARES, Resolution, Watched
from telesurgery_arm.guarding.skeleton import Posture, Skeleton
from telesurgery_arm.guarding.step import ArmStep, JointLimits
from telesurgery_arm.guarding.watch_list import Numbered, WatchList

AT_REST = 1e-3
"""An arm that may approach no faster than this [m/s] is stopped, not slowed."""
IS_INSIDE = 1e-6
"""Further in than this [m] is inside."""


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
        self._odometers = Odometers(self.skeletons)
        self._active = WatchList(list(enumerate(self.checks)), self._odometers)
        count = len(self.skeletons)
        self._q: list[list[float]] = [[] for _ in range(count)]
        self._postures: list[Posture | None] = [None] * count
        self._acted: list[ArmGuard | None] = [None] * count
        self._seen: set[Check] = set()

    @property
    def names(self) -> dict[str, bool]:
        """What can be switched, and whether it is on."""
        return dict(self._on)

    def switch(self, name: str, on: bool) -> None:
        """Switch everything of a name on or off; KeyError for a name that does not exist."""
        if self._on[name] is on:
            return
        self._on[name] = on
        active = [(n, check) for n, check in enumerate(self.checks) if self._on[check.name]]
        self._active = WatchList(active, self._odometers)
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
            if at is not self._q[arm] and at != self._q[arm]:
                self._place(arm, at)
        moves = self._moves(q, wanted)
        steps = self._odometers.steps(moves)
        awake = self._awake(steps, dt, frozenset())
        if not awake:
            self._arrive(moves, steps, wanted)
            return list(wanted)
        arms = [
            ArmStep(at, there, limits, on_path=along)
            for at, there, along, limits in zip(q, wanted, on_path, self._limits, strict=True)
        ]
        resolution = Resolution(arms, self.skeletons, self._posture, dt)
        ends = self._resolve(resolution, arms, awake, dt)
        self._tell(resolution)
        moves = self._moves(q, ends)
        self._arrive(moves, self._odometers.steps(moves), ends)
        for arm, posture in resolution.ends.items():
            self._postures[arm] = posture
        for watch in resolution.watched:
            watch.check.contacts = watch.after
        self._seen.update(watch.check for watch in resolution.watched)
        return ends

    def acted(self, arm: int) -> ArmGuard | None:
        """Return what was done to an arm in the newest step, or None."""
        return self._acted[arm]

    def nearest(self) -> list[ArmGuard]:
        """Return what is nearest to every arm within its band, where it is now."""
        best = [ArmGuard(skeleton.name) for skeleton in self.skeletons]
        for _, check in self._active.checks:
            if not all(self._q[arm] for arm in check.arms):
                continue
            band, ways = check.damper.band, self._odometers.ways(check)
            items = check.nearer_than(band, ways, self._odometers.of(check))
            if not len(items):
                continue
            contacts = check.look([self._posture(arm) for arm in check.arms], items)
            check.seen(contacts, ways)
            index = int(contacts.slack.argmin())
            for arm in check.arms:
                if contacts.slack[index] < min(band, best[arm].distance_m):
                    best[arm] = self._describe(arm, check, contacts, index, Action.FREE)
        return best

    def _resolve(
        self,
        resolution: Resolution,
        arms: Sequence[ArmStep],
        awake: list[Numbered],
        dt: float,
    ) -> list[list[float]]:
        """Work the steps out with all checks that matter to what comes out."""
        known: set[int] = set()
        shares = iter(SHARES)
        while True:
            known.update(number for number, _ in awake)
            resolution.watch(awake, [self._now(check) for _, check in awake])
            if not resolution.settle():
                while resolution.shorten(next(shares, 0.0)):
                    pass
            ends = [step.end() for step in arms]
            if all(step.allowed is step.wanted for step in arms):
                return ends
            moves = self._moves([step.q.tolist() for step in arms], ends)
            awake = self._awake(self._odometers.steps(moves), dt, known)
            if not awake:
                return ends

    def _moves(self, q: Sequence[list[float]], ends: Sequence[list[float]]) -> list[Move]:
        return [
            None
            if there is at or there == at
            else [abs(b - a) for a, b in zip(at, there, strict=True)]
            for at, there in zip(q, ends, strict=True)
        ]

    def _awake(self, steps: Sequence[Step], dt: float, known: AbstractSet[int]) -> list[Numbered]:
        """Return the checks in which such a step may matter, beside the ``known`` ones."""
        awake: list[Numbered] = []
        for number, check in self._active.may_wake(steps, dt):
            step, outer = 0.0, check.outer
            for arm in check.arms:
                step += steps[arm][outer]
            if step == 0.0 or number in known:
                continue
            odometer = self._odometers.of(check)
            if check.sleeps(odometer, step, dt):
                continue
            if not check.holds(odometer, step, dt):
                self._choose(check, odometer, step, dt)
            if len(check.items):
                awake.append((number, check))
        return awake

    def _choose(self, check: Check, odometer: float, step: float, dt: float) -> None:
        """Let a check choose by what it knows; if that is not enough, look and choose again."""
        ways = self._odometers.ways(check)
        check.choose(ways, odometer, step, dt)
        if len(check.items):
            contacts = check.look([self._posture(arm) for arm in check.arms], check.items)
            check.seen(contacts, ways)
            check.choose(ways, odometer, step, dt)

    def _now(self, check: Check) -> Contacts:
        """Return the contacts where the arms are now."""
        if check.contacts is None:
            check.contacts = check.look([self._posture(arm) for arm in check.arms], check.items)
            check.seen(check.contacts, self._odometers.ways(check))
        return check.contacts

    def _place(self, arm: int, q: list[float]) -> None:
        """An arm is where it was not led to: what was seen of it is void."""
        self._q[arm] = q
        self._postures[arm] = None
        self._active.wake_all()
        for check in self.checks:
            if arm in check.arms:
                check.forget()

    def _arrive(
        self, moves: Sequence[Move], steps: Sequence[Step], ends: Sequence[list[float]]
    ) -> None:
        self._odometers.advance(moves, steps)
        self._q = list(ends)
        moved = {arm for arm, move in enumerate(moves) if move is not None}
        for arm in moved:
            self._postures[arm] = None
        for check in self._seen:
            if not moved.isdisjoint(check.arms):
                check.contacts = None
        self._seen = {check for check in self._seen if check.contacts is not None}

    def _posture(self, arm: int) -> Posture:
        posture = self._postures[arm]
        if posture is None:
            posture = self._postures[arm] = self.skeletons[arm].at(self._q[arm])
        return posture

    def _tell(self, resolution: Resolution) -> None:
        """Note what was done to the arms: by the nearest of what they offended."""
        for watch in resolution.watched:
            if not watch.offended:
                continue
            for arm, item in resolution.limited(watch):
                slack = float(watch.before.slack[item])
                known = self._acted[arm]
                if known is None or slack < known.distance_m:
                    self._acted[arm] = self._describe(
                        arm, watch.check, watch.before, item, _action(watch, item)
                    )

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


def _action(watch: Watched, item: int) -> Action:
    if watch.before.slack[item] < -IS_INSIDE:
        return Action.INSIDE
    return Action.STOPPED if watch.speed[item] < AT_REST else Action.SLOWED
