"""How far the true shafts of the tools are from their remote centres of motion.

The remote centre is a port in the patient's wall: a shaft that does not go through it levers the
wall. The chain of an arm goes through it by construction; the simulator's ground truth says
whether its body does.
"""

from __future__ import annotations

import math

from telesurgery_arm.description import RobotDescription
from telesurgery_core.transforms import Array


class RemoteCentres:
    """The ports of all arms in the world."""

    def __init__(self, description: RobotDescription) -> None:
        self._ports = {
            arm: description.T_world_rcm(arm)[:3, 3].tolist() for arm in description.arms
        }
        self._arms = {f'{arm}_roll_link': arm for arm in description.arms}

    def arm_of(self, link: str) -> str | None:
        """Return the arm whose shaft a link of the simulator is, or None."""
        return self._arms.get(link)

    def distance(self, arm: str, T_world_shaft: Array) -> float:
        """Return the distance of the shaft's axis, the z axis of its link, from the port [m]."""
        axis = T_world_shaft[:3, 2].tolist()
        p = T_world_shaft[:3, 3].tolist()
        x, y, z = (port - here for port, here in zip(self._ports[arm], p, strict=True))
        u, v, w = axis
        return math.hypot(y * w - z * v, z * u - x * w, x * v - y * u)
