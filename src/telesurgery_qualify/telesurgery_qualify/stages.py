"""The stages of a run at one end, as a table; what is not in it changes nothing."""

from __future__ import annotations

from enum import Enum


class Stage(Enum):
    """Where one end is; the value is fit for the terminal."""

    CALLING = 'calling the other end'
    LISTENING = 'waiting for a call'
    RUNNING = 'running'
    SENT = 'waiting for the rest'
    TOLD = 'waiting for the record of the other end'
    FINISHED = 'finished'
    BROKEN = 'ended early'


class Event(Enum):
    """What moves it on."""

    CALLED = 'the other end proposes a run'
    ACCEPTED = 'the other end has begun the run'
    TIME_UP = 'the time of the load is up'
    COMPLETE = 'nothing more can come'
    PEER_TOLD = 'the other end has told all'
    BROKE = 'the other end is silent, or one of them gave up'


STAGES = {
    (Stage.CALLING, Event.ACCEPTED): Stage.RUNNING,
    (Stage.LISTENING, Event.CALLED): Stage.RUNNING,
    (Stage.RUNNING, Event.TIME_UP): Stage.SENT,
    (Stage.SENT, Event.COMPLETE): Stage.TOLD,
    (Stage.TOLD, Event.PEER_TOLD): Stage.FINISHED,
    (Stage.CALLING, Event.BROKE): Stage.BROKEN,
    (Stage.LISTENING, Event.BROKE): Stage.BROKEN,
    (Stage.RUNNING, Event.BROKE): Stage.BROKEN,
    (Stage.SENT, Event.BROKE): Stage.BROKEN,
    (Stage.TOLD, Event.BROKE): Stage.BROKEN,
}

OVER = frozenset({Stage.FINISHED, Stage.BROKEN})
"""Nothing leads out of these."""
