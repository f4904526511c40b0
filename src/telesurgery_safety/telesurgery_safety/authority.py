"""The authority over every arm: one holder at any time, decided at the patient side alone.

A site is a remote console by its name, or the bedside (``local``). Whoever calls says which site
speaks; that is known from where a message came in, never from what it says. Times are ``now`` [s]
of one steady clock.

An arm goes from one console to another in two acts, in either order: one asks for it
(``request``), the holder gives it (``offer``). The bedside takes and gives in one. Who receives an
arm must still engage it: authority permits motion, it never causes any.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from telesurgery_safety import authority_words
from telesurgery_safety.authority_holding import Holding
from telesurgery_safety.authority_parameters import LOCAL, NOBODY, AuthorityParameters
from telesurgery_safety.authority_states import Tenure, TenureEvent
from telesurgery_safety.authority_words import name_of

SUPERVISOR = 'supervisor'
"""Who decides where time or a link does."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one arm."""

    now: float
    who: str
    """The site whose act was decided on, or ``supervisor``."""
    event: TenureEvent
    arm: str
    granted: bool
    """False: refused, nothing has changed."""
    holding: Holding
    """How the arm is held from now on."""
    reason: str
    """What happened, or why not, in words."""


class Authority:
    """Who may drive which arm."""

    def __init__(self, parameters: AuthorityParameters, arms: Sequence[str]) -> None:
        self._parameters = parameters
        tenure = {NOBODY: Tenure.FREE, LOCAL: Tenure.LOCAL}.get(
            parameters.initial_holder, Tenure.REMOTE
        )
        holding = Holding(tenure, parameters.initial_holder, NOBODY, -math.inf)
        self._holdings = dict.fromkeys(arms, holding)
        self._dead: set[str] = set()
        self._decisions: list[Decision] = []

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms, in the order of the robot."""
        return tuple(self._holdings)

    @property
    def consoles(self) -> tuple[str, ...]:
        """The remote consoles that may hold an arm."""
        return self._parameters.consoles

    @property
    def sites(self) -> tuple[str, ...]:
        """Who may hold an arm: the bedside and the consoles."""
        return (LOCAL, *self._parameters.consoles)

    def holder(self, arm: str) -> str:
        """Return the site that holds an arm; empty: nobody."""
        return self._holdings[arm].holder

    def holding(self, arm: str) -> Holding:
        """Return how an arm is held."""
        return self._holdings[arm]

    def is_reachable(self, site: str) -> bool:
        """Return whether no link to a site is known to be dead."""
        return site not in self._dead

    def request(self, now: float, site: str, arm: str, why: str = '') -> Decision:
        """Let a site ask for an arm, or accept the offer of it; the bedside takes it over."""
        if site == LOCAL:
            return self.take_over(now, arm, why)
        holding = self._holdings[arm]
        offered = holding.tenure is Tenure.REMOTE_OFFERED and holding.other == site
        event = TenureEvent.ACCEPTED if offered else TenureEvent.REQUESTED
        why_not = ''
        if site not in self._parameters.consoles:
            why_not = f'{site} is no console that may hold an arm'
        elif holding.holder == site:
            why_not = f'{site} holds {arm} already'
        elif not self.is_reachable(site):
            why_not = f'the link to {site} is dead'
        return self._act(now, site, event, arm, site, why, why_not)

    def release(self, now: float, site: str, arm: str, why: str = '') -> Decision:
        """Let a site give an arm up, ask for it no more, or decline it."""
        holding = self._holdings[arm]
        if holding.other == site and site != NOBODY:
            return self._act(now, site, TenureEvent.WITHDRAWN, arm, NOBODY, why)
        why_not = '' if holding.holder == site else f'{site} neither holds {arm} nor asks for it'
        return self._act(now, site, TenureEvent.RELEASED, arm, NOBODY, why, why_not)

    def offer(self, now: float, site: str, arm: str, to: str, why: str = '') -> Decision:
        """Let the holder offer an arm to a console; one that has asked for it gets it at once."""
        if site == LOCAL:
            return self.give(now, arm, to, why)
        event = TenureEvent.AGREED if self._asks(arm, to) else TenureEvent.OFFERED
        why_not = self._why_not_of(arm, site) or self._why_not_to(arm, to)
        return self._act(now, site, event, arm, to, why, why_not)

    def refuse(self, now: float, site: str, arm: str, why: str = '') -> Decision:
        """Let the holder refuse who asks for an arm, or take its offer of it back."""
        why_not = self._why_not_of(arm, site)
        return self._act(now, site, TenureEvent.REFUSED, arm, NOBODY, why, why_not)

    def take_over(self, now: float, arm: str, why: str = '') -> Decision:
        """Let the bedside take an arm over, whoever holds it; nobody is asked."""
        why_not = f'{LOCAL} holds {arm} already' if self.holder(arm) == LOCAL else ''
        return self._act(now, LOCAL, TenureEvent.TAKEN, arm, LOCAL, why, why_not)

    def give(self, now: float, arm: str, to: str, why: str = '') -> Decision:
        """Let the bedside give an arm to a console, whoever holds it."""
        mine = self.holder(arm) == LOCAL
        event = TenureEvent.AGREED if mine and self._asks(arm, to) else TenureEvent.GIVEN
        return self._act(now, LOCAL, event, arm, to, why, self._why_not_to(arm, to))

    def link_lost(self, now: float, site: str) -> None:
        """Take note that the link to a site died: it keeps its arms for a while, moving none."""
        if site in self._dead:
            return
        self._dead.add(site)
        for arm, holding in self._holdings.items():
            if holding.holder == site:
                self._act(now, SUPERVISOR, TenureEvent.LINK_LOST, arm, NOBODY)
            elif holding.other == site:
                self._act(now, SUPERVISOR, TenureEvent.WITHDRAWN, arm, NOBODY)

    def link_back(self, now: float, site: str) -> None:
        """Take note that the link to a site is alive again; what it has lost meanwhile is lost."""
        if site not in self._dead:
            return
        self.step(now)  # a time that has run out has done so although nobody looked
        self._dead.discard(site)
        for arm, holding in self._holdings.items():
            if holding.holder == site:
                self._act(now, SUPERVISOR, TenureEvent.LINK_BACK, arm, NOBODY)

    def step(self, now: float) -> None:
        """Let the time ``now`` [s] pass: open questions end, and what is cut falls to local."""
        for arm, holding in self._holdings.items():
            elapsed = now - holding.since
            if holding.tenure is Tenure.CUT:
                if elapsed >= self._parameters.authority_link_timeout_s:
                    self._act(now, SUPERVISOR, TenureEvent.LAPSED, arm, LOCAL)
            elif holding.other and elapsed >= self._parameters.answer_timeout_s:
                self._act(now, SUPERVISOR, TenureEvent.EXPIRED, arm, NOBODY)

    def take_decisions(self) -> tuple[Decision, ...]:
        """Return what was decided since the last call, in order."""
        taken = tuple(self._decisions)
        self._decisions.clear()
        return taken

    def _asks(self, arm: str, site: str) -> bool:
        holding = self._holdings[arm]
        asked = holding.tenure in (Tenure.LOCAL_ASKED, Tenure.REMOTE_ASKED)
        return asked and holding.other == site

    def _why_not_of(self, arm: str, site: str) -> str:
        """Return why a site has nothing to give, or an empty text."""
        holder = self.holder(arm)
        return '' if site == holder and site else f'{name_of(holder)} holds {arm}, not {site}'

    def _why_not_to(self, arm: str, to: str) -> str:
        """Return why an arm cannot be given to a site, or an empty text."""
        if to not in self._parameters.consoles:
            consoles = ', '.join(self._parameters.consoles)
            return f'there is no console {to!r}; allowed: {consoles}'
        if to == self.holder(arm):
            return f'{to} holds {arm} already'
        return '' if self.is_reachable(to) else f'the link to {to} is dead'

    def _act(
        self,
        now: float,
        who: str,
        event: TenureEvent,
        arm: str,
        subject: str,
        why: str = '',
        why_not: str = '',
    ) -> Decision:
        """Decide on an act by the table, unless ``why_not`` says that it cannot be."""
        before = self._holdings[arm]
        after = before if why_not else before.after(event, subject, now)
        done = after is not before
        if done:
            self._holdings[arm] = after
            reason = authority_words.granted(arm, event, before, after)
        else:
            reason = f'refused: {why_not or authority_words.nothing_to_do(arm, before)}'
        if why:
            reason = f'{reason} ({why})'
        decision = Decision(now, who, event, arm, done, after, reason)
        self._decisions.append(decision)
        return decision
