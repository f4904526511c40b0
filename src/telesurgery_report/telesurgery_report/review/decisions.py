"""Who decided what and why, from the event log, and who held which arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telesurgery_report.session import Integers

SUPERVISOR = 'supervisor'
ROUTINE = (
    'powered off',
    'disabled',
    'homing',
    'ready',
    'aligning',
    'following',
    'clutched',
    'operating',
)
"""States that come and go while all is well."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A record of the event log."""

    stamp_ns: int
    who: str
    what: str
    arm: str
    """Empty: the whole side."""
    why: str


@dataclass(frozen=True, slots=True)
class Holders:
    """Who held the arms, a row a message of ``/authority/state``."""

    stamp_ns: Integers
    holders: tuple[Mapping[str, str], ...]
    """By arm; empty: nobody."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody, or the supervisor, decided of one or more arms at one moment."""

    at_ns: int
    who: str
    what: str
    arms: tuple[str, ...]
    why: str

    @property
    def of(self) -> str:
        """The arms in words."""
        return ', '.join(self.arms) or 'all'


def decisions_of(events: Sequence[Noted]) -> tuple[Decision, ...]:
    """Return what is worth telling: faults, stops, holds by people, all about authority.

    The supervisor's own holds are told elsewhere, with how long they lasted.

    What was decided of several arms at one moment for one reason is one decision; that the side
    as a whole follows its arms is none.
    """
    merged: dict[tuple[int, str, str, str], list[str]] = {}
    for event in sorted(events, key=lambda noted: noted.stamp_ns):
        subject, _, state = event.what.partition(' ')
        if subject in ('arm', 'site') and state in ROUTINE:
            continue
        if event.who == SUPERVISOR and state == 'hold':
            continue
        what = state if subject in ('arm', 'site') else event.what
        arms = merged.setdefault((event.stamp_ns, event.who, what, event.why), [])
        if event.arm and event.arm not in arms:
            arms.append(event.arm)
    return tuple(
        Decision(at, who, what, tuple(arms), why) for (at, who, what, why), arms in merged.items()
    )


def holders_in_words(holders: Holders) -> str:
    """Return who held the arms, in a sentence for each change; empty: it was not recorded."""
    sentences = []
    before: Mapping[str, str] | None = None
    for now in holders.holders:
        changed = {arm: who for arm, who in now.items() if before is None or before[arm] != who}
        by_holder: dict[str, list[str]] = {}
        for arm, who in changed.items():
            by_holder.setdefault(who or 'nobody', []).append(arm)
        then = 'At the start ' if before is None else 'then '
        sentences += [
            f'{then if not index else ""}{who} held {", ".join(arms)}'
            for index, (who, arms) in enumerate(by_holder.items())
        ]
        before = {**(before or {}), **now}
    if len(holders.holders) == 1 or (sentences and not any('then ' in s for s in sentences)):
        sentences.append('nothing of it changed')
    return '; '.join(sentences) + '.' if sentences else ''
