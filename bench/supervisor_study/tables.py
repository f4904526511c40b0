"""Random events through the table of one arm, very many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from telesurgery_safety.states import MOTION, TRANSITIONS, Event, Motion, SafetyState

STATES, EVENTS = tuple(SafetyState), tuple(Event)
TABLE = np.array([[STATES.index(TRANSITIONS[s, e]) for e in EVENTS] for s in STATES])
DRIVEN = np.array([MOTION[state] is Motion.TELEOPERATED for state in STATES])
BEGINS = np.array([event is Event.ENGAGED for event in EVENTS])
ENDS = np.array(
    [
        event
        in (
            Event.DISABLED,
            Event.DISENGAGED,
            Event.RELEASED,
            Event.LINK_DEGRADED,
            Event.OPERATOR_ABSENT,
            Event.LIMIT_PASSED,
            Event.STRAINED,
            Event.HELD,
            Event.AUTHORITY_MOVED,
            Event.FAULTED,
            Event.STOPPED,
        )
        for event in EVENTS
    ]
)
"""What takes authority, presence, the link or the arm away."""


@dataclass(frozen=True)
class Walks:
    """What came of many sequences."""

    sequences: int
    events: int
    driven: int
    wrongs: int
    """How often a hand moved an arm without an engagement since the last thing that ends one."""


def walk(seed: int, sequences: int, length: int) -> Walks:
    """Play ``sequences`` of ``length`` events, all from the first state, side by side."""
    rng = np.random.default_rng(seed)
    state = np.zeros(sequences, dtype=np.int64)
    engaged = np.zeros(sequences, dtype=bool)
    driven = wrongs = 0
    for _ in range(length):
        event = rng.integers(0, len(EVENTS), sequences)
        state = TABLE[state, event]
        engaged = (engaged | BEGINS[event]) & ~ENDS[event]
        moves = DRIVEN[state]
        driven += int(moves.sum())
        wrongs += int((moves & ~engaged).sum())
    return Walks(sequences, sequences * length, driven, wrongs)
