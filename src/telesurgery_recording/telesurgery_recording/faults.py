"""What was wrong with a recording that can be read all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class FaultKind(Enum):
    """Kinds of faults; each names what was done about it."""

    UNFINISHED = 'unfinished'
    """It was not closed: the index is missing, and was made anew by reading all of it."""
    CUT = 'cut'
    """It ends in the middle of a record: what is before is read."""
    DAMAGED = 'damaged'
    """A part of it is left out."""
    UNREADABLE = 'unreadable'
    """One of its files is left out."""
    METADATA = 'metadata'
    """metadata.yaml is missing or says what is not so; the files themselves are believed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One of them."""

    kind: FaultKind
    detail: str
    """One line for people."""


Report = Callable[[FaultKind, str], None]
