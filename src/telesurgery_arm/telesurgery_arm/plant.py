"""Whether the robot's body, the simulator, can be trusted: its joint states and its own word."""

from __future__ import annotations

from telesurgery_safety.monitors import Silence
from telesurgery_safety.parameters import SafetyParameters


class Plant:
    """Judges the joint states, and what the simulator says of itself.

    Joint states that are late let arms that follow wait, then the supervisor holds them (it
    watches the same ``joint_states``), then all arms are in fault.
    """

    def __init__(self, joint_states: Silence, safety: SafetyParameters) -> None:
        self._joint_states = joint_states
        self._safety = safety
        self._death = ''

    @property
    def is_known(self) -> bool:
        """Whether joint states ever came."""
        return self._joint_states.heard

    def joints_arrived(self, now: float) -> None:
        """Note that joint states came at ``now`` [s]."""
        self._joint_states.arrived(now)

    def died(self, reason: str) -> None:
        """Note that the simulator says that it is dead."""
        self._death = f'the simulator is dead: {reason or "it gave no reason"}'

    def lives(self) -> None:
        """Note that the simulator says that it runs."""
        self._death = ''

    def late(self, now: float) -> bool:
        """Return whether arms that follow must brake and wait, without letting go."""
        return self._joint_states.gap(now) > self._safety.joint_state_wait_s

    def was_away(self, now: float) -> bool:
        """Return whether joint states that come at ``now`` [s] may be of another place."""
        gone = self._joint_states.gap(now) > self._safety.joint_state_gap_limit_s
        return gone or bool(self.problem(now))

    def problem(self, now: float) -> str:
        """Return why it cannot be trusted at ``now`` [s], in words; empty while it can."""
        timeout_s = self._safety.joint_state_timeout_s
        return self._death or self._joint_states.longer_than(timeout_s, now) or ''
