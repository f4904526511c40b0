"""The state machines of all arms and of the site: what state each is in, and how it came there.

Nothing here decides; events lead through the tables, and every change is remembered.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from telesurgery_safety import site_states
from telesurgery_safety.history import SITE, Transition
from telesurgery_safety.site_states import SiteEvent, SiteState
from telesurgery_safety.states import (
    HOLD_KINDS,
    MOTION,
    TRANSITIONS,
    Event,
    Motion,
    SafetyState,
)

_BY_MONITORS = (Event.LINK_DEGRADED, Event.LIMIT_PASSED, Event.STRAINED)
_KEPT_TRANSITIONS = 1000
"""So many are kept until they are taken; then the oldest are forgotten."""


class Condition(Enum):
    """What an arm itself says of its ability to move; the value is the event when it begins."""

    DISABLED = Event.DISABLED
    HOMING = Event.HOMES
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
    kind: str = ''
    """What kind of hold it is; empty: it is none."""


class Machines:
    """One machine per arm, and the site's.

    Attributes:
        now: the time of what happens next [s].
        site: the state of the patient's side.
        verdicts: what each arm may do.
        holds: how often a monitor has put an arm on hold since the start.
    """

    def __init__(self, arms: Sequence[str]) -> None:
        self.now = -math.inf
        self.site = SiteState.POWERED_OFF
        self.verdicts = dict.fromkeys(arms, _verdict(SafetyState.POWERED_OFF, ''))
        self.holds = 0
        self._history: deque[Transition] = deque(maxlen=_KEPT_TRANSITIONS)

    def take_events(self) -> tuple[Transition, ...]:
        """Return what happened since the last call, in order."""
        if not self._history:
            return ()
        taken = tuple(self._history)
        self._history.clear()
        return taken

    def happen(self, arm: str, event: Event, reason: str = '', who: str = '') -> None:
        """Let an event happen to an arm; where the table has no change, nothing does."""
        before = self.verdicts[arm].state
        after = TRANSITIONS[before, event]
        if after is before:
            return
        kind = HOLD_KINDS[event] if after is SafetyState.HOLD else ''
        self.holds += bool(kind) and event in _BY_MONITORS
        self.verdicts[arm] = _verdict(after, reason, kind)
        self._remember(arm, before.value, event.value, after.value, reason, who)
        serious = site_states.event_of(verdict.state for verdict in self.verdicts.values())
        self.happen_to_site(serious, reason, who)

    def happen_to_site(self, event: SiteEvent, reason: str, who: str) -> None:
        """Let an event happen to the site."""
        before = self.site
        self.site = site_states.TRANSITIONS[before, event]
        if self.site is not before:
            self._remember(SITE, before.value, event.value, self.site.value, reason, who)

    def explain(self, arm: str, reason: str) -> None:
        """Say why an arm is in the state that it is in."""
        if self.verdicts[arm].reason != reason:
            self.verdicts[arm] = _verdict(self.verdicts[arm].state, reason)

    def _remember(self, *what: str) -> None:
        self._history.append(Transition(self.now, *what))


def _verdict(state: SafetyState, reason: str, kind: str = '') -> Verdict:
    return Verdict(state, MOTION[state], reason, kind)
