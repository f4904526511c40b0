"""How often pictures are rendered on a machine that is too slow for all of them.

Motion comes first: where the simulator falls behind real time, pictures become rarer until it
keeps up, and more frequent again when it does. Time is an argument.
"""

from __future__ import annotations

import math

BEHIND, KEEPS_UP = 0.9, 0.96
"""Real-time factors: below the first pictures become rarer, above the second more frequent."""

PERIOD_S = 1.0
"""Of judging, over which the real-time factor is measured, too."""

_SHORTEST_S = 0.1
_LONGER, _SHORTER = 2.0, 0.7
_STEADY = 3
"""So many good periods on end shorten the pause: with one it would rise and fall for ever."""


class PicturePace:
    """The pause after every picture [s], from the real-time factor that is reached with it."""

    def __init__(self, longest_s: float) -> None:
        """Begin without a pause; it never becomes longer than ``longest_s`` [s]."""
        self._longest_s = longest_s
        self._judged_s = -math.inf
        self._good = 0
        self.pause_s = 0.0

    def judge(self, now: float, real_time_factor: float) -> bool:
        """Take the factor at ``now`` [s]; return whether the pause begins or ends with it.

        A factor that is not known (NaN) changes nothing.
        """
        if now - self._judged_s < PERIOD_S or math.isnan(real_time_factor):
            return False
        self._judged_s = now
        before = self.pause_s
        self._good = self._good + 1 if real_time_factor > KEEPS_UP else 0
        if real_time_factor < BEHIND:
            self.pause_s = min(max(_SHORTEST_S, _LONGER * before), self._longest_s)
        elif self._good == _STEADY:
            self._good = 0
            shorter = _SHORTER * before
            self.pause_s = shorter if shorter >= _SHORTEST_S else 0.0
        return (before == 0.0) != (self.pause_s == 0.0)
