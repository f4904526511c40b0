"""How heavy a joint feels: the inertia that it has to move, with all that hangs on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_gazebo.urdf_tree import Joint, UrdfTree


def reflected_inertia(tree: UrdfTree, positions: Mapping[str, float]) -> dict[str, float]:
    """Return the inertia of every movable joint at ``positions``: [kg m^2], prismatic [kg].

    It is the diagonal of the joint-space inertia matrix: the links behind the joint move as one
    body about its axis (Featherstone, "Rigid Body Dynamics Algorithms", 2008, section 6.2).
    """
    poses = tree.link_poses(positions)
    return {joint.name: _inertia_about(tree, joint, poses) for joint in tree.joint_of.values()}


def _inertia_about(tree: UrdfTree, joint: Joint, poses: Mapping[str, Array]) -> float:
    T_root_child = poses[joint.child]
    axis, p_root_axis = T_root_child[:3, :3] @ joint.axis, T_root_child[:3, 3]
    total = 0.0
    for link in _carried(tree, joint.child):
        body = tree.bodies.get(link)
        if body is None:
            continue
        R, p_root_link = poses[link][:3, :3], poses[link][:3, 3]
        if joint.kind == 'prismatic':
            total += body.mass
            continue
        arm = np.cross(axis, p_root_link + R @ body.p_link_centre - p_root_axis)
        total += float(axis @ R @ body.inertia @ R.T @ axis + body.mass * arm @ arm)
    return total


def _carried(tree: UrdfTree, link: str) -> list[str]:
    links = [link]
    for name in links:  # grows while it is walked
        links += [joint.child for joint in tree.joints_below(name)]
    return links
