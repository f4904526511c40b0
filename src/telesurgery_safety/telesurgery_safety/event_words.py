"""What decisions say in the event log: who, what, which arm, why."""

from __future__ import annotations

from telesurgery_safety.authority import SUPERVISOR, Decision
from telesurgery_safety.history import SITE, Transition

Words = tuple[str, str, str, str]
"""Who, what, arm, why."""


def of_decision(decision: Decision) -> Words:
    """Return what a decision about authority says."""
    outcome = 'authority' if decision.granted else 'authority refused:'
    what = f'{outcome} {decision.event.value}'
    return decision.who, what, decision.arm, decision.reason


def of_transition(transition: Transition) -> Words:
    """Return what a change of state, of an arm or of the site, says."""
    subject = 'site' if transition.subject == SITE else 'arm'
    arm = '' if transition.subject == SITE else transition.subject
    why = transition.reason or transition.event
    return transition.who or SUPERVISOR, f'{subject} {transition.after}', arm, why
