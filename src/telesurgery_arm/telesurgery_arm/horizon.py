"""The horizon in the endoscope's picture: how far it is tilted, and a roll that keeps it so.

With ``u`` the way from the port to the tip and ``up`` the world's upward direction, a level view
has its X axis (left) along ``a = up x u``. The tilt is the angle from there to the X axis, about
``u``. It holds for angled scopes as well: they are tilted about that same X axis.
"""

from __future__ import annotations

import math

import numpy as np

from telesurgery_core.transforms import Array, pose

_VERTICAL = math.sin(math.radians(5.0))
"""Nearer than this to straight up or down there is no horizon (sine of the angle)."""


class Horizon:
    """The horizon as an endoscope arm sees it."""

    def __init__(self, R_world_rcm: Array) -> None:
        """Take the orientation of the arm's remote-centre frame in the world ``(3, 3)``."""
        self._up = R_world_rcm[2, :]

    def tilt(self, T_rcm_tip: Array) -> float | None:
        """Return the tilt [rad] at a pose ``(4, 4)``; None where there is no horizon."""
        axes = self._axes(T_rcm_tip[:3, 3])
        if axes is None:
            return None
        level, beside = axes
        x = T_rcm_tip[:3, 0]
        return math.atan2(float(x @ beside), float(x @ level))

    def levelled(self, T_rcm_tip: Array, tilt: float) -> Array:
        """Return the pose ``(4, 4)`` turned so that the view's X axis has this tilt [rad].

        The other two axes are those of a straight scope: the arm's inverse kinematics takes the
        nearest roll, and that is the same for an angled one. Where there is no horizon the pose
        stays as it is.
        """
        axes = self._axes(T_rcm_tip[:3, 3])
        if axes is None:
            return T_rcm_tip
        level, beside = axes
        x = math.cos(tilt) * level + math.sin(tilt) * beside
        u = np.cross(level, beside)
        return pose(np.column_stack((x, np.cross(u, x), u)), T_rcm_tip[:3, 3])

    def _axes(self, p_rcm: Array) -> tuple[Array, Array] | None:
        """Return the level direction and the one at right angles to it and to the shaft."""
        distance = float(np.linalg.norm(p_rcm))
        if distance == 0.0:
            return None
        u = p_rcm / distance
        across = np.cross(self._up, u)
        length = float(np.linalg.norm(across))
        if length < _VERTICAL:
            return None
        level = across / length
        return level, np.cross(u, level)
