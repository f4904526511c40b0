"""Joint positions from the link poses that Gazebo publishes.

Gazebo Classic publishes no joint positions; of all that it publishes, only the poses of the links
relative to their model come with every step. A joint's position is the motion of its child link
against its parent link, taken along or about the joint's axis. Links that are fixed to one another
are one link in Gazebo, so a parent that is not among the published ones is looked for upwards.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from telesurgery_core.transforms import Array, quaternion_from_rotation, rotation_from_quaternion
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.urdf_tree import UrdfTree


class JointReader:
    """Reads ``n`` joints from the poses of ``m`` links."""

    def __init__(self, tree: UrdfTree, joints: Sequence[str], links: Sequence[str]) -> None:
        """Prepare for the named joints and for poses of ``links`` in this order.

        Raises SimulatorError when the robot has no such joint, or Gazebo no such link.
        """
        row = {name: index for index, name in enumerate(links)}
        found = [_published_joint(tree, name, row) for name in joints]
        slides = np.array([tree.joint_of[name].kind == 'prismatic' for name in joints])
        axes = np.array([tree.joint_of[name].axis for name in joints])
        parent = np.array([row[parent] for parent, _ in found])
        child = np.array([row[tree.joint_of[name].child] for name in joints])
        T_parent_joint = np.array([T for _, T in found])
        self._turning = _Turning(T_parent_joint[~slides], axes[~slides])
        self._sliding = _Sliding(T_parent_joint[slides], axes[slides])
        self._turns, self._slides = np.flatnonzero(~slides), np.flatnonzero(slides)
        self._turning_rows = parent[~slides], child[~slides]
        self._sliding_rows = parent[slides], child[slides]
        self._position = np.zeros(len(joints))

    def forget(self) -> None:
        """Take the next angles for those nearest to zero: the world has been reset."""
        self._position = np.zeros_like(self._position)

    def positions(self, p: Array, q: Array) -> Array:
        """Return positions ``(n,)`` [rad or m] from link poses ``p`` ``(m, 3)``, ``q`` ``(m, 4)``.

        Quaternions are x, y, z, w. An angle goes on from the newest one read, beyond half a turn.
        """
        position = np.empty_like(self._position)
        parent, child = self._turning_rows
        angle = self._turning.angles(q[parent], q[child])
        turns = np.round((self._position[self._turns] - angle) / (2.0 * math.pi))
        position[self._turns] = angle + 2.0 * math.pi * turns
        parent, child = self._sliding_rows
        position[self._slides] = self._sliding.distances(p[parent], q[parent], p[child])
        self._position = position
        return position


class _Turning:
    """Revolute joints.

    The child's turn against the joint's frame is conj(q_parent q_joint) q_child. Of it the angle
    needs its real part and its part along the axis; both are bilinear in q_parent and q_child.
    """

    def __init__(self, T_parent_joint: Array, axes: Array) -> None:
        unit = np.eye(4)
        q_joint = np.array([quaternion_from_rotation(T[:3, :3]) for T in T_parent_joint])
        turn = np.array(
            [[_product(_conjugate(_product(a, q_joint)), b) for b in unit] for a in unit]
        )  # (4, 4, n, 4): of the unit quaternions of parent and child
        self._cosine = np.ascontiguousarray(np.moveaxis(turn[..., 3], 2, 0))
        along = np.einsum('abni,ni->nab', turn[..., :3], axes)
        self._sine = np.ascontiguousarray(along)

    def angles(self, q_parent: Array, q_child: Array) -> Array:
        """Return angles ``(n,)`` [rad] from quaternions ``(n, 4)``."""
        pairs = q_parent[:, :, None] * q_child[:, None, :]
        sine = (pairs * self._sine).sum(axis=(1, 2))
        cosine = (pairs * self._cosine).sum(axis=(1, 2))
        angle: Array = 2.0 * np.arctan2(sine, cosine)
        return angle


class _Sliding:
    """Prismatic joints."""

    def __init__(self, T_parent_joint: Array, axes: Array) -> None:
        self._p_parent_joint = T_parent_joint[:, :3, 3]
        self._axis_in_parent = np.einsum('nij,nj->ni', T_parent_joint[:, :3, :3], axes)

    def distances(self, p_parent: Array, q_parent: Array, p_child: Array) -> Array:
        """Return distances ``(n,)`` [m] from points ``(n, 3)`` and quaternions ``(n, 4)``."""
        R_parent = rotation_from_quaternion(q_parent)
        p_parent_child = np.einsum('nji,nj->ni', R_parent, p_child - p_parent)
        distance: Array = ((p_parent_child - self._p_parent_joint) * self._axis_in_parent).sum(1)
        return distance


def _published_joint(tree: UrdfTree, name: str, row: Mapping[str, int]) -> tuple[str, Array]:
    """Return the nearest published link above a joint and the joint's pose in it."""
    if name not in tree.joint_of:
        raise SimulatorError(
            f'the robot has no joint {name!r}; allowed: {", ".join(tree.joint_of)}; '
            'use the robot description that belongs to arms.yaml'
        )
    joint = tree.joint_of[name]
    if joint.child not in row:
        raise _unpublished(joint.child, row)
    link, T_link_joint = joint.parent, joint.T_parent_joint
    while link not in row:
        above = tree.joint_above.get(link)
        if above is None or above.movable:
            raise _unpublished(link, row)
        link, T_link_joint = above.parent, above.T_parent_joint @ T_link_joint
    return link, T_link_joint


def _unpublished(link: str, row: Mapping[str, int]) -> SimulatorError:
    return SimulatorError(
        f'Gazebo has no link {link!r} of the robot; allowed: {", ".join(row)}; give every link '
        'that a joint moves a mass'
    )


def _product(a: Array, b: Array) -> Array:
    """Return quaternion products ``(..., 4)``, x, y, z, w."""
    ax, ay, az, aw = np.moveaxis(a, -1, 0)
    bx, by, bz, bw = np.moveaxis(b, -1, 0)
    product: Array = np.stack(
        (
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ),
        axis=-1,
    )
    return product


def _conjugate(q: Array) -> Array:
    conjugate: Array = q * np.array([-1.0, -1.0, -1.0, 1.0])
    return conjugate
