"""What a path usually takes, learnt from the ages of its own commands.

An age is arrival stamp less source stamp, so the offset between the two clocks is in it; the
excess over what is usual is free of it.
"""

from __future__ import annotations

import math

_LONGEST_STEP_S = 0.1
"""After a longer pause one age says no more than this much time of them."""


class PathDelay:
    """A mean of ages that forgets.

    Attributes:
        usual_s: what the path usually takes, clocks' offset included [s]; NaN: no command yet.
    """

    def __init__(self, time_s: float) -> None:
        """Forget with the time constant ``time_s`` [s]."""
        self.usual_s = math.nan
        self._time_s = time_s
        self._at = -math.inf

    def excess(self, now: float, age_s: float) -> float:
        """Take an age at ``now`` [s]; return by how much it is above what was usual so far [s]."""
        if math.isnan(self.usual_s):
            self.usual_s = age_s
        excess = age_s - self.usual_s
        dt = min(max(now - self._at, 0.0), _LONGEST_STEP_S)
        self._at = now
        self.usual_s += excess * -math.expm1(-dt / self._time_s)
        return excess

    def forget(self) -> None:
        """Begin anew: a clock was set."""
        self.usual_s = math.nan
