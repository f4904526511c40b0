"""What has to be kept apart: an arm and a volume, or two arms; looked at only when it is needed.

A distance shrinks by no more than what the bodies on either side have moved. So a pair that was
seen far apart need not be looked at until its bodies have moved that far. How far a body can have
moved follows from the ways of the joints and its levers (``Skeleton.reach``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from telesurgery_arm.guarding.closest import between_segments
from telesurgery_arm.guarding.contacts import Contacts
from telesurgery_arm.guarding.damper import Damper
from telesurgery_arm.guarding.skeleton import Posture, Skeleton
from telesurgery_arm.guarding.volumes import Volume
from telesurgery_core.transforms import Array

Indices = NDArray[np.intp]


class Check:
    """Pairs of bodies that have a boundary between them.

    Attributes:
        name: the fixture, or `separation`.
        arms: numbers of the arms concerned, one or two.
        damper: how fast they may approach.
        levers: per arm: how far any body moves at most per unit of a joint ``(joints,)``.
        contacts: what was seen last, or None if an arm was moved since without a look.
    """

    def __init__(
        self, name: str, arms: tuple[int, ...], damper: Damper, reach: tuple[Array, ...]
    ) -> None:
        self.name, self.arms, self.damper = name, arms, damper
        self._reach = reach
        self.levers = tuple(tuple(part.max(axis=0).tolist()) for part in reach)
        self.contacts: Contacts | None = None
        self._low = np.full(len(reach[0]), -np.inf)
        self._seen_at = tuple(np.zeros(part.shape[1]) for part in reach)
        self._least = -np.inf

    def forget(self) -> None:
        """An arm is somewhere else: nothing is known any more."""
        self.contacts = None
        self._low = np.full(len(self._low), -np.inf)
        self._least = -np.inf

    def may_matter(
        self, ways: Sequence[Sequence[float]], steps: Sequence[Sequence[float]], dt: float
    ) -> bool:
        """Return whether a step may come so near that its speed matters.

        ``ways`` are the ways of the joints of the arms concerned so far ``(joints,)``, ``steps``
        those of the step to come [rad or m], ``dt`` its time [s].
        """
        left, step = self._least, 0.0
        for lever, way, seen, move in zip(self.levers, ways, self._seen_at, steps, strict=True):
            for l, now, then, d in zip(lever, way, seen, move, strict=True):
                left -= l * (now - then)
                step += l * d
        return left - step < self.damper.distance(step / dt)

    def choose(self, ways: Sequence[Array], steps: Sequence[Array], dt: float) -> Indices:
        """Return the pairs ``(n,)`` for which a step may matter; see ``may_matter``."""
        self._age(ways)
        step = np.zeros(len(self._low))
        for reach, move in zip(self._reach, steps, strict=True):
            step += reach @ move
        zone = np.array([self.damper.distance(speed) for speed in (step / dt).tolist()])
        chosen: Indices = np.nonzero(self._low - step < zone)[0]
        return chosen

    def seen(self, contacts: Contacts, ways: Sequence[Array]) -> None:
        """Take note of what was seen where the arms are now."""
        self._age(ways)
        self._low[contacts.items] = contacts.slack
        self._least = float(self._low.min())
        self.contacts = contacts

    def nearer_than(self, distance: float, ways: Sequence[Array]) -> Indices:
        """Return the pairs ``(n,)`` that may be nearer than ``distance`` [m] now."""
        self._age(ways)
        near: Indices = np.nonzero(self._low < distance)[0]
        return near

    def look(self, postures: Sequence[Posture], items: Indices) -> Contacts:
        """Return the contacts of some pairs in the postures of the arms concerned."""
        raise NotImplementedError

    def _age(self, ways: Sequence[Array]) -> None:
        """Let all distances be as small as they may have become on the ways since."""
        low = self._low.copy()
        for reach, way, seen in zip(self._reach, ways, self._seen_at, strict=True):
            low -= reach @ (way - seen)
        self._low, self._seen_at = low, tuple(ways)
        self._least = float(low.min())


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
        super().__init__(name, (arm,), damper, (skeleton.reach[bodies],))
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
        reach = tuple(
            skeleton.reach[bodies] for skeleton, bodies in zip(skeletons, pairs, strict=True)
        )
        super().__init__(name, arms, damper, reach)
        self._pairs = pairs
        first, second = skeletons
        self._keep = first.radius[pairs[0]] + second.radius[pairs[1]] + margin

    def look(self, postures: Sequence[Posture], items: Indices) -> Contacts:
        """See ``Check``. Bodies whose axes meet are separated upwards."""
        i, j = self._pairs[0][items], self._pairs[1][items]
        first, second = postures
        a, b, c, d = first.a[i], first.b[i], second.a[j], second.b[j]
        s, t = between_segments(a, b, c, d)
        p, q = a + s[:, None] * (b - a), c + t[:, None] * (d - c)
        v = p - q
        length = np.sqrt(np.einsum('ij,ij->i', v, v))
        apart = (length > 1e-9)[:, None]
        away = np.where(apart, v / np.maximum(length, 1e-9)[:, None], (0.0, 0.0, 1.0))
        return Contacts(items, length - self._keep[items], away, (i, j), (p, q))
