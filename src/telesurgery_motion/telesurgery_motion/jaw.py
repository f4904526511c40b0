"""From the master's gripper to the instrument's jaw: a straight line with limits."""

from __future__ import annotations

from telesurgery_motion.parameters import MotionParameters


def jaw_angle(gripper: float, parameters: MotionParameters) -> float:
    """Return the jaw angle [rad] for a gripper angle [rad].

    The line goes through (closed, closed) and (open, open) and on beyond them: a gripper squeezed
    past closed asks for a jaw squeezed past closed, up to the limits.
    """
    slope = (parameters.jaw_open_rad - parameters.jaw_closed_rad) / (
        parameters.gripper_open_rad - parameters.gripper_closed_rad
    )
    jaw = parameters.jaw_closed_rad + slope * (gripper - parameters.gripper_closed_rad)
    return min(max(jaw, parameters.jaw_lower_rad), parameters.jaw_upper_rad)
