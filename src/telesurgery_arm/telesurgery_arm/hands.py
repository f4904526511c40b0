"""What the hands of one site ask for: its newest command, and over how long it is spread."""

from __future__ import annotations

from telesurgery_arm.interval import ArrivalInterval
from telesurgery_core.types import TeleopCommand


class Hands:
    """Both hands of one site.

    Attributes:
        command: the newest command that was accepted, or None.
        are_new: whether it has not been followed by a tick yet.
        spread_s: how much of the time over which the way to it is spread is left [s].
    """

    def __init__(self, spread_limit_s: float) -> None:
        """Spread the way to one wanted pose over at most ``spread_limit_s`` [s]."""
        self.command: TeleopCommand | None = None
        self.are_new = False
        self.spread_s = 0.0
        self._interval = ArrivalInterval(spread_limit_s)

    def take(self, now: float, command: TeleopCommand) -> None:
        """Take a command that arrived at ``now`` [s]."""
        self.command = command
        self.are_new = True
        self.spread_s = self._interval.arrived(now)

    def pass_time(self, dt: float) -> None:
        """Let a tick of ``dt`` [s] have followed it."""
        self.are_new = False
        self.spread_s = max(self.spread_s - dt, 0.0)
