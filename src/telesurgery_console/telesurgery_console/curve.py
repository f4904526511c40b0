"""From the deflection of a control to what it asks for."""

from __future__ import annotations

import math


def shape(value: float, deadzone: float, expo: float) -> float:
    """Return the demand -1..1 of a control at ``value`` -1..1.

    Nothing within the deadzone, from there a curve that is continuous and reaches 1 at 1; ``expo``
    0 is a straight line, 1 a cubic, slow in the middle.
    """
    beyond = min((abs(value) - deadzone) / (1.0 - deadzone), 1.0)
    if beyond <= 0.0:
        return 0.0
    return math.copysign((1.0 - expo) * beyond + expo * beyond**3, value)
