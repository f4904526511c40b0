"""What the session counted: frames on the link, and holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from telesurgery_report.errors import NotMeasuredError
from telesurgery_report.session import Integers, LinkCounters, SafetyHistory

SIDES = ('surgeon', 'patient')


def frames_sent(sides: Mapping[str, LinkCounters]) -> int:
    """Return how many frames both sides sent; NotMeasuredError unless both sides say so."""
    _require_both(sides)
    return sum(total(sides[side].frames_sent) for side in SIDES)


def frames_lost(sides: Mapping[str, LinkCounters]) -> int:
    """Return how many frames never came, both directions together; NotMeasuredError as above."""
    _require_both(sides)
    return sum(total(sides[side].frames_lost) for side in SIDES)


def holds(safety: SafetyHistory) -> int:
    """Return how often an arm was put on hold."""
    if safety.holds.size == 0:
        raise NotMeasuredError('/safety/state was not recorded')
    return total(safety.holds)


def hold_reasons(safety: SafetyHistory) -> list[str]:
    """Return the reasons that the supervisor gave when an arm was put on hold, in order."""
    begun = np.flatnonzero(np.diff(safety.holds, prepend=0) > 0)
    return [safety.reasons[index] or 'no reason given' for index in begun]


def total(counter: Integers) -> int:
    """Return what a counter ``(n,)`` counted in all; one that falls was restarted and adds up."""
    fallen = np.flatnonzero(np.diff(counter) < 0)
    return int(counter[-1] + counter[fallen].sum())


def _require_both(sides: Mapping[str, LinkCounters]) -> None:
    missing = [side for side in SIDES if side not in sides]
    if missing:
        raise NotMeasuredError(f'no /link/status of the {" and the ".join(missing)} side')
