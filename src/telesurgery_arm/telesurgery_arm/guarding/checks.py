"""What has to be kept apart: an arm and a volume, or two arms; looked at only when it is needed.

A distance shrinks by no more than what the bodies on either side have moved. So pairs that were
seen far apart need not be looked at until their bodies have moved that far. How far they can have
moved follows from the ways of the joints and the bodies' levers (``Skeleton.reach``).

That is kept in two layers. An arm has an odometer: the way of whatever of it moves most. A check
sleeps until the odometers, together, have gone what it has left, and ``choose`` then works out
what every single body can have moved, and which pairs need watching for the next stretch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from telesurgery_arm.guarding.closest import between_segments
from telesurgery_arm.guarding.contacts import Contacts
from telesurgery_arm.guarding.damper import Damper
from telesurgery_arm.guarding.skeleton import Posture, Skeleton
from telesurgery_arm.guarding.volumes import HalfSpace, Volume
from telesurgery_core.transforms import Array

Indices = NDArray[np.intp]

STRETCH = 0.003
"""What is chosen holds for so much of the odometers' way [m]."""
HASTE = 1.3
"""What is chosen holds up to so many times the speed at which it was chosen."""
SLOW = 1e-3
"""Added to that speed [m/s]."""
_NONE: Indices = np.zeros(0, dtype=np.intp)


class Check:
    """Pairs of bodies that have a boundary between them.

    Attributes:
        name: the fixture, or `separation`.
        arms: numbers of the arms concerned, one or two.
        outer: whether bodies of the outer arm are among them: which odometer counts.
        damper: how fast they may approach.
        items: the pairs that are being watched.
        contacts: what was seen of them where the arms are now, or None.
    """

    def __init__(
        self,
        name: str,
        arms: tuple[int, ...],
        damper: Damper,
        reach: tuple[Array, ...],
        levers: tuple[Array, ...],
        *,
        outer: bool,
    ) -> None:
        """Take per arm the bodies' reach ``(n, joints)`` and the odometer's ``(joints,)``."""
        self.name, self.arms, self.outer, self.damper = name, arms, outer, damper
        self._reach = reach
        self._share = np.max(
            [
                (own / np.where(lever > 0.0, lever, 1.0)).max(axis=1)
                for own, lever in zip(reach, levers, strict=True)
            ],
            axis=0,
        )
        self.forget()

    @property
    def count(self) -> int:
        """Number of pairs."""
        return len(self._share)

    def forget(self) -> None:
        """An arm is somewhere else: nothing is known any more."""
        self.items: Indices = _NONE
        self.contacts: Contacts | None = None
        self._low = np.full(len(self._share), -np.inf)
        self._seen_at: tuple[Array, ...] | None = None
        self._holds_to = self._holds_up_to = -math.inf
        self._sleeps_to = -math.inf
        self._clear = -math.inf
        self._clear_at = 0.0

    def left(self, odometer: float) -> float:
        """Return how far the odometers may go before any pair may matter [m], -inf: not known."""
        return self._sleeps_to - odometer

    def sleeps(self, odometer: float, step: float, dt: float) -> bool:
        """Return whether a step [m] in ``dt`` [s] cannot matter to any pair."""
        left = self._sleeps_to - odometer - step
        return left > 0.0 and left > self.damper.safe_distance(step / dt)

    def holds(self, odometer: float, step: float, dt: float) -> bool:
        """Return whether the pairs that were chosen are still all that may matter."""
        return odometer + step <= self._holds_to and step <= self._holds_up_to * dt

    def choose(self, ways: Sequence[Array], odometer: float, step: float, dt: float) -> None:
        """Choose the pairs to watch from now on, for steps like this one [m]."""
        self._age(ways)
        speed = HASTE * step / dt + SLOW
        scaled = self._low / np.maximum(self._share, 1e-9)
        zone = self.damper.safe_distance(speed) + STRETCH + step
        self.items = np.nonzero(scaled < zone)[0]
        self.contacts = None
        self._holds_to, self._holds_up_to = odometer + STRETCH + step, speed
        self._sleeps_to = -math.inf if len(self.items) else odometer + float(scaled.min())

    def seen(self, contacts: Contacts, ways: Sequence[Array]) -> None:
        """Take note of what was seen where the arms are now."""
        self._age(ways)
        self._low[contacts.items] = contacts.slack

    def nearer_than(self, distance: float, ways: Sequence[Array], odometer: float) -> Indices:
        """Return the pairs ``(n,)`` that may be nearer than ``distance`` [m] now."""
        if self._clear - (odometer - self._clear_at) > distance:
            return _NONE
        self._age(ways)
        self._clear, self._clear_at = float(self._low.min()), odometer
        near: Indices = np.nonzero(self._low < distance)[0]
        return near

    def look(self, postures: Sequence[Posture], items: Indices) -> Contacts:
        """Return the contacts of some pairs in the postures of the arms concerned."""
        raise NotImplementedError

    def _age(self, ways: Sequence[Array]) -> None:
        """Let all distances be as small as they may have become on the ways since."""
        if self._seen_at is not None:
            low = self._low.copy()
            for reach, way, seen in zip(self._reach, ways, self._seen_at, strict=True):
                low -= reach @ (way - seen)
            self._low = low
        self._seen_at = tuple(ways)


class VolumeCheck(Check):
    """Bodies of an arm and one volume."""

    def __init__(
        self,
        name: str,
        arm: int,
        skeleton: Skeleton,
        bodies: Indices,
        volume: Volume,
        margin: float,
        damper: Damper,
    ) -> None:
        outer = bool(skeleton.is_outer[bodies].any())
        lever = skeleton.levers[outer]
        super().__init__(name, (arm,), damper, (skeleton.reach[bodies],), (lever,), outer=outer)
        self._bodies = bodies
        self._volume = volume
        self._keep = skeleton.radius[bodies] + margin
        self._is_point = skeleton.is_point[bodies]

    def look(self, postures: Sequence[Posture], items: Indices) -> Contacts:
        """See ``Check``."""
        bodies = self._bodies[items]
        a, b = postures[0].a[bodies], postures[0].b[bodies]
        p = a
        if not self._is_point[items].all():
            p = a + self._volume.nearest(a, b)[:, None] * (b - a)
        distance, away = self._volume.distance(p)
        return Contacts(items, distance - self._keep[items], away, (bodies,), (p,))


class PlanesCheck(Check):
    """Bodies of an arm and half-spaces, e.g. the walls of a workspace, all in one look."""

    def __init__(
        self,
        name: str,
        arm: int,
        skeleton: Skeleton,
        bodies: Indices,
        planes: Sequence[HalfSpace],
        margin: float,
        damper: Damper,
    ) -> None:
        outer = bool(skeleton.is_outer[bodies].any())
        self._bodies = np.tile(bodies, len(planes))
        lever, reach = skeleton.levers[outer], skeleton.reach[self._bodies]
        super().__init__(name, (arm,), damper, (reach,), (lever,), outer=outer)
        self._normal = np.repeat([plane.normal for plane in planes], len(bodies), axis=0)
        point = np.repeat([plane.point for plane in planes], len(bodies), axis=0)
        keep = skeleton.radius[self._bodies] + margin
        self._least = np.einsum('ij,ij->i', point, self._normal) + keep

    def look(self, postures: Sequence[Posture], items: Indices) -> Contacts:
        """See ``Check``. A half-space is nearest to one of the ends."""
        bodies, normal, least = self._bodies[items], self._normal[items], self._least[items]
        a, b = postures[0].a[bodies], postures[0].b[bodies]
        at_a, at_b = (np.einsum('ij,ij->i', end, normal) for end in (a, b))
        p = np.where((at_a <= at_b)[:, None], a, b)
        return Contacts(items, np.minimum(at_a, at_b) - least, normal, (bodies,), (p,))


class PairCheck(Check):
    """Bodies of two arms."""

    def __init__(
        self,
        name: str,
        arms: tuple[int, int],
        skeletons: tuple[Skeleton, Skeleton],
        pairs: tuple[Indices, Indices],
        margin: float,
        damper: Damper,
    ) -> None:
        both = tuple(zip(skeletons, pairs, strict=True))
        outer = any(bool(skeleton.is_outer[bodies].any()) for skeleton, bodies in both)
        reach = tuple(skeleton.reach[bodies] for skeleton, bodies in both)
        levers = tuple(skeleton.levers[outer] for skeleton in skeletons)
        super().__init__(name, arms, damper, reach, levers, outer=outer)
        self._pairs = pairs
        first, second = skeletons
        self._keep = first.radius[pairs[0]] + second.radius[pairs[1]] + margin

    def look(self, postures: Sequence[Posture], items: Indices) -> Contacts:
        """See ``Check``."""
        (contacts,) = look_at_pairs([(self, postures, items)])
        return contacts

    def segments(
        self, postures: Sequence[Posture], items: Indices
    ) -> tuple[Array, Array, Array, Array]:
        """Return the ends of the pairs' axes, four times ``(n, 3)``."""
        i, j = self._pairs[0][items], self._pairs[1][items]
        first, second = postures
        return first.a[i], first.b[i], second.a[j], second.b[j]

    def contacts_of(
        self, items: Indices, p: Array, q: Array, apart: Array, away: Array
    ) -> Contacts:
        """Return contacts for pairs whose axes are ``apart`` ``(n,)`` at ``p`` and ``q``."""
        bodies = (self._pairs[0][items], self._pairs[1][items])
        return Contacts(items, apart - self._keep[items], away, bodies, (p, q))


def look_at_pairs(
    wanted: Sequence[tuple[PairCheck, Sequence[Posture], Indices]],
) -> list[Contacts]:
    """Return the contacts of several checks; to look at many pairs takes as long as at one.

    Bodies whose axes meet are separated upwards.
    """
    ends = [check.segments(postures, items) for check, postures, items in wanted]
    a, b, c, d = ends[0] if len(ends) == 1 else map(np.concatenate, zip(*ends, strict=True))
    s, t = between_segments(a, b, c, d)
    p, q = a + s[:, None] * (b - a), c + t[:, None] * (d - c)
    v = p - q
    apart = np.sqrt(np.einsum('ij,ij->i', v, v))
    away = v / np.maximum(apart, 1e-12)[:, None]
    if apart.min() < 1e-9:
        away[apart < 1e-9] = (0.0, 0.0, 1.0)
    seen, start = [], 0
    for check, _, items in wanted:
        own = slice(start, start + len(items))
        seen.append(check.contacts_of(items, p[own], q[own], apart[own], away[own]))
        start += len(items)
    return seen


def look_at_all(wanted: Sequence[tuple[Check, Sequence[Posture], Indices]]) -> list[Contacts]:
    """Return the contacts of checks of any kind, in their order."""
    pairs = [
        (check, postures, items)
        for check, postures, items in wanted
        if isinstance(check, PairCheck)
    ]
    seen = iter(look_at_pairs(pairs) if pairs else ())
    return [
        next(seen) if isinstance(check, PairCheck) else check.look(postures, items)
        for check, postures, items in wanted
    ]
