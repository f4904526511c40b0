"""When arms were on hold, for how long, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from telesurgery_report.review.evidence import ArmStates, Evidence
from telesurgery_report.session import NS_PER_S

HOLD, FOLLOWING = 'hold', 'following'
REST = '; engage again'


@dataclass(frozen=True, slots=True)
class Hold:
    """One arm on hold, once."""

    arm: str
    start_ns: int
    seconds: float
    reason: str


def holds_of(evidence: Evidence) -> list[Hold]:
    """Return the holds in the order of their beginnings; NaN stands nowhere in them."""
    found = [hold for arm, states in evidence.arms.items() for hold in _of_arm(arm, states)]
    return sorted(found, key=lambda hold: (hold.start_ns, hold.arm))


def seconds_in(evidence: Evidence, state: str) -> float:
    """Return for how long at least one arm was in a state [s]."""
    spans = sorted(
        interval for states in evidence.arms.values() for interval in intervals(states, state)
    )
    total, reached = 0, -1
    for start, end in spans:
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total / NS_PER_S


def reasons_of(holds: Sequence[Hold]) -> list[tuple[str, int]]:
    """Return the reasons with how often each was given, the commonest first."""
    return Counter(hold.reason.split(REST)[0] or 'no reason given' for hold in holds).most_common()


def _of_arm(arm: str, states: ArmStates) -> list[Hold]:
    stamps = states.stamp_ns.tolist()
    found = []
    for start, end in intervals(states, HOLD):
        index = stamps.index(start)
        found.append(Hold(arm, start, (end - start) / NS_PER_S, states.reason[index]))
    return found


def intervals(states: ArmStates, wanted: str) -> list[tuple[int, int]]:
    """Return from when to when an arm was in a state [ns]: up to the row that says otherwise."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for stamp, state in zip(states.stamp_ns.tolist(), states.state, strict=True):
        if state == wanted and start is None:
            start = stamp
        elif state != wanted and start is not None:
            found.append((start, stamp))
            start = None
    if start is not None:
        found.append((start, int(states.stamp_ns[-1])))
    return found
