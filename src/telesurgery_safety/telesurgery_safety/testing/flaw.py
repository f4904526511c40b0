"""What may be wrong with a command that a console sends."""

from __future__ import annotations

from enum import Enum


class Flaw(Enum):
    """What may be wrong with a command."""

    NONE = 'none'
    OLD = 'older than the one before it'
    LATE = 'half a second late'
    FUTURE = 'stamped ten seconds ahead'
    LEAP = 'both hands half a metre away'
    ABSENT = 'the operator is not present'
    STOP = 'the stop button is pressed'
