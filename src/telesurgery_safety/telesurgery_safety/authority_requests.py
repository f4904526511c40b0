"""What sites may ask of the authority, as words: the same for consoles, bedside and terminal."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from telesurgery_core.errors import TelesurgeryError, one_of
from telesurgery_safety.authority import Authority, Decision
from telesurgery_safety.authority_parameters import LOCAL

LONGEST_WHY = 200
"""So many characters of a reason that came over the network are kept."""


class AuthorityRequestError(TelesurgeryError):
    """A request that cannot be understood, or that concerns no arm."""


class Act(Enum):
    """What may be asked for; the value is the word."""

    REQUEST = 'request'
    RELEASE = 'release'
    OFFER = 'offer'
    REFUSE = 'refuse'
    TAKE = 'take'
    GIVE = 'give'

    @property
    def is_of_the_bedside(self) -> bool:
        """Whether only the bedside may do it."""
        return self in (Act.TAKE, Act.GIVE)


def carry_out(
    authority: Authority, now: float, site: str, act: str, arm: str, to: str = '', why: str = ''
) -> tuple[Decision, ...]:
    """Let ``site`` ask for ``act`` on an arm, or on all that it concerns (``arm`` empty).

    Raises AuthorityRequestError, with nothing changed.
    """
    wanted = _act(act)
    if wanted.is_of_the_bedside and site != LOCAL:
        raise AuthorityRequestError(
            f'{site} asks to {act}; allowed: only at the bedside; use {Act.REQUEST.value} or '
            f'{Act.OFFER.value}'
        )
    if arm and arm not in authority.arms:
        raise AuthorityRequestError(one_of('arm', arm, authority.arms, 'name one of them'))
    arms = (arm,) if arm else _concerned(authority, site, wanted, to)
    if not arms:
        raise AuthorityRequestError(
            f'{act} of all arms by {site} concerns none; allowed: arms that are held so that it '
            'may; look at the status'
        )
    why = why[:LONGEST_WHY]
    return tuple(_do(authority, now, site, wanted, each, to, why) for each in arms)


def _do(
    authority: Authority, now: float, site: str, act: Act, arm: str, to: str, why: str
) -> Decision:
    if act in (Act.OFFER, Act.GIVE):
        return authority.offer(now, site, arm, to, why)
    alone: dict[Act, Callable[[float, str, str, str], Decision]] = {
        Act.REQUEST: authority.request,
        Act.TAKE: authority.request,
        Act.RELEASE: authority.release,
        Act.REFUSE: authority.refuse,
    }
    return alone[act](now, site, arm, why)


def _act(word: str) -> Act:
    try:
        return Act(word)
    except ValueError:
        words = [act.value for act in Act]
        raise AuthorityRequestError(one_of('act', word, words, 'use one of them')) from None


def _concerned(authority: Authority, site: str, act: Act, to: str) -> tuple[str, ...]:
    """Return the arms on which the act could change something."""

    def concerns(arm: str) -> bool:
        holding = authority.holding(arm)
        if act in (Act.REQUEST, Act.TAKE):
            return holding.holder != site
        if act is Act.RELEASE:
            return site in (holding.holder, holding.other)
        if act is Act.REFUSE:
            return holding.holder == site and bool(holding.other)
        return holding.holder != to and (site in (LOCAL, holding.holder))

    return tuple(arm for arm in authority.arms if concerns(arm))
