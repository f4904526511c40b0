"""Time that only goes forward, whatever is done to the clock that it is read from."""

from __future__ import annotations

JUMP_NS = 50_000_000
"""A clock that goes back by more has been set; by less, two callers were not quite in order."""

PAUSE_NS = 1_000_000_000
"""A clock that goes on by more between two calls has been set, or the process was stopped."""


class Timeline:
    """Carries on from the last instant when its clock is set back.

    Attributes:
        resumed_ns: what was stamped before this instant cannot be compared with what comes after.
        steps: how often the clock was set back, or forward by more than ``PAUSE_NS``.
    """

    def __init__(self, now_ns: int) -> None:
        self.resumed_ns = now_ns
        self.steps = 0
        self._last_ns = now_ns
        self._shift_ns = 0

    def at(self, clock_ns: int) -> int:
        """Return the time of a reading of the clock."""
        now_ns = clock_ns + self._shift_ns
        if now_ns < self._last_ns - JUMP_NS:
            self._shift_ns += self._last_ns - now_ns
            self.steps += 1
        elif now_ns > self._last_ns + PAUSE_NS:
            self.resumed_ns = now_ns
            self.steps += 1
        self._last_ns = max(self._last_ns, clock_ns + self._shift_ns)
        return self._last_ns

    def reading(self, time_ns: int) -> int:
        """Return what the clock will read at a time."""
        return time_ns - self._shift_ns
