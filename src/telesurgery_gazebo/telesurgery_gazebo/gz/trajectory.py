"""Joint targets as the message that gz-sim's JointTrajectoryController takes: all joints in one.

All that changes from target to target are two arrays of numbers, positions and velocities; the
message is therefore kept ready, and the numbers in it are replaced.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from telesurgery_core.transforms import Array
from telesurgery_gazebo.gz.messages import JointTrajectory

MESSAGE_TYPE = 'gz.msgs.JointTrajectory'

_MARKS = (1.2345678901234567e301, 7.6543210987654321e-301)


class TrajectoryMessage:
    """A trajectory of one point for ``n`` joints: it is in force from the next step on."""

    def __init__(self, joints: Sequence[str]) -> None:
        """Prepare for the joints' names within their model."""
        message = JointTrajectory(joint_names=joints)
        point = message.points.add()
        for numbers, mark in zip((point.positions, point.velocities), _MARKS, strict=True):
            numbers.extend([mark] * len(joints))
        template = message.SerializeToString()
        self._bytes = bytearray(template)
        length = 8 * len(joints)
        self._places = [
            slice(at, at + length)
            for at in (template.index(np.full(len(joints), mark).tobytes()) for mark in _MARKS)
        ]

    def of(self, position: Array, velocity: Array) -> bytes:
        """Return the message for targets ``(n,)`` [rad or m, rad/s or m/s]."""
        for place, numbers in zip(self._places, (position, velocity), strict=True):
            self._bytes[place] = np.ascontiguousarray(numbers, dtype='<f8').tobytes()
        return bytes(self._bytes)
