"""Joint positions and velocities from the link poses that Gazebo publishes.

Gazebo Classic publishes no joint positions; of all that it publishes, only the poses of the links
relative to their model come with every step. A joint's position is the motion of its child link
against its parent link, taken along or about the joint's axis. Links that are fixed to one another
are one link in Gazebo, so a parent that is not among the published ones is looked for upwards.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from telesurgery_core.transforms import Array, quaternion_from_rotation
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.urdf_tree import UrdfTree


class JointReader:
    """Reads ``n`` joints from the poses of ``m`` links."""

    def __init__(self, tree: UrdfTree, joints: Sequence[str], links: Sequence[str]) -> None:
        """Prepare for the named joints and for poses of ``links`` in this order.

        Raises SimulatorError when the robot has no such joint, or Gazebo no such link.
        """
        row = {name: index for index, name in enumerate(links)}
        self._parent, self._child = np.empty(len(joints), int), np.empty(len(joints), int)
        self._q_parent_joint = np.empty((len(joints), 4))
        self._p_parent_joint = np.empty((len(joints), 3))
        for index, name in enumerate(joints):
            if name not in tree.joint_of:
                raise SimulatorError(
                    f'the robot has no joint {name!r}; allowed: {", ".join(tree.joint_of)}; '
                    'use the robot description that belongs to arms.yaml'
                )
            joint = tree.joint_of[name]
            parent, T_parent_joint = _published_parent(tree, joint.name, row)
            self._parent[index] = row[parent]
            self._child[index] = row[joint.child]
            self._q_parent_joint[index] = quaternion_from_rotation(T_parent_joint[:3, :3])
            self._p_parent_joint[index] = T_parent_joint[:3, 3]
        kinds = [tree.joint_of[name] for name in joints]
        self._axis = np.array([joint.axis for joint in kinds])
        self._slides = np.array([joint.kind == 'prismatic' for joint in kinds])
        self._position = np.zeros(len(joints))

    def positions(self, p: Array, q: Array) -> Array:
        """Return positions ``(n,)`` [rad or m] from link poses ``p`` ``(m, 3)``, ``q`` ``(m, 4)``.

        Quaternions are x, y, z, w. An angle goes on from the newest one read, beyond half a turn.
        """
        q_joint = _product(q[self._parent], self._q_parent_joint)
        turn = _product(_conjugate(q_joint), q[self._child])
        sine = np.einsum('ij,ij->i', turn[:, :3], self._axis)
        angle = 2.0 * np.arctan2(sine, turn[:, 3])
        angle += 2.0 * math.pi * np.round((self._position - angle) / (2.0 * math.pi))
        p_joint = p[self._parent] + _rotated(q[self._parent], self._p_parent_joint)
        moved = _rotated(_conjugate(q_joint), p[self._child] - p_joint)
        slide = np.einsum('ij,ij->i', moved, self._axis)
        position: Array = np.where(self._slides, slide, angle)
        self._position = position
        return position


def _published_parent(tree: UrdfTree, name: str, row: Mapping[str, int]) -> tuple[str, Array]:
    """Return the nearest published link above a joint and the joint's pose in it."""
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
    """Return quaternion products ``(n, 4)``, x, y, z, w."""
    ax, ay, az, aw = a.T
    bx, by, bz, bw = b.T
    return np.stack(
        (
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ),
        axis=1,
    )


def _conjugate(q: Array) -> Array:
    conjugate: Array = q * np.array([-1.0, -1.0, -1.0, 1.0])
    return conjugate


def _rotated(q: Array, v: Array) -> Array:
    """Return the vectors ``v`` ``(n, 3)`` turned by the unit quaternions ``q`` ``(n, 4)``."""
    twice: Array = 2.0 * np.cross(q[:, :3], v)
    rotated: Array = v + q[:, 3:] * twice + np.cross(q[:, :3], twice)
    return rotated
