"""What an arm takes up in space: capsules on its links, and how every one of them moves.

A capsule is all that is within a radius of a segment; a segment of length zero makes it a ball, a
radius of zero a point. The joint vector here is that of the arm's targets: the chain's joints and,
where there is a jaw, half of its angle. Beyond the chain's links two more are known, the two
fingers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telesurgery_arm.description import ArmModel
from telesurgery_arm.vectors import Vector
from telesurgery_core.transforms import Array, frozen

Frame = tuple[Vector, Vector, Vector, Vector]
"""The axes x, y, z and the origin of a link in the frame ``patient``."""


@dataclass(frozen=True, slots=True)
class Body:
    """A capsule on a link."""

    part: str
    """What it is called: ``tip``, ``jaws``, ``wrist``, ``shaft`` or a name of the outer arm."""
    link: int
    """Number of the link, from 0; -1: it stands still in ``patient``."""
    a: tuple[float, float, float]
    """Its ends in the link's frame [m]."""
    b: tuple[float, float, float]
    radius: float
    is_outer: bool = False


class Skeleton:
    """The bodies of one arm.

    Attributes:
        name: the arm's name.
        parts: the part of every body ``(n,)``.
        radius: of every body ``(n,)`` [m].
        reach: how far a body moves at most per joint ``(n, joints)`` [m/rad or 1].
        is_outer: whether a body belongs to the outer arm ``(n,)``.
        levers: the largest reach ``(joints,)`` of the tool's bodies, and of all.
        is_point: whether a body's axis is a point ``(n,)``.
        joints: number of joints, the jaw's included.
        has_jaw: whether the last joint is that of a jaw.
    """

    def __init__(
        self, name: str, model: ArmModel, T_patient_rcm: Array, bodies: Sequence[Body]
    ) -> None:
        self.name = name
        self.joints = len(model.joints) + (model.jaw is not None)
        self.parts = tuple(body.part for body in bodies)
        self.radius = frozen([body.radius for body in bodies])
        self._dh = model.dh
        self._base = _frame_of(T_patient_rcm)
        self._link: NDArray[np.intp] = np.array([body.link for body in bodies], dtype=np.intp)
        self._ends = frozen(np.array([[(*body.a, 1.0), (*body.b, 1.0)] for body in bodies]))
        self.has_jaw = model.jaw is not None
        self._tip_link = len(model.joints) - 1
        self.reach = frozen([_reach(model, body) for body in bodies])
        self.is_outer = np.array([body.is_outer for body in bodies])
        self.levers = tuple(
            frozen(self.reach[~self.is_outer | outer].max(axis=0)) for outer in (False, True)
        )
        self.is_point = np.array([body.a == body.b for body in bodies])

    def at(self, q: Sequence[float]) -> Posture:
        """Return where everything is at joint positions ``(joints,)`` [rad or m]."""
        frames = _walk(self._dh, self._base, q)
        if self.has_jaw:
            frames += _fingers(frames[self._tip_link], q[-1])
        table = np.array([*frames, _STILL])  # (links + 1, 4, 3); link -1 is the last one
        ends: Array = self._ends @ table[self._link]
        return Posture(self, frames, ends[:, 0], ends[:, 1])

    def column(self, frames: Sequence[Frame], body: int, p: Vector, n: Vector) -> list[float]:
        """Return how fast point ``p`` of a body goes along ``n``, per joint ``(joints,)``."""
        link = int(self._link[body])
        row = [0.0] * self.joints
        moved_by = min(link, self._tip_link)
        for joint in range(moved_by + 1):
            _, _, axis, origin = frames[joint]
            if self._dh[joint][5]:
                row[joint] = axis[0] * n[0] + axis[1] * n[1] + axis[2] * n[2]
            else:
                row[joint] = _turning(axis, origin, p, n)
        if link > self._tip_link:
            _, _, axis, origin = frames[self._tip_link]
            side = 1.0 if link == self._tip_link + 1 else -1.0
            row[-1] = side * _turning(axis, origin, p, n)
        return row


@dataclass(frozen=True, slots=True)
class Posture:
    """An arm at one joint position."""

    skeleton: Skeleton
    frames: list[Frame]
    a: Array
    """The ends of all bodies ``(n, 3)`` in ``patient``."""
    b: Array

    def tip_jacobian(self) -> Array:
        """Return the geometric Jacobian of the tip ``(6, joints)`` in ``patient``."""
        skeleton = self.skeleton
        J = np.zeros((6, skeleton.joints))
        chain = self.frames[: skeleton._tip_link + 1]
        axes, origins = (np.array([frame[k] for frame in chain]) for k in (2, 3))
        linear = _cross(axes, origins[-1] - origins)
        n = len(chain)
        for joint in range(n):
            if skeleton._dh[joint][5]:
                J[:3, joint] = axes[joint]
            else:
                J[:3, joint] = linear[joint]
                J[3:, joint] = axes[joint]
        return J


_STILL: Frame = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, 0.0))


def _frame_of(T: Array) -> Frame:
    x, y, z, p = (tuple(column) for column in T[:3, :].T.tolist())
    return x, y, z, p


def _walk(
    dh: Sequence[tuple[float, float, float, float, float, bool]], base: Frame, q: Sequence[float]
) -> list[Frame]:
    """Return the frames of all links, base to tip (modified Denavit-Hartenberg, plain floats)."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz), (px, py, pz) = base
    frames: list[Frame] = []
    for (ca, sa, a, d, offset, prismatic), value in zip(dh, q, strict=False):
        px, py, pz = px + a * xx, py + a * xy, pz + a * xz
        ux, uy, uz = ca * yx + sa * zx, ca * yy + sa * zy, ca * yz + sa * zz
        zx, zy, zz = ca * zx - sa * yx, ca * zy - sa * yy, ca * zz - sa * yz
        if prismatic:
            yx, yy, yz = ux, uy, uz
            length = value + offset + d
        else:
            ct, st = math.cos(value + offset), math.sin(value + offset)
            xx, xy, xz, yx, yy, yz = (
                *(ct * xx + st * ux, ct * xy + st * uy, ct * xz + st * uz),
                *(ct * ux - st * xx, ct * uy - st * xy, ct * uz - st * xz),
            )
            length = d
        px, py, pz = px + length * zx, py + length * zy, pz + length * zz
        frames.append(((xx, xy, xz), (yx, yy, yz), (zx, zy, zz), (px, py, pz)))
    return frames


def _fingers(last: Frame, half_angle: float) -> list[Frame]:
    """Return the frames of the two fingers, which turn about the last link's z to either side."""
    (xx, xy, xz), (yx, yy, yz), z, p = last
    c, s = math.cos(half_angle), math.sin(half_angle)
    return [
        (
            (c * xx + t * yx, c * xy + t * yy, c * xz + t * yz),
            (c * yx - t * xx, c * yy - t * xy, c * yz - t * xz),
            z,
            p,
        )
        for t in (s, -s)
    ]


def _turning(axis: Vector, origin: Vector, p: Vector, n: Vector) -> float:
    """Return ``n . (axis x (p - origin))``."""
    rx, ry, rz = p[0] - origin[0], p[1] - origin[1], p[2] - origin[2]
    return (
        n[0] * (axis[1] * rz - axis[2] * ry)
        + n[1] * (axis[2] * rx - axis[0] * rz)
        + n[2] * (axis[0] * ry - axis[1] * rx)
    )


def _cross(v: Array, w: Array) -> Array:
    """Return the vector products of rows ``(n, 3)``; numpy's own is slow for few of them."""
    x: Array = np.stack(
        [
            v[:, 1] * w[:, 2] - v[:, 2] * w[:, 1],
            v[:, 2] * w[:, 0] - v[:, 0] * w[:, 2],
            v[:, 0] * w[:, 1] - v[:, 1] * w[:, 0],
        ],
        axis=1,
    )
    return x


def _reach(model: ArmModel, body: Body) -> list[float]:
    """Return how far a body moves at most per unit of each joint ``(joints,)``.

    A revolute joint moves a point by its distance from the axis, which is at most the length of
    the chain between them.
    """
    joints = len(model.joints)
    has_jaw = model.jaw is not None
    last = min(body.link, joints - 1)
    row = [0.0] * (joints + has_jaw)
    for joint in range(last + 1):
        row[joint] = (
            1.0
            if model.dh[joint][5]
            else max(_lever(model, joint, last, end) for end in (body.a, body.b))
        )
    if body.link >= joints:
        row[-1] = row[joints - 1]
    return row


def _lever(model: ArmModel, joint: int, link: int, p: Vector) -> float:
    """Return the longest way from a joint's axis to a point of a link, over all positions [m].

    What slides along one line (insertion, roll, a place on the shaft) is added with its sign.
    """
    total, low, high = 0.0, 0.0, 0.0
    for index in range(joint + 1, link + 1):
        described = model.joints[index]
        if described.alpha != 0.0 or described.a != 0.0:
            total += max(abs(low), abs(high)) + abs(described.a)
            low = high = 0.0
        slides = model.dh[index][5]
        low += described.d + (described.lower + described.offset if slides else 0.0)
        high += described.d + (described.upper + described.offset if slides else 0.0)
    x, y, z = p
    if link == joint:
        return math.hypot(x, y)
    return total + math.hypot(x, y, max(abs(low + z), abs(high + z)))
