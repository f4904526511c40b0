"""Whether the robot's body, the simulator, can be trusted: its joint states and its own word."""

from __future__ import annotations

from telesurgery_safety.monitors import Silence


class Plant:
    """Watches the joint states, and what the simulator says of itself."""

    def __init__(self, joint_state_timeout_s: float) -> None:
        self._silence = Silence('joint states', joint_state_timeout_s)
        self._death = ''

    @property
    def is_known(self) -> bool:
        """Whether joint states ever came."""
        return self._silence.heard

    def joints_arrived(self, now: float) -> None:
        """Note that joint states came at ``now`` [s]."""
        self._silence.arrived(now)

    def died(self, reason: str) -> None:
        """Note that the simulator says that it is dead."""
        self._death = f'the simulator is dead: {reason or "it gave no reason"}'

    def lives(self) -> None:
        """Note that the simulator says that it runs."""
        self._death = ''

    def problem(self, now: float) -> str:
        """Return why it cannot be trusted at ``now`` [s], in words; empty while it can."""
        return self._death or self._silence.check(now) or ''
