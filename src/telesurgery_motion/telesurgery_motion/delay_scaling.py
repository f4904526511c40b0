"""Less scale at more delay: an option for paths on which the operator sees late what he does.

Scaling motion down makes operators more accurate under delay (Richter, Orosco, Yip: "Motion
scaling solutions for improved performance in high delay surgical teleoperation", ICRA 2019), and
the best scale falls as delay grows, by how much depends on the operator (Lim et al.: "Optimal
motion scaling for delayed telesurgery", IROS 2025). The straight line between two delays is ours;
its ends are parameters, since no one line fits everybody.
"""

from __future__ import annotations

import math

from telesurgery_motion.parameters import MotionParameters

_GRAIN = 1e-3
"""Smaller changes of the factor are not worth counting anew for."""


class DelayScaling:
    """The factor that all scales are multiplied with; it moves slowly, so no motion has a kink.

    Attributes:
        factor: in force now, ``delay_scaling_least`` .. 1.
    """

    def __init__(self, parameters: MotionParameters) -> None:
        self.factor = 1.0
        self._parameters = parameters
        self._wanted = self._smooth = 1.0

    def measured(self, round_trip_ms: float) -> None:
        """Take the newest round trip [ms]; one that is not known (NaN) changes nothing."""
        if self._parameters.delay_scaling and math.isfinite(round_trip_ms):
            self._wanted = wanted_factor(round_trip_ms, self._parameters)

    def step(self, dt: float) -> float:
        """Advance by ``dt`` [s] and return the factor."""
        if self._smooth != self._wanted:
            share = -math.expm1(-max(dt, 0.0) / self._parameters.delay_scaling_time_s)
            self._smooth += share * (self._wanted - self._smooth)
            if abs(self._smooth - self._wanted) < _GRAIN:
                self._smooth = self.factor = self._wanted
            elif abs(self._smooth - self.factor) >= _GRAIN:
                self.factor = self._smooth
        return self.factor


def wanted_factor(round_trip_ms: float, parameters: MotionParameters) -> float:
    """Return 1 up to ``delay_scaling_from_ms``, then a straight line down to the least factor."""
    begin, end = parameters.delay_scaling_from_ms, parameters.delay_scaling_to_ms
    share = min(max((round_trip_ms - begin) / (end - begin), 0.0), 1.0)
    return 1.0 - share * (1.0 - parameters.delay_scaling_least)
