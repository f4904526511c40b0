"""What happened, one value for every change of a state: for the event log, the bag and people."""

from __future__ import annotations

from dataclasses import dataclass

SITE = 'site'
"""The subject of a transition of the patient's side as a whole."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of state of an arm, or of the site."""

    now: float
    """When, on the steady clock of whoever steps the supervisor [s]."""
    subject: str
    """The arm's name, or ``SITE``."""
    before: str
    event: str
    after: str
    reason: str
    """Why, in words; empty where the event says it all."""
    who: str
    """Who caused it: a console's name, ``local``, who pressed stop; empty: the supervisor."""
