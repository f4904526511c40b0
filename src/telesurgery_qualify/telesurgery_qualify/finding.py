"""A requirement against what was measured: met, not met, or not decidable in this time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from telesurgery_qualify.confidence import Bounds
from telesurgery_qualify.requirements import Requirement


class Status(Enum):
    """What can be said of a requirement; the value is what the report says."""

    PASS = 'pass'
    FAIL = 'fail'
    UNDECIDED = 'not decidable in this time'


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one requirement."""

    requirement: Requirement
    status: Status
    measured: str
    """The figure with its bounds, in words."""
    reason: str
    """Why that status."""
    value: float
    low: float
    high: float
    """The figure and its one-sided bounds, in the requirement's unit; NaN: not known."""
    needed_s: float | None = None
    """How long a run would have to be; None: time is not what is lacking, or nobody knows."""


def compared(requirement: Requirement, bounds: Bounds) -> Status:
    """Return what bounds in the requirement's unit say about it."""
    if math.isnan(bounds.low) or math.isnan(bounds.high):
        return Status.UNDECIDED
    if requirement.at_most:
        below, above = bounds.high <= requirement.limit, bounds.low > requirement.limit
    else:
        below, above = bounds.low >= requirement.limit, bounds.high < requirement.limit
    if below:
        return Status.PASS
    return Status.FAIL if above else Status.UNDECIDED


def undecided(requirement: Requirement, reason: str) -> Finding:
    """Return the finding that nothing is known."""
    nan = math.nan
    return Finding(requirement, Status.UNDECIDED, 'not measured', reason, nan, nan, nan)
