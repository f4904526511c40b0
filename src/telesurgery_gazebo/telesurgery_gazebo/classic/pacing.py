"""Keeps Gazebo's time with the wall clock.

Gazebo Classic waits after every step until the period of its update rate is over, and counts the
next one from there: what it oversleeps is lost for good, some 5 to 15 % of real time on a machine
that has other things to do, though a step itself takes a fifth of its millisecond. So the rate
that is asked for is the controlled variable, and the time that the simulation is behind the error
of a proportional-integral controller.
"""

from __future__ import annotations

STEP_RATE_HZ = 1000.0
"""Steps that a second of simulated time has (worlds/generation.xacro)."""

EVERY_S = 0.2
"""How often the rate is corrected."""

MOST_BEHIND_S = 0.2
"""More than this is a freeze or a pause, which is not made up for."""

SLOWEST, FASTEST = 0.9, 1.4
"""Bounds of the rate against STEP_RATE_HZ: time never leaps."""

_PROPORTIONAL_PER_S = 2.0
_INTEGRAL_PER_S2 = 1.0
"""Together they damp critically: a deviation has gone after some three seconds."""

_WORTH_TELLING = 0.002
"""Changes below this, against STEP_RATE_HZ, are not sent."""


class Pacing:
    """Says at which rate Gazebo is to step, so that its time passes as the wall clock's does."""

    def __init__(self) -> None:
        self._ahead_at_first: float | None = None
        self._corrected = 0.0
        self._loss = 0.0
        self._factor = 1.0

    def update(self, now: float, sim_time_s: float) -> float | None:
        """Take the wall clock's and the simulation's time [s]; return a new rate [Hz], or None.

        None: the rate in force still does.
        """
        if self._ahead_at_first is None:
            self._ahead_at_first, self._corrected = sim_time_s - now, now
        elapsed = now - self._corrected
        if elapsed < EVERY_S:
            return None
        self._corrected = now
        behind = self._ahead_at_first - (sim_time_s - now)
        if abs(behind) > MOST_BEHIND_S:
            self._ahead_at_first, behind = sim_time_s - now, 0.0
        return self._rate(behind, min(elapsed, 2 * EVERY_S))

    def _rate(self, behind: float, elapsed: float) -> float | None:
        self._loss = _within(
            self._loss + _INTEGRAL_PER_S2 * behind * elapsed, SLOWEST - 1.0, FASTEST - 1.0
        )
        factor = _within(1.0 + self._loss + _PROPORTIONAL_PER_S * behind, SLOWEST, FASTEST)
        if abs(factor - self._factor) < _WORTH_TELLING:
            return None
        self._factor = factor
        return STEP_RATE_HZ * factor


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
