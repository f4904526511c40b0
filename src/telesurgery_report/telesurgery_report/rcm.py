"""How well the remote centres of motion stay where the ports are."""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array, rotation_from_quaternion
from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.session import PoseTrack


def shaft_distance_mm(shaft: PoseTrack, p_world_port: Array, *, arm: str) -> Array:
    """Return the distance ``(n,)`` [mm] of a tool's shaft from its port ``(3,)`` [m] in the world.

    ``shaft`` is the true pose of the roll link in the world: the z axis of its frame is the axis
    of the shaft, which is taken as a line without ends.

    Raises NotMeasuredError when there is no pose.
    """
    if len(shaft) == 0:
        raise NotMeasuredError(f'/simulator/link_poses has no pose of the shaft of {arm}')
    axis = rotation_from_quaternion(shaft.xyzw)[..., 2]
    distance: Array = np.linalg.norm(np.cross(p_world_port - shaft.p, axis), axis=1) * 1e3
    return distance
