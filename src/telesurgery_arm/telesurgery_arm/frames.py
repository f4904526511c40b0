"""The frames that tips are given in, as they follow from the endoscope's setpoint.

An instrument's poses on CRTK topics are in ``view``: the endoscope's tip, X left, Y up, Z away
from the user. The endoscope's own are in ``patient``, the fixed base of the cart, as on the
research kit: in its own view it would never move. The setpoint is used, not the measured joints,
so that the view does not shake with measurement noise.
"""

from __future__ import annotations

from telesurgery_arm.description import RobotDescription
from telesurgery_core.errors import ParameterError, one_of
from telesurgery_core.transforms import Array, inverse

ENDOSCOPE = 'ECM'
"""The arm that carries the view."""


class Frames:
    """Where every arm's remote centre is, in the frame that the arm's poses are given in."""

    def __init__(self, description: RobotDescription) -> None:
        """Raise ParameterError when the robot has no endoscope arm."""
        if ENDOSCOPE not in description.arms:
            raise ParameterError(
                one_of('arms', list(description.arms), f'a list with {ENDOSCOPE}', 'add it')
            )
        self._T_world_rcm = {arm: description.T_world_rcm(arm) for arm in description.arms}
        self._T_patient_rcm = description.arms[ENDOSCOPE].T_patient_rcm.T
        self._T_base_rcm: dict[str, Array] = {}
        self._T_rcm_base: dict[str, Array] = {}

    def base(self, arm: str) -> str:
        """Return the name of the frame that an arm's poses are given in."""
        return 'patient' if arm == ENDOSCOPE else 'view'

    def see(self, T_rcm_tip: Array) -> None:
        """Move the view to the endoscope's tip, ``(4, 4)`` in the endoscope's rcm frame."""
        T_view_world = inverse(self._T_world_rcm[ENDOSCOPE] @ T_rcm_tip)
        for arm, T_world_rcm in self._T_world_rcm.items():
            in_view: Array = T_view_world @ T_world_rcm
            self._T_base_rcm[arm] = self._T_patient_rcm if arm == ENDOSCOPE else in_view
            self._T_rcm_base[arm] = inverse(self._T_base_rcm[arm])

    def T_base_rcm(self, arm: str) -> Array:
        """Return the arm's remote centre in its base frame ``(4, 4)``."""
        return self._T_base_rcm[arm]

    def T_rcm_base(self, arm: str) -> Array:
        """Return the arm's base frame in its remote-centre frame ``(4, 4)``."""
        return self._T_rcm_base[arm]
