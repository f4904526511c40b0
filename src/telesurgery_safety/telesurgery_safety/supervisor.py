"""The supervisor of the patient side: what each arm may do, decided here and nowhere else.

It works with the link cut. It is told of every command that arrives and of every arm's condition,
and asked once a tick; a limit that is passed shows in the verdict of the same tick. A hold ends
only by a fresh engagement of the operator, or at the patient side by disabling the arm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from telesurgery_core.types import Hand, HandCommand, TeleopCommand
from telesurgery_safety.engagement import Engagement
from telesurgery_safety.monitors import CommandAge, Silence
from telesurgery_safety.ordering import Arrival, Ordering
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_safety.states import MOTION, TRANSITIONS, Event, Motion, SafetyState


class Condition(Enum):
    """What an arm itself says of its ability to move; the value is the event when it begins."""

    DISABLED = Event.DISABLED
    AVAILABLE = Event.ENABLED
    FAULTY = Event.FAULTED


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an arm may do in this tick."""

    state: SafetyState
    motion: Motion
    """Who may move it; ``NONE``: it brakes to a stop and holds its position, its jaw as it is."""
    reason: str
    """Why, in words; empty while nothing is wrong."""


class Supervisor:
    """Judges commands and conditions; keeps one state machine per arm.

    Attributes:
        holds: how often an arm was put on hold since the start.
    """

    def __init__(self, parameters: SafetyParameters, arms: Sequence[str]) -> None:
        self.holds = 0
        self._ordering = Ordering()
        self._engagements = {hand: Engagement() for hand in Hand}
        self._gap = Silence('command', parameters.command_gap_limit_s)
        self._age = CommandAge(parameters.command_age_limit_s)
        self._conditions = dict.fromkeys(arms, Condition.DISABLED)
        self._verdicts = dict.fromkeys(arms, _verdict(SafetyState.DISABLED, ''))

    @property
    def command_age_s(self) -> float:
        """Age of the newest command when it arrived [s]; NaN: none yet."""
        return self._age.newest_s

    def command_gap_s(self, now: float) -> float:
        """Return the time since the newest command arrived [s]; NaN: none yet."""
        return self._gap.gap(now) if self._gap.heard else math.nan

    def verdict(self, arm: str) -> Verdict:
        """Return what the arm may do now."""
        return self._verdicts[arm]

    def command_arrived(self, now: float, command: TeleopCommand, age_s: float) -> bool:
        """Judge a command that arrived at ``now`` [s], ``age_s`` [s] after it was stamped.

        Returns whether it is the newest and young enough to be followed by the arms that are in
        the state ``FOLLOWING``; else it must be forgotten.
        """
        arrival = self._ordering.classify(command.sequence, command.stamp_ns)
        if arrival is Arrival.STALE:
            return False
        if arrival is Arrival.RESTARTED:
            self._engagements = {hand: Engagement() for hand in Hand}
        self.step(now)  # a gap that ends with this arrival was a gap all the same
        too_old = self._age.check(age_s)
        if too_old is not None:
            self._trip(too_old)
            return False
        self._gap.arrived(now)
        self._judge(command)
        return True

    def observe(self, arm: str, condition: Condition, reason: str = '') -> None:
        """Take note of an arm's own condition, and why it is so."""
        if condition is not self._conditions[arm]:
            self._conditions[arm] = condition
            self._happen(arm, condition.value, reason)

    def step(self, now: float) -> None:
        """Let the monitors look at the time ``now`` [s]; call once a tick, before the verdicts."""
        reason = self._gap.check(now)
        if reason is not None:
            self._trip(reason)

    def _judge(self, command: TeleopCommand) -> None:
        hands = {Hand.LEFT: command.left, Hand.RIGHT: command.right}
        fresh = {hand: self._engagements[hand].is_fresh(asked) for hand, asked in hands.items()}
        for arm in self._verdicts:
            asking = [hand for hand, asked in hands.items() if asked.arm == arm]
            if len(asking) > 1:
                self._happen(
                    arm, Event.TRIPPED, f'both hands ask for {arm}; an arm has one master'
                )
            elif asking:
                self._judge_hand(arm, asking[0], hands[asking[0]], fresh=fresh[asking[0]])
            else:
                self._happen(arm, Event.RELEASED)

    def _judge_hand(self, arm: str, hand: Hand, asked: HandCommand, *, fresh: bool) -> None:
        if fresh:
            self._happen(arm, Event.ENGAGED)
        elif not self._engagements[hand].is_granted(asked):
            self._happen(arm, Event.DISENGAGED)
        if self._verdicts[arm].state is SafetyState.READY:
            early = f'{hand.value} was engaged before {arm} was ready; engage again'
            self._explain(arm, early if asked.engaged else '')

    def _trip(self, reason: str) -> None:
        for arm in self._verdicts:
            self._happen(arm, Event.TRIPPED, f'{reason}; engage again to go on')

    def _happen(self, arm: str, event: Event, reason: str = '') -> None:
        before = self._verdicts[arm].state
        after = TRANSITIONS[before, event]
        if after is before:
            return
        self.holds += after is SafetyState.HOLD
        self._verdicts[arm] = _verdict(after, reason)

    def _explain(self, arm: str, reason: str) -> None:
        if self._verdicts[arm].reason != reason:
            self._verdicts[arm] = _verdict(self._verdicts[arm].state, reason)


def _verdict(state: SafetyState, reason: str) -> Verdict:
    return Verdict(state, MOTION[state], reason)
