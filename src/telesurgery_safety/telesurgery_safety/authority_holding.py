"""How one arm is held, and how an event changes that."""

from __future__ import annotations

from dataclasses import dataclass

from telesurgery_safety.authority_parameters import LOCAL, NOBODY
from telesurgery_safety.authority_states import TENURES, Tenure, TenureEvent


@dataclass(frozen=True, slots=True)
class Holding:
    """How one arm is held."""

    tenure: Tenure
    holder: str
    """The site that holds it; empty: nobody."""
    other: str
    """The console that asks for it, or that it is offered to; empty: none."""
    since: float
    """When it came to be held so [s]."""

    def after(self, event: TenureEvent, subject: str, now: float) -> Holding:
        """Return how it is held after ``event``, which is about the site ``subject``, if any.

        Where the event changes nothing, the very same value comes back.
        """
        tenure = TENURES[self.tenure, event]
        holding = Holding(tenure, *self._sites(tenure, event, subject), now)
        same = (holding.tenure, holding.holder, holding.other) == (
            self.tenure,
            self.holder,
            self.other,
        )
        return self if same else holding

    def _sites(self, tenure: Tenure, event: TenureEvent, subject: str) -> tuple[str, str]:
        if tenure is Tenure.FREE:
            return NOBODY, NOBODY
        if tenure is Tenure.LOCAL:
            return LOCAL, NOBODY
        if tenure is Tenure.CUT:
            return self.holder, NOBODY
        if tenure is Tenure.REMOTE:
            return self._console(event, subject), NOBODY
        if tenure is self.tenure and event is not TenureEvent.OFFERED:
            return self.holder, self.other
        if tenure is Tenure.REMOTE_ASKED:  # an offer to a third does not replace who asks
            return self.holder, self.other or subject
        return self.holder, subject

    def _console(self, event: TenureEvent, subject: str) -> str:
        """Return the console that holds the arm after an event that leads to ``REMOTE``."""
        if event is TenureEvent.GIVEN or self.tenure is Tenure.FREE:
            return subject
        if event in (TenureEvent.AGREED, TenureEvent.ACCEPTED, TenureEvent.RELEASED):
            return self.other or self.holder
        return self.holder
